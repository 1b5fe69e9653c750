"""The view *surprise*: how unexpected each token was, and how unsure the model was before it.

    surprisal(x) = −log₂ p(x)            bits; 0 where x was certain (Shannon 1948)
    entropy      = −Σ p(y) · log₂ p(y)   the surprisal to be expected before x is known

The mean surprisal in nats is the loss that the model was trained to make small; e to the power
of it is the perplexity.
"""

import math

import torch

from bot.domain.errors import InvalidParameter
from bot.domain.views import SurpriseView
from bot.generation.anatomy import Anatomy
from bot.generation.errand import Pieces
from bot.insight.slide import Slide
from bot.insight.trace import logits_of, states_behind

_ROWS_AT_ONCE = 32
"""Rows of logits at a time: 6.4 MB of GPT-2's vocabulary, where a window has 206."""


def surprise_view(anatomy: Anatomy, slide: Slide) -> Pieces[SurpriseView]:
    """Every token that the model wrote; of a text that it did not write, all but the first.

    Before the very first token there is nothing to expect it from.

    Raises:
        InvalidParameter: a single token that nothing stands before.
    """
    first = max(slide.first, 1)
    if first == len(slide.tokens):
        raise InvalidParameter(
            "This text is a single token, which nothing foretells; please write a longer one."
        )
    # Each row tells of the token behind it.
    rows = yield from states_behind(anatomy, slide.tokens, first - 1, len(slide.tokens) - 1)
    targets = torch.tensor(slide.tokens[first:], device=rows.device)
    surprisals: list[float] = []
    entropies: list[float] = []
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        logprobs = torch.log_softmax(logits_of(anatomy, rows[part]), dim=-1)  # (R, V), nats
        surprisals += (-logprobs.gather(1, targets[part, None])[:, 0]).tolist()
        entropies += (-(logprobs.exp() * logprobs).sum(dim=-1)).tolist()
        yield
    return SurpriseView(
        slide.pieces(first, len(slide.tokens)),
        tuple(nats / math.log(2) for nats in surprisals),
        tuple(nats / math.log(2) for nats in entropies),
        first - slide.first,
    )
