"""LoRA: low-rank corrections of a frozen base, merged into it at the end (Hu et al. 2021)."""

import warnings
from typing import Any

from bot.training.finetuning.memory import lora_shapes
from bot.training.finetuning.plan import Plan

TO_WRITE, TO_CLASSIFY = "CAUSAL_LM", "SEQ_CLS"
"""What peft calls the tasks."""
_LAYERS = ("c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj")


def with_adapters(model: Any, plan: Plan, task: str = TO_WRITE) -> Any:
    """The model with its weights frozen and corrections to be trained; a classifier's head is
    trained whole."""
    from peft import LoraConfig, get_peft_model  # four seconds, and only LoRA needs it

    layers = _LAYERS[: len(lora_shapes(model.config.n_embd, model.num_parameters()))]
    config = LoraConfig(
        r=plan.lora_rank,
        lora_alpha=plan.lora_alpha,
        lora_dropout=plan.lora_dropout,
        target_modules=list(layers),
        fan_in_fan_out=True,
        bias="none",
        task_type=task,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of transformers, about what peft calls
        return get_peft_model(model, config)


def merged(model: Any) -> Any:
    """The model with its corrections added to its weights; one without any as it is."""
    if not hasattr(model, "merge_and_unload"):
        return model
    return model.merge_and_unload()
