"""How the starter model is trained: sizes, schedule, batches. All a function of the step."""

import math
import random
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from bot.training.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Recipe:
    """The numbers of a training run.

    Three of four batches are many short rows, every fourth is few rows of the whole window,
    so that late positions are learned too at the price of early ones.
    """

    num_layers: int = 6
    width: int = 192
    num_heads: int = 6
    vocabulary: int = 3072
    window: int = 1024
    short_row: int = 256
    batch_tokens: int = 4096
    num_steps: int = 1_500
    warm_up_steps: int = 100
    peak_rate: float = 2e-3
    weight_decay: float = 0.05
    dropout: float = 0.05
    clip_norm: float = 1.0
    checkpoint_every: int = 100

    def rate(self, step: int) -> float:
        """Learning rate: linear warm-up, then half a cosine down to a twentieth."""
        if step < self.warm_up_steps:
            return self.peak_rate * (step + 1) / self.warm_up_steps
        progress = (step - self.warm_up_steps) / max(self.num_steps - self.warm_up_steps, 1)
        return self.peak_rate * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(progress, 1))))

    def batch(self, corpus: Corpus, tokenizer: Tokenizer, seed: int, step: int) -> Tensor:
        """Token ids (rows, row length) of one step: documents packed without gaps.

        The chance is seeded by seed and step, so a resumed run reads the same batches.
        """
        chance = random.Random(f"{seed}:{step}")
        row = self.window if step % 4 == 3 else self.short_row
        rows = max(self.batch_tokens // row, 1)
        ids: list[int] = []
        while len(ids) < rows * row:
            ids += tokenizer.encode(corpus.document(chance)).ids
        return torch.tensor(ids[: rows * row]).view(rows, row)
