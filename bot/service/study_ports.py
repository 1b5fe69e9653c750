"""The doors to people's schedules and to the model of forgetting; a part of `ports`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.recall import Memory, Remembered


class Schedule(Protocol):
    """When a card is asked again."""

    def review(self, before: Memory | None, *, is_right: bool, now: datetime) -> Memory:
        """What is remembered after an answer; `before` is None for a new card."""
        ...


class Study(Protocol):
    """The cards that people have answered, unless they want none kept."""

    async def remembered(self, person_id: str) -> Sequence[Remembered]:
        """Every card of a person."""
        ...

    async def memory(self, person_id: str, card: str) -> Memory | None:
        """One card of a person."""
        ...

    async def put(self, person_id: str, card: str, memory: Memory) -> None:
        """Store a card, or replace what was known of it."""
        ...

    async def clear(self, person_id: str) -> int:
        """Forget a person's cards; returns how many there were."""
        ...

    async def is_off(self, person_id: str) -> bool:
        """Whether a person wants nothing kept."""
        ...

    async def turn_off(self, person_id: str, at: datetime) -> None:
        """Keep nothing of a person from now on."""
        ...

    async def turn_on(self, person_id: str) -> None:
        """Keep a schedule again."""
        ...
