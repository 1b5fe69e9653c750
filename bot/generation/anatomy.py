"""A loaded model, laid open for whoever looks inside."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import torch

from bot.generation.errand import Pieces
from bot.generation.gpt2 import GPT2
from bot.generation.prefix_cache import PrefixBlock, PrefixCache

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Anatomy:
    """What a look inside may read, in the model's thread and between two steps only.

    `cache_dtype` is that of what answers keep of their tokens, which the model remembers of
    earlier texts in `prefixes`.
    """

    gpt2: GPT2
    cache_dtype: torch.dtype
    prefixes: PrefixCache | None

    def known(self, tokens: tuple[int, ...]) -> tuple[PrefixBlock, ...]:
        """What is remembered of the beginning of a text."""
        return () if self.prefixes is None else self.prefixes.peek(tokens)


Examine = Callable[[Anatomy], Pieces[T]]
"""What is to be found out of a model, in pieces that its answers can stand."""
