"""The door to the numbers of what was asked and answered; a part of `ports`."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.statistics import DayCount, Opinions, Scope, Speed, TopicCount


class Counts(Protocol):
    """Numbers over many answers to questions, added up in the database."""

    async def days(self, scope: Scope) -> Sequence[DayCount]:
        """Each day on which somebody asked, in order."""
        ...

    async def num_people(self, scope: Scope) -> int:
        """How many people asked."""
        ...

    async def speeds(self, scope: Scope) -> Sequence[Speed]:
        """How fast each model was, the busiest first."""
        ...

    async def opinions(self, scope: Scope) -> Opinions:
        """Votes and reviews of these answers."""
        ...

    async def topics(self, scope: Scope, limit: int) -> Sequence[TopicCount]:
        """What most answers were taken from; those given in private count for their person only."""
        ...
