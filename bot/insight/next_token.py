"""The view *next*: what could come behind a position, and how it was chosen from.

The model gives every token of its vocabulary a probability, softmax(logits). Sampling changes
the distribution before it draws: penalties for repetition (Keskar et al. 2019, Paulus et al.
2017), temperature, top-k (Fan et al. 2018) and top-p (Holtzman et al. 2020). Both distributions
are shown side by side; the second is made by the very functions that the engine draws with.
"""

import torch
from torch import Tensor

from bot.domain.sampling import SamplingParams
from bot.domain.views import Candidate, NextView
from bot.generation.anatomy import Anatomy
from bot.generation.errand import Pieces
from bot.generation.request import Sequence
from bot.generation.sampler import filtered_weights, penalise
from bot.insight.slide import Slide
from bot.insight.trace import logits_of, probabilities, states_behind

NUM_CANDIDATES = 10
CONTEXT = 12
"""Tokens before the position that are shown."""


def next_view(anatomy: Anatomy, slide: Slide, position: int | None) -> Pieces[NextView]:
    """The likeliest tokens behind a position: by default what the model wrote first, or next.

    The token that did come is shown too, whatever its probability.
    """
    position = default_position(slide) if position is None else position
    place = slide.place(position)
    logits = yield from logits_behind(anatomy, slide, place)  # (V,)
    before = probabilities(logits)
    after = drawn_from(logits, slide.sequence(place))
    shown = torch.topk(before, min(NUM_CANDIDATES, len(before))).indices.tolist()
    actual = slide.tokens[place + 1] if place + 1 < len(slide.tokens) else None
    if actual is not None and actual not in shown:
        shown.append(actual)
    return NextView(
        context=slide.pieces(place + 1 - CONTEXT, place + 1),
        position=position,
        num_tokens=slide.num_positions,
        candidates=tuple(
            Candidate(slide.piece(token), float(before[token]), float(after[token]))
            for token in shown
        ),
        rest=max(0.0, 1 - float(before[shown].sum())),
        sampling=slide.sampling,
        actual=slide.following(place),
    )


def default_position(slide: Slide) -> int:
    """Where one choice shows most: early in an answer, at the end of a text."""
    return 0 if slide.is_written else slide.num_positions - 1


def logits_behind(anatomy: Anatomy, slide: Slide, place: int) -> Pieces[Tensor]:
    """The logits (V,) behind one place."""
    states = yield from states_behind(anatomy, slide.tokens[: place + 1], place)
    return logits_of(anatomy, states)[0]


def drawn_from(logits: Tensor, sequence: Sequence) -> Tensor:
    """The probabilities (V,) in float64 with which the engine would draw the next token.

    Greedy decoding is certain. Contrastive search draws nothing: the candidates among which
    it looks share everything, as the model shares it between them.
    """
    sampling: SamplingParams = sequence.request.sampling
    row = logits[None].clone()
    if sampling.is_contrastive:
        best = torch.topk(row[0], min(sampling.num_candidates, row.shape[-1])).indices
        weights = torch.zeros_like(row, dtype=torch.float64)
        weights[0, best] = probabilities(row)[0, best]
    else:
        penalise(row, [sequence])
        if sampling.temperature > 0:
            weights = filtered_weights(row, [sampling])
        else:
            weights = torch.zeros_like(row, dtype=torch.float64)
            weights[0, row[0].argmax()] = 1
    return weights[0] / weights[0].sum()
