"""The loss of rows: cross-entropy of the tokens that are learned, whose logits alone are made."""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from bot.training.finetuning.rows import IGNORED, Row

ROWS_AT_ONCE = 8


def batch_of(rows: Sequence[Row], padding: int) -> dict[str, Tensor]:
    """Rows as tensors (rows, length of the longest); what pads them is never learned."""
    length = max(len(row.ids) for row in rows)
    ids = torch.full((len(rows), length), padding)
    labels = torch.full((len(rows), length), IGNORED)
    for number, row in enumerate(rows):
        ids[number, : len(row.ids)] = torch.tensor(row.ids)
        labels[number, : len(row.labels)] = torch.tensor(row.labels)
    return {"input_ids": ids, "labels": labels}


def summed_loss(model: Any, batch: dict[str, Tensor]) -> Tensor:
    """Nats over all learned tokens of a batch.

    Padding stands behind the text, where causal attention does not look. With LoRA the model is
    wrapped; the parts are the same.
    """
    gpt2 = model.get_base_model() if hasattr(model, "get_base_model") else model
    states = gpt2.transformer(input_ids=batch["input_ids"], use_cache=False)
    targets = batch["labels"][:, 1:].flatten()
    is_learned = targets != IGNORED
    before = states.last_hidden_state[:, :-1].flatten(0, 1)
    logits = gpt2.lm_head(before[is_learned])
    return functional.cross_entropy(logits.float(), targets[is_learned], reduction="sum")


@torch.no_grad()
def mean_loss(model: Any, rows: Sequence[Row], padding: int) -> float:
    """Nats per learned token over all rows, without dropout; NaN where nothing is learned."""
    was_training = model.training
    model.eval()
    device = next(model.parameters()).device
    total, count = 0.0, 0
    for start in range(0, len(rows), ROWS_AT_ONCE):
        some = rows[start : start + ROWS_AT_ONCE]
        batch = {name: each.to(device) for name, each in batch_of(some, padding).items()}
        total += float(summed_loss(model, batch))
        count += sum(row.num_learned for row in some)
    model.train(was_training)
    return total / count if count else math.nan
