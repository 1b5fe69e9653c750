"""How sure an answer is: a logistic regression over a few figures of it.

    p(right) = 1 / (1 + exp(−(bias + Σ weightᵢ · figureᵢ)))

The constants are fitted by `lectern calibrate` on questions whose right answers are known,
separately for quoted answers and for those from a model's memory.
"""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.card import Basis
from bot.domain.passage import Hit

QUOTED = ("strength", "coverage", "second", "length")
REMEMBERED = ("logprob", "coverage", "length")


@dataclass(frozen=True, slots=True)
class Logistic:
    """A bias and one weight for each named figure."""

    bias: float
    weights: Mapping[str, float]

    def probability(self, figures: Mapping[str, float]) -> float:
        """Between 0 and 1; a figure that is missing counts as 0."""
        sum_ = self.bias + sum(w * figures.get(name, 0.0) for name, w in self.weights.items())
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, sum_))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted constants of one model, and from which probability an answer is given."""

    quoted: Logistic = field(
        default_factory=lambda: Logistic(-5.0, {"strength": 5.0, "coverage": 4.0})
    )
    remembered: Logistic = field(
        default_factory=lambda: Logistic(1.6, {"logprob": 1.0, "coverage": 1.0})
    )
    enough_quoted: float = 0.5
    enough_remembered: float = 0.5

    def as_dict(self) -> dict[str, Any]:
        """For the database."""
        return dataclasses.asdict(self)

    @classmethod
    def of_dict(cls, stored: dict[str, Any]) -> "Calibration":
        """What `as_dict` gave."""
        quoted, remembered = (Logistic(**stored[name]) for name in ("quoted", "remembered"))
        return cls(quoted, remembered, stored["enough_quoted"], stored["enough_remembered"])

    def basis(self, quoted: float, remembered: float | None) -> Basis:
        """What an answer may rest on; `remembered` is None before the model has spoken."""
        if quoted >= self.enough_quoted:
            return Basis.NOTES
        if remembered is None or remembered >= self.enough_remembered:
            return Basis.MEMORY
        return Basis.NOTHING


STARTER = Calibration(
    Logistic(-2.541, {"strength": 2.463, "coverage": 1.917, "second": 0.023, "length": 0.486}),
    Logistic(-2.553, {"logprob": -0.758, "coverage": 0.377, "length": -0.872}),
    enough_quoted=0.713,
)
"""Fitted to the development set: what the starter model knows, its notes say better."""
SHIPPED = {"starter": STARTER}
"""Of the models that come along."""


def quoted_figures(question_terms: int, hits: tuple[Hit, ...], strength: float) -> dict[str, float]:
    """The figures of an answer that quotes: of its best hits and its best sentence."""
    coverages = [hit.coverage for hit in hits]
    return {
        "strength": strength,
        "coverage": max(coverages, default=0.0),
        "second": sorted(coverages)[-2] if len(coverages) > 1 else 0.0,
        "length": math.log1p(question_terms),
    }


def remembered_figures(
    question_terms: int, hits: tuple[Hit, ...], logprob: float, num_tokens: int
) -> dict[str, float]:
    """The figures of an answer from memory; `logprob` is the sum over its tokens."""
    return {
        "logprob": logprob / num_tokens if num_tokens else 0.0,
        "coverage": max((hit.coverage for hit in hits), default=0.0),
        "length": math.log1p(question_terms),
    }
