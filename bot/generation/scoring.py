"""What a loaded model thinks of every token of a text, not only of what comes after it."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from torch import Tensor

from bot.domain.sampling import SamplingParams
from bot.generation.engine import Engine
from bot.generation.request import Request
from bot.generation.scheduler import Scheduler

STEP_TOKENS = 128

Score = Callable[[tuple[int, ...]], Iterator[Tensor]]
"""Token ids, at most a window of them, to log-probabilities (n, V) of what follows each.

They come in blocks of rows, in the order of the tokens: a whole window of 1,024 takes
206 MB.
"""


def scorer(engine: Engine) -> Score:
    """The scores of our own engine, which must have no requests meanwhile.

    The text is read as a prompt is, in pieces of a step over the engine's cache. The plan is
    made by a scheduler of its own for every text, so that nothing that the engine remembers
    of earlier prompts is reused: every position is computed.
    """

    def score(tokens: tuple[int, ...]) -> Iterator[Tensor]:
        scheduler = Scheduler(1, STEP_TOKENS, 0)
        sequence = scheduler.add(Request(0, tokens, SamplingParams(max_new_tokens=1)))
        while sequence.num_cached < len(tokens):
            [chunk] = scheduler.schedule()
            whole = replace(chunk, num_logits=len(chunk.tokens))
            yield torch.log_softmax(engine.logits((whole,)), dim=-1)
            scheduler.advance(chunk)

    return score


def distributions(score: Score, tokens: tuple[int, ...]) -> Tensor:
    """Log-probabilities (n, V) behind each of a few tokens, in one tensor."""
    return torch.cat(list(score(tokens)))
