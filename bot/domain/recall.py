"""What is remembered of a card that a person has answered, and when it is due again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Memory:
    """How well a card is known, in the terms of FSRS, a model of forgetting.

    `stability` is the number of days after which it is still known with 90 %, `difficulty`
    goes from 1 to 10; `state` and `step` say where among the first repetitions it is.
    """

    state: int
    step: int | None
    stability: float
    difficulty: float
    due: datetime
    reviewed_at: datetime


@dataclass(frozen=True, slots=True)
class Remembered:
    """A card of a person's schedule."""

    card: str
    memory: Memory


def due_cards(remembered: Sequence[Remembered], now: datetime) -> list[Remembered]:
    """Those whose time has come, the longest overdue first."""
    due = [each for each in remembered if each.memory.due <= now]
    return sorted(due, key=lambda each: (each.memory.due, each.card))
