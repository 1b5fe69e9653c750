"""How the starter model is trained: sizes, schedule, batches. All a function of the step."""

import math
import random
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from bot.training.corpus import ANSWERING, READING, Corpus

IGNORED = -100


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step reads; all tensors are (rows, row length).

    `labels` are the ids, or -100 where a token does not count in the loss.
    """

    ids: Tensor
    labels: Tensor
    positions: Tensor


@dataclass(frozen=True, slots=True)
class Recipe:
    """The numbers of a training run in two stages: reading, then answering.

    Most batches are many short rows. Every second of them starts anywhere in the window, and
    now and then a batch is few rows of the whole window, so that a question is understood
    wherever it stands in a long conversation.
    """

    num_layers: int = 6
    width: int = 192
    num_heads: int = 6
    vocabulary: int = 3072
    window: int = 1024
    short_row: int = 256
    batch_tokens: int = 4096
    long_every: int = 6
    reading_steps: int = 600
    answering_steps: int = 1_500
    warm_up_steps: int = 100
    reading_rate: float = 2e-3
    answering_rate: float = 1.2e-3
    weight_decay: float = 0.05
    dropout: float = 0.0
    clip_norm: float = 1.0
    checkpoint_every: int = 100

    @property
    def num_steps(self) -> int:
        """Steps of both stages."""
        return self.reading_steps + self.answering_steps

    def rate(self, step: int) -> float:
        """Learning rate: in each stage a linear warm-up, then half a cosine to a twentieth."""
        is_reading = step < self.reading_steps
        peak = self.reading_rate if is_reading else self.answering_rate
        length = self.reading_steps if is_reading else self.answering_steps
        done = step if is_reading else step - self.reading_steps
        if done < self.warm_up_steps:
            return peak * (done + 1) / self.warm_up_steps
        progress = (done - self.warm_up_steps) / max(length - self.warm_up_steps, 1)
        return peak * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(progress, 1))))

    def batch(self, corpus: Corpus, tokenizer: Tokenizer, seed: int, step: int) -> Batch:
        """The batch of one step: documents packed without gaps.

        The chance is seeded by seed and step, so a resumed run reads the same batches.
        """
        chance = random.Random(f"{seed}:{step}")
        stage = READING if step < self.reading_steps else ANSWERING
        row = self.window if step % self.long_every == self.long_every - 1 else self.short_row
        rows = max(self.batch_tokens // row, 1)
        size = rows * row
        ids: list[int] = []
        labels: list[int] = []
        while len(ids) < size:
            for segment in corpus.document(chance, stage):
                piece = tokenizer.encode(segment.text).ids
                ids += piece
                labels += piece if segment.is_learned else [IGNORED] * len(piece)
        offsets = [
            chance.randrange(self.window - row + 1) if number % 2 else 0 for number in range(rows)
        ]
        return Batch(
            ids=torch.tensor(ids[:size]).view(rows, row),
            labels=torch.tensor(labels[:size]).view(rows, row),
            positions=torch.tensor(offsets)[:, None] + torch.arange(row),
        )
