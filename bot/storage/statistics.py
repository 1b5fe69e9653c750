"""Queries that count answers; all but feedback are answered by `statistics_index` alone."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import BigInteger, ColumnElement, case, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.answer import AnswerKind, AnswerState
from bot.domain.card import Basis
from bot.domain.feedback import Verdict
from bot.domain.statistics import (
    DayCount,
    Opinions,
    Rest,
    Scope,
    Speed,
    TopicCount,
    quantile,
)
from bot.storage.statistics_index import STATISTICS as STATISTICS
from bot.storage.tables import answers, feedback

_MILLISECOND = 1_000
_SECOND = 1_000 * _MILLISECOND
_DAY = 86_400 * _SECOND
_EPOCH = date(1970, 1, 1)
_RESTS = {
    Basis.NOTES: Rest.NOTES,
    Basis.ANSWERED: Rest.APPROVED,
    Basis.MEMORY: Rest.MEMORY,
    Basis.NOTHING: Rest.NOTHING,
    AnswerState.DONE: Rest.MEMORY,  # before there were cards, all were from memory
    AnswerState.FAILED: Rest.UNFINISHED,
    AnswerState.CANCELLED: Rest.UNFINISHED,
    AnswerState.INTERRUPTED: Rest.UNFINISHED,
}
"""By basis, or by state where an answer has none; one that is being made counts for nothing."""


class StatisticsQueries:
    """Fulfils the services' Counts."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def days(self, scope: Scope) -> Sequence[DayCount]:
        """Each day on which somebody asked, in order."""
        day = (_microseconds(answers.c.created_at) // _DAY).label("day")
        rest = func.coalesce(answers.c.basis, answers.c.state).label("rest")
        is_new = answers.c.parent_id.is_(None)
        found = await self._connection.execute(
            select(day, rest, func.count().label("num"), func.count().filter(is_new).label("new"))
            .where(*_within(scope))
            .group_by(day, rest)
            .order_by(day)
        )
        questions: dict[int, int] = {}
        rests: dict[int, dict[Rest, int]] = {}
        for row in found:
            questions[row.day] = questions.get(row.day, 0) + row.new
            known = rests.setdefault(row.day, {})
            if (kind := _RESTS.get(row.rest)) is not None:
                known[kind] = known.get(kind, 0) + row.num
        return [
            DayCount(_EPOCH + timedelta(days=number), count, rests[number])
            for number, count in questions.items()
        ]

    async def num_people(self, scope: Scope) -> int:
        """How many people asked."""
        number = await self._connection.scalar(
            select(func.count(answers.c.asker_id.distinct())).where(*_within(scope))
        )
        return number or 0

    async def speeds(self, scope: Scope) -> Sequence[Speed]:
        """How fast each model was, the busiest first."""
        asked, first, end = (
            _microseconds(column)
            for column in (answers.c.created_at, answers.c.first_token_at, answers.c.finished_at)
        )
        num_tokens = answers.c.num_new_tokens
        was_written = answers.c.first_token_at.is_not(None) & (num_tokens > 0)
        waits = await self._spread(scope, (first - asked) // _MILLISECOND, was_written)
        has_rate = was_written & (num_tokens > 1) & (end > first)
        tenths = (num_tokens - 1) * 10 * _SECOND // (end - first)
        rates = await self._spread(scope, tenths, has_rate)
        speeds = [
            Speed(
                model,
                spread.total(),
                quantile(spread, 0.5) / 1_000,
                quantile(spread, 0.9) / 1_000,
                quantile(rates[model], 0.5) / 10 if model in rates else None,
            )
            for model, spread in waits.items()
        ]
        return sorted(speeds, key=lambda each: (-each.num_answers, each.model))

    async def _spread(
        self, scope: Scope, value: ColumnElement[int], has_value: ColumnElement[bool]
    ) -> dict[str, Counter[int]]:
        """How often each value occurs by model: as it is below 1,000, above in whole hundreds.

        Counting equal values is a fifth of the work of ranking them all.
        """
        rounded = case((value < 1_000, value), else_=(value + 50) // 100 * 100).label("value")
        found = await self._connection.execute(
            select(answers.c.model, rounded, func.count().label("num"))
            .where(*_within(scope), has_value)
            .group_by(answers.c.model, rounded)
        )
        spreads: dict[str, Counter[int]] = {}
        for row in found:
            spreads.setdefault(row.model, Counter())[row.value] = row.num
        return spreads

    async def opinions(self, scope: Scope) -> Opinions:
        """Votes and reviews of these answers."""
        found = await self._connection.execute(
            select(feedback.c.verdict, func.count().label("num"))
            .join(answers, answers.c.id == feedback.c.answer_id)
            .where(*_within(scope))
            .group_by(feedback.c.verdict)
        )
        counts = {row.verdict: row.num for row in found}
        return Opinions(
            num_good=counts.get(Verdict.GOOD, 0),
            num_bad=counts.get(Verdict.BAD, 0),
            num_endorsed=counts.get(Verdict.ENDORSED, 0),
            num_corrected=counts.get(Verdict.CORRECTED, 0),
        )

    async def topics(self, scope: Scope, limit: int) -> Sequence[TopicCount]:
        """What most answers were taken from; those given in private count for their person only."""
        is_open = (answers.c.is_private.is_(False),) if scope.person_id is None else ()
        num = func.count().label("num")
        found = await self._connection.execute(
            select(answers.c.topic, num)
            .where(*_within(scope), answers.c.topic.is_not(None), *is_open)
            .group_by(answers.c.topic)
            .order_by(num.desc(), answers.c.topic)
            .limit(limit)
        )
        return [TopicCount(row.topic, row.num) for row in found]


def _microseconds(moment: ColumnElement[object]) -> ColumnElement[int]:
    """A time as the number that it is stored as."""
    return type_coerce(moment, BigInteger)


def _within(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Questions, and not texts to be continued, of a scope."""
    conditions = (
        answers.c.server == scope.server,
        answers.c.kind == AnswerKind.ASK,
        answers.c.created_at >= scope.since,
    )
    if scope.person_id is None:
        return conditions
    return (*conditions, answers.c.asker_id == scope.person_id)
