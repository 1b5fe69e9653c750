"""How much was asked and answered: the numbers, for one person or a whole server."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.comparison import Standing

MAX_TOPICS = 8


class Rest(StrEnum):
    """What answers rest on, or that there was none."""

    NOTES = "notes"
    APPROVED = "approved"
    MEMORY = "memory"
    NOTHING = "nothing"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose questions count: those of a server since then, or of one person there."""

    server: str
    since: datetime
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class DayCount:
    """The questions of one day in UTC; what is asked again by a button is none."""

    day: date
    num_questions: int
    rests: Mapping[Rest, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a model was: medians, and the wait within which nine of ten answers began.

    Seconds count from the question, with waiting in line and loading in them.
    """

    model: str
    num_answers: int
    first_token_seconds: float
    slow_seconds: float
    tokens_per_second: float | None


@dataclass(frozen=True, slots=True)
class Opinions:
    """What people thought of the answers."""

    num_good: int = 0
    num_bad: int = 0
    num_endorsed: int = 0
    num_corrected: int = 0


@dataclass(frozen=True, slots=True)
class TopicCount:
    """How many answers were taken from a note, or a topic of the handbook, first of all."""

    topic: str
    num_answers: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """The numbers of a period, which ends `until` and has `num_days`."""

    until: date
    num_days: int
    days: tuple[DayCount, ...] = ()
    num_people: int = 0
    speeds: tuple[Speed, ...] = ()
    opinions: Opinions = Opinions()
    topics: tuple[TopicCount, ...] = ()
    standings: tuple[Standing, ...] = ()

    @property
    def num_questions(self) -> int:
        """All of the period."""
        return sum(each.num_questions for each in self.days)

    @property
    def rests(self) -> Mapping[Rest, int]:
        """What the answers of the period rest on, without what there is none of."""
        counts = {rest: sum(each.rests.get(rest, 0) for each in self.days) for rest in Rest}
        return {rest: count for rest, count in counts.items() if count}

    @property
    def busiest(self) -> DayCount | None:
        """The day with most questions, the latest of several."""
        asked = [each for each in self.days if each.num_questions]
        return max(asked, key=lambda each: (each.num_questions, each.day), default=None)

    @property
    def calendar(self) -> tuple[DayCount, ...]:
        """Every day of the period, also those on which nobody asked."""
        known = {each.day: each for each in self.days}
        first = self.until - timedelta(days=self.num_days - 1)
        every = (first + timedelta(days=number) for number in range(self.num_days))
        return tuple(known.get(day, DayCount(day, 0)) for day in every)


def quantile(counts: Mapping[int, int], share: float) -> int:
    """The least value that so large a share of all values does not exceed.

    `counts` tells how often each value occurs; there is at least one.
    """
    left = share * sum(counts.values())
    for value in sorted(counts):
        left -= counts[value]
        if left <= 1e-9:
            return value
    return max(counts)
