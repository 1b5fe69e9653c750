"""What a loaded model thinks of every token of a text, not only of what comes after it."""

from collections.abc import Callable, Iterator
from itertools import cycle

import torch
from torch import Tensor

from bot.domain.sampling import SamplingParams
from bot.generation.chunk import Chunk
from bot.generation.engine import Engine
from bot.generation.ragged import FEW_ROWS
from bot.generation.request import Request, Sequence

STEP_TOKENS = (128, FEW_ROWS)
"""Tokens of the steps, in turns: many are computed another way than few, and both serve."""

Score = Callable[[tuple[int, ...]], Iterator[Tensor]]
"""Token ids, at most a window of them, to log-probabilities (n, V) of what follows each.

They come in blocks of rows, in the order of the tokens: a whole window of 1,024 takes
206 MB.
"""


def scorer(engine: Engine) -> Score:
    """The scores of our own engine, which must have no requests meanwhile.

    The text is read as a prompt is, in steps over the engine's first slot, and nothing that
    the engine remembers of earlier prompts is reused: every position is computed.
    """

    def score(tokens: tuple[int, ...]) -> Iterator[Tensor]:
        sequence = Sequence(Request(0, tokens, SamplingParams(max_new_tokens=1)), slot=0)
        for length in cycle(STEP_TOKENS):
            start = sequence.num_cached
            piece = tokens[start : start + length]
            if not piece:
                return
            chunk = Chunk(sequence, 0, start, piece, len(piece))
            yield torch.log_softmax(engine.logits((chunk,)), dim=-1)
            sequence.num_cached = chunk.stop

    return score


def distributions(score: Score, tokens: tuple[int, ...]) -> Tensor:
    """Log-probabilities (n, V) behind each of a few tokens, in one tensor."""
    return torch.cat(list(score(tokens)))
