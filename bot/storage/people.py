"""What is a person's in the database: one list, and the queries that follow it.

Every column that names a person stands here, or is a name beside one that does; a test holds the
list against the tables. A new table with people in it gets an entry of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Table,
    and_,
    cast,
    delete,
    func,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.answer import AnswerKind
from bot.domain.feedback import REVIEWS, VOTES
from bot.domain.passage import Origin
from bot.domain.personal import NOBODY, Holding
from bot.storage.study_tables import study_cards, study_optouts
from bot.storage.tables import answers, feedback, notes, passages, rate_limits, turns


@dataclass(frozen=True)
class Possession:
    """One kind of rows that are a person's.

    `owner` is the column with the person's id, or one that `is_theirs` finds them by. Rows are
    deleted, unless there are values that they get instead in `becomes`: they are the server's then.
    """

    one: str
    many: str
    purpose: str
    owner: Column[Any]
    since: Column[Any] | None = None
    only: ColumnElement[bool] = field(default_factory=true)
    becomes: Mapping[str, str | None] | None = None
    is_theirs: Callable[[str], ColumnElement[bool]] | None = None

    @property
    def table(self) -> Table:
        """Where the rows are."""
        return self.owner.table

    def rows_of(self, person_id: str) -> ColumnElement[bool]:
        """Tells a person's rows from all others."""
        theirs = self.is_theirs(person_id) if self.is_theirs else self.owner == person_id
        return and_(theirs, self.only)


def _limit_of(person_id: str) -> ColumnElement[bool]:
    """A person's limits are kept by server and person, those of quizzes by person."""
    ends = rate_limits.c.key.endswith(f":{person_id}", autoescape=True)
    return and_(rate_limits.c.scope.in_(("person", "quiz")), ends)


_IS_APPROVED = or_(
    answers.c.id.in_(select(feedback.c.answer_id).where(feedback.c.verdict.in_(REVIEWS))),
    answers.c.id.in_(
        select(cast(passages.c.document, Integer)).where(
            passages.c.server == answers.c.server, passages.c.origin == Origin.ANSWER
        )
    ),
)
_IS_TEXT = answers.c.kind == AnswerKind.EXPLAIN

POSSESSIONS = (
    Possession(
        "turn in a channel or thread",
        "turns in channels and threads",
        "so that follow-up questions are understood; /reset forgets a channel's",
        turns.c.asker_id,
        turns.c.at,
    ),
    Possession(
        "vote on an answer",
        "votes on answers",
        "to count 👍 and 👎",
        feedback.c.person_id,
        feedback.c.at,
        only=feedback.c.verdict.in_(VOTES),
    ),
    Possession(
        "card of the quiz schedule",
        "cards of the quiz schedule",
        "so that /quiz asks again in time; /quiz schedule: stop keeps none",
        study_cards.c.person_id,
        study_cards.c.reviewed_at,
    ),
    Possession(
        "wish to keep no quiz schedule",
        "wishes to keep no quiz schedule",
        "so that none is kept",
        study_optouts.c.person_id,
        study_optouts.c.at,
    ),
    Possession(
        "answer approved or corrected as an assistant",
        "answers approved or corrected as an assistant",
        "so that others who ask the same read them",
        feedback.c.person_id,
        feedback.c.at,
        only=feedback.c.verdict.in_(REVIEWS),
        becomes={"person_id": "", "person_name": NOBODY},
    ),
    Possession(
        "note added to a course",
        "notes added to a course",
        "so that answers can quote them",
        notes.c.added_by,
        notes.c.added_at,
        becomes={"added_by": "", "added_by_name": NOBODY},
    ),
    Possession(
        "question whose answer an assistant approved",
        "questions whose answers an assistant approved",
        "so that others who ask the same read them",
        answers.c.asker_id,
        answers.c.created_at,
        only=_IS_APPROVED,
        becomes={"asker_id": "", "asker_name": NOBODY, "prompt": None},
    ),
    Possession(
        "text given to /explain",
        "texts given to /explain",
        "so that the controls below their pictures work",
        answers.c.asker_id,
        answers.c.created_at,
        only=_IS_TEXT,
    ),
    Possession(
        "question or text to continue, with what was answered",
        "questions and texts to continue, with what was answered",
        "so that answers can be regenerated, replayed and looked into",
        answers.c.asker_id,
        answers.c.created_at,
        only=and_(~_IS_TEXT, ~_IS_APPROVED),
    ),
    Possession(
        "counter of a rate limit",
        "counters of a rate limit",
        "so that everybody gets a turn",
        rate_limits.c.key,
        is_theirs=_limit_of,
    ),
)
"""In this order they are shown and deleted; what others refer to comes last."""


class PeopleQueries:
    """Fulfils the services' People."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def holdings(self, person_id: str) -> Sequence[Holding]:
        """What there is of a person; kinds of which there is none are left out."""
        found = []
        for kind in POSSESSIONS:
            columns: list[Any] = [func.count()]
            if kind.since is not None:
                columns.append(func.min(kind.since))
            query = select(*columns).select_from(kind.table).where(kind.rows_of(person_id))
            count, *since = (await self._connection.execute(query)).one()
            if count:
                oldest = since[0] if since else None
                stays = kind.becomes is not None
                found.append(Holding(kind.one, kind.many, kind.purpose, count, oldest, stays))
        return found

    async def forget(self, person_id: str) -> None:
        """Delete all of it; what becomes the servers' loses the person's id and name.

        What refers to a deleted row goes with it, as the tables say.
        """
        for kind in POSSESSIONS:
            whose = kind.rows_of(person_id)
            if kind.becomes is None:
                await self._connection.execute(delete(kind.table).where(whose))
            else:
                change = update(kind.table).where(whose).values(dict(kind.becomes))
                await self._connection.execute(change)
