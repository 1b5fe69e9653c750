"""LoRA: low-rank corrections of a frozen base, merged into it at the end (Hu et al. 2021)."""

import warnings
from typing import Any

from transformers import GPT2LMHeadModel

from bot.training.finetuning.memory import lora_shapes
from bot.training.finetuning.plan import Plan

_LAYERS = ("c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj")


def with_adapters(model: GPT2LMHeadModel, plan: Plan) -> Any:
    """The model with its weights frozen and corrections to be trained."""
    from peft import LoraConfig, get_peft_model  # four seconds, and only LoRA needs it

    layers = _LAYERS[: len(lora_shapes(model.config.n_embd, model.num_parameters()))]
    config = LoraConfig(
        r=plan.lora_rank,
        lora_alpha=plan.lora_alpha,
        lora_dropout=plan.lora_dropout,
        target_modules=list(layers),
        fan_in_fan_out=True,
        bias="none",
        task_type="CAUSAL_LM",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of transformers, about what peft calls
        return get_peft_model(model, config)


def merged(model: Any) -> GPT2LMHeadModel:
    """The model with its corrections added to its weights; one without any as it is."""
    if not hasattr(model, "merge_and_unload"):
        return model  # type: ignore[no-any-return]
    return model.merge_and_unload()  # type: ignore[no-any-return]
