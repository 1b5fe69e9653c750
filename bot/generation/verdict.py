"""The outcome of one check, and how far a layout may be from what is right."""

from dataclasses import dataclass
from enum import StrEnum

from bot.generation.layout import Layout


class Verdict(StrEnum):
    """How a check went; `measured` where nothing is known to hold it against."""

    OK = "ok"
    FAILED = "FAILED"
    MEASURED = "measured"
    SKIPPED = "skipped"

    @classmethod
    def of(cls, is_right: bool) -> "Verdict":
        """Right or wrong."""
        return cls.OK if is_right else cls.FAILED


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what was expected of a layout, what came, and what to think of it."""

    layout: Layout
    name: str
    expected: str
    got: str
    verdict: Verdict
    seconds: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a layout may differ.

    `nats_behind` is by how much less likely than the likeliest token a token of the right
    greedy continuation may be; `divergence` the mean KL divergence in nats of the next
    token's distribution and `agreement` the least share of equal likeliest tokens, both
    against float32; `perplexity` is relative.
    """

    nats_behind: float
    divergence: float
    agreement: float
    perplexity: float


def bounds(layout: Layout) -> Bounds:
    """Bounds with a wide margin to rounding, and far from what a fault causes.

    Nats and divergences of the starter, and of random models of gpt2's size, stayed below a
    fifth of them.
    """
    if layout is Layout.FLOAT32:  # only the order of sums differs
        return Bounds(0.001, 1e-5, 0.995, 0.005)
    if layout is Layout.INT8:
        return Bounds(1.0, 0.1, 0.8, 0.05)
    return Bounds(0.5, 0.02, 0.9, 0.02)
