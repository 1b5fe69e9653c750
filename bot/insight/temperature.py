"""The view *temperature*: one prompt, drawn from cautiously, evenly and boldly.

    p_T(x) ∝ exp( logit(x) / T )

T below 1 sharpens the model's distribution, until at 0 only the likeliest token is left; T
above 1 flattens it (Ackley, Hinton & Sejnowski 1985). Nothing else is filtered here, so that
the temperature alone makes the difference; every continuation has the same seed.
"""

import math

import torch
from torch import Tensor

from bot.domain.sampling import SamplingParams
from bot.domain.views import Candidate, TemperatureColumn
from bot.generation.anatomy import Anatomy
from bot.generation.errand import Pieces
from bot.generation.sampler import filtered_weights
from bot.insight.next_token import logits_behind
from bot.insight.slide import Slide
from bot.insight.trace import probabilities

TEMPERATURES = (0.3, 0.7, 1.2)
NUM_CANDIDATES = 8
NUM_NEW = 12
"""Tokens of a continuation."""


def columns_behind(
    anatomy: Anatomy, slide: Slide, place: int
) -> Pieces[tuple[TemperatureColumn, ...]]:
    """The distributions behind a place; the continuations are still to be written."""
    logits = yield from logits_behind(anatomy, slide, place)  # (V,)
    before = probabilities(logits)
    shown = torch.topk(before, min(NUM_CANDIDATES, len(before))).indices.tolist()
    columns = []
    for temperature in TEMPERATURES:
        after = at_temperature(logits, temperature)
        candidates = (
            Candidate(slide.piece(token), float(before[token]), float(after[token]))
            for token in shown
        )
        columns.append(
            TemperatureColumn(temperature, tuple(candidates), entropy(after), continuation="")
        )
        yield
    return tuple(columns)


def at_temperature(logits: Tensor, temperature: float) -> Tensor:
    """The probabilities (V,) in float64 at a temperature, without filters."""
    weights = filtered_weights(logits[None], [SamplingParams(temperature=temperature)])[0]
    return weights / weights.sum()


def entropy(shares: Tensor) -> float:
    """−Σ p log₂ p, in bits; what cannot come adds nothing."""
    return float(torch.special.entr(shares).sum()) / math.log(2)


def sampling_at(temperature: float, slide: Slide, room: int) -> SamplingParams:
    """How a continuation is written: with the answer's seed, and nothing but a temperature."""
    return SamplingParams(
        max_new_tokens=min(NUM_NEW, room), temperature=temperature, seed=slide.sampling.seed
    )
