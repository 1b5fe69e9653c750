"""The training loop: steps, checkpoints, and going on after a kill."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import GPT2Config, GPT2LMHeadModel

from bot.domain.errors import BotError
from bot.training.corpus import Corpus
from bot.training.progress import TrainProgress
from bot.training.recipe import Recipe

CHECKPOINT = "checkpoint.pt"
LARGE_PRIME = 1_000_003


def new_model(recipe: Recipe, vocabulary: int, seed: int) -> GPT2LMHeadModel:
    """A freshly initialised GPT-2 of the recipe's sizes."""
    torch.manual_seed(seed)
    config = GPT2Config(
        vocab_size=vocabulary,
        n_positions=recipe.window,
        n_embd=recipe.width,
        n_layer=recipe.num_layers,
        n_head=recipe.num_heads,
        resid_pdrop=recipe.dropout,
        embd_pdrop=recipe.dropout,
        attn_pdrop=0.0,  # the fast attention kernels of a CPU know no dropout
        bos_token_id=0,
        eos_token_id=0,
    )
    return GPT2LMHeadModel(config)


def train(
    recipe: Recipe,
    corpus: Corpus,
    tokenizer: Tokenizer,
    folder: Path,
    *,
    seed: int,
    is_resumed: bool,
    on_progress: Callable[[TrainProgress], None],
) -> GPT2LMHeadModel:
    """Train to the recipe's last step and return the model.

    Batches, learning rate and dropout are functions of seed and step, so that a run which
    was killed and resumed ends with the same weights as one that was not.

    Raises:
        BotError: the loss is not a number, or a checkpoint is of another run.
    """
    model = new_model(recipe, tokenizer.get_vocab_size(), seed)
    optimiser = torch.optim.AdamW(
        _groups(model, recipe.weight_decay), lr=recipe.reading_rate, betas=(0.9, 0.95)
    )
    first = _restore(folder, model, optimiser, recipe, seed) if is_resumed else 0
    model.train()
    for step in range(first, recipe.num_steps):
        started = time.perf_counter()
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate(step)
        ids, labels = recipe.batch(corpus, tokenizer, seed, step)
        torch.manual_seed(seed * LARGE_PRIME + step)
        with torch.autocast("cpu", torch.bfloat16):
            loss = model(input_ids=ids, labels=labels).loss
        if not torch.isfinite(loss):
            raise BotError(f"The loss is not a number at step {step}; try a lower learning rate.")
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip_norm)
        optimiser.step()
        is_last = step == recipe.num_steps - 1
        if (step + 1) % recipe.checkpoint_every == 0 or is_last:
            _save(folder, model, optimiser, recipe, seed, step + 1)
        speed = ids.numel() / (time.perf_counter() - started)
        on_progress(
            TrainProgress(step + 1, recipe.num_steps, loss.item(), recipe.rate(step), speed)
        )
    model.train(False)
    return model


def _groups(model: GPT2LMHeadModel, weight_decay: float) -> list[dict[str, Any]]:
    """Matrices decay; biases and norms do not."""
    decayed = [weight for weight in model.parameters() if weight.dim() > 1]
    others = [weight for weight in model.parameters() if weight.dim() <= 1]
    return [
        {"params": decayed, "weight_decay": weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]


def _save(
    folder: Path,
    model: GPT2LMHeadModel,
    optimiser: torch.optim.Optimizer,
    recipe: Recipe,
    seed: int,
    step: int,
) -> None:
    """Write beside the old checkpoint, then replace it: a kill leaves one of the two."""
    state = {
        "run": _name_of(recipe, seed),
        "step": step,
        "model": model.state_dict(),
        "optimiser": optimiser.state_dict(),
    }
    written = folder / f"{CHECKPOINT}.new"
    torch.save(state, written)
    os.replace(written, folder / CHECKPOINT)  # noqa: PTH105


def _restore(
    folder: Path,
    model: GPT2LMHeadModel,
    optimiser: torch.optim.Optimizer,
    recipe: Recipe,
    seed: int,
) -> int:
    """Load the newest checkpoint; returns the step to go on with, 0 without one."""
    path = folder / CHECKPOINT
    if not path.is_file():
        return 0
    state = torch.load(path, weights_only=True)
    if state["run"] != _name_of(recipe, seed):
        raise BotError(
            f"{path} is of a run with other numbers; start afresh or use another folder."
        )
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])


def _name_of(recipe: Recipe, seed: int) -> str:
    return f"{recipe} seed={seed}"
