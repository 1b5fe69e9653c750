"""The training loop: steps, checkpoints, and going on after a kill."""

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from transformers import GPT2Config, GPT2LMHeadModel

from bot.domain.errors import BotError
from bot.training.corpus import Corpus
from bot.training.progress import TrainProgress
from bot.training.recipe import IGNORED, Batch, Recipe

CHECKPOINT = "checkpoint.pt"
LARGE_PRIME = 1_000_003
# The function that GPT-2 calls gelu_new, in one pass over memory and not in seven.
FUSED_GELU = "gelu_pytorch_tanh"
GELU = "gelu_new"


@dataclass(frozen=True, slots=True)
class Trained:
    """The model after the last step, and the time of all steps, those before a kill included."""

    model: GPT2LMHeadModel
    seconds: float


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
        activation_function=FUSED_GELU,
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
) -> Trained:
    """Train to the recipe's last step.

    Batches, learning rate and dropout are functions of seed and step, so that a run which
    was killed and resumed ends with the same weights as one that was not.

    Raises:
        BotError: the loss is not a number, or a checkpoint is of another run: other numbers,
            another seed or another handbook.
    """
    run = _name_of(recipe, corpus, seed)
    model = new_model(recipe, tokenizer.get_vocab_size(), seed)
    optimiser = torch.optim.AdamW(
        _groups(model, recipe.weight_decay), lr=recipe.reading_rate, betas=(0.9, 0.95)
    )
    first, seconds = _restore(folder, model, optimiser, run) if is_resumed else (0, 0.0)
    model.train()
    for step in range(first, recipe.num_steps):
        started = time.perf_counter()
        for group in optimiser.param_groups:
            group["lr"] = recipe.rate(step)
        batch = recipe.batch(corpus, tokenizer, seed, step)
        torch.manual_seed(seed * LARGE_PRIME + step)
        loss: Any = _loss(model, batch)
        if not torch.isfinite(loss):
            raise BotError(f"The loss is not a number at step {step}; try a lower learning rate.")
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), recipe.clip_norm)
        optimiser.step()
        lasted = time.perf_counter() - started
        seconds += lasted
        is_last = step == recipe.num_steps - 1
        if (step + 1) % recipe.checkpoint_every == 0 or is_last:
            _save(folder, model, optimiser, run, step + 1, seconds)
        speed = batch.ids.numel() / lasted
        on_progress(
            TrainProgress(step + 1, recipe.num_steps, loss.item(), recipe.rate(step), speed)
        )
    model.train(False)
    return Trained(model, seconds)


def _loss(model: GPT2LMHeadModel, batch: Batch) -> Tensor:
    """Cross-entropy, nats per learned token.

    Logits are computed only where a label counts: in the second stage that is a part of the
    positions, and the vocabulary is the model's widest layer.
    """
    states: Any = model.transformer(
        input_ids=batch.ids, position_ids=batch.positions, use_cache=False
    )
    targets = batch.labels[:, 1:].flatten()
    is_learned = targets != IGNORED
    before = states.last_hidden_state[:, :-1].flatten(0, 1)
    return functional.cross_entropy(model.lm_head(before[is_learned]), targets[is_learned])


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
    run: str,
    step: int,
    seconds: float,
) -> None:
    """Write beside the old checkpoint, then replace it: a kill leaves one of the two."""
    state = {
        "run": run,
        "step": step,
        "seconds": seconds,
        "model": model.state_dict(),
        "optimiser": optimiser.state_dict(),
    }
    written = folder / f"{CHECKPOINT}.new"
    torch.save(state, written)
    os.replace(written, folder / CHECKPOINT)  # noqa: PTH105


def _restore(
    folder: Path, model: GPT2LMHeadModel, optimiser: torch.optim.Optimizer, run: str
) -> tuple[int, float]:
    """Load the newest checkpoint; returns the step to go on with and the seconds until there."""
    path = folder / CHECKPOINT
    if not path.is_file():
        return 0, 0.0
    state = torch.load(path, weights_only=True)
    if state["run"] != run:
        raise BotError(
            f"{path} is of a run with other numbers or another handbook; start afresh "
            "(--fresh) or use another folder."
        )
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"]), float(state["seconds"])


def _name_of(recipe: Recipe, corpus: Corpus, seed: int) -> str:
    """What must be the same for a run to go on: the numbers, the seed, what is read."""
    read = hashlib.sha256(repr(corpus).encode()).hexdigest()
    return f"{recipe} seed={seed} corpus={read}"
