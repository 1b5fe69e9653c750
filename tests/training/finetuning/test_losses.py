"""Batches of rows, and the loss of what is learned."""

from pathlib import Path

import torch

from bot.training.finetuning.base import Base
from bot.training.finetuning.losses import batch_of, summed_loss
from bot.training.finetuning.rows import IGNORED, Row


def test_rows_are_padded_behind_their_ends() -> None:
    batch = batch_of([Row((5, 6), (IGNORED, 6)), Row((7, 8, 9), (IGNORED, 8, 9))], 0)
    assert batch["input_ids"].tolist() == [[5, 6, 0], [7, 8, 9]]
    assert batch["labels"].tolist() == [[IGNORED, 6, IGNORED], [IGNORED, 8, 9]]


def test_padding_and_other_rows_of_a_batch_do_not_change_the_loss(base_folder: Path) -> None:
    model = Base.of("tiny", base_folder, "starter").load(0.0).eval()
    rows = [Row((5, 6), (IGNORED, 6)), Row((7, 8, 9), (IGNORED, 8, 9))]
    with torch.inference_mode():
        together = summed_loss(model, batch_of(rows, 0))
        apart = sum(summed_loss(model, batch_of([row], 0)) for row in rows)
    assert torch.isclose(together, torch.as_tensor(apart), atol=1e-5)
