"""Queries on what people think of answers."""

import dataclasses
from collections.abc import Sequence

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    cast,
    delete,
    func,
    insert,
    literal_column,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.feedback import REVIEWS, VOTES, Endorsed, Reception, Review, Verdict, Vote
from bot.domain.passage import Origin
from bot.storage.tables import feedback, passages

# As it stands in the index of endorsed answers, which a parameter would not match.
_IS_ENDORSED = passages.c.origin == literal_column(f"'{Origin.ANSWER}'")
_IS_VOTE = feedback.c.verdict.in_(VOTES)
_IS_REVIEW = feedback.c.verdict.in_(REVIEWS)
_REVIEW_COLUMNS = tuple(feedback.c[field.name] for field in dataclasses.fields(Review))


class FeedbackQueries:
    """Fulfils the services' Feedback."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def vote_of(
        self, answer_id: int, person_id: str, *, of_correction: bool
    ) -> Verdict | None:
        """What a person voted."""
        found = await self._connection.scalar(
            select(feedback.c.verdict).where(_vote(answer_id, person_id, of_correction))
        )
        return None if found is None else Verdict(found)

    async def put_vote(self, vote: Vote) -> None:
        """Store a vote in the place of the person's earlier one."""
        await self.drop_vote(vote.answer_id, vote.person_id, of_correction=vote.of_correction)
        await self._connection.execute(insert(feedback).values(dataclasses.asdict(vote)))

    async def drop_vote(self, answer_id: int, person_id: str, *, of_correction: bool) -> None:
        """Take a vote back."""
        await self._connection.execute(
            delete(feedback).where(_vote(answer_id, person_id, of_correction))
        )

    async def review(self, answer_id: int) -> Review | None:
        """What an assistant said of an answer."""
        found = await self._connection.execute(
            select(*_REVIEW_COLUMNS).where(feedback.c.answer_id == answer_id, _IS_REVIEW)
        )
        row = found.mappings().one_or_none()
        return None if row is None else Review(**{**row, "verdict": Verdict(row["verdict"])})

    async def put_review(self, review: Review) -> None:
        """Store a review in the place of the answer's earlier one."""
        await self.drop_review(review.answer_id)
        await self._connection.execute(
            insert(feedback).values(**dataclasses.asdict(review), of_correction=False)
        )

    async def drop_review(self, answer_id: int) -> None:
        """Take a review back."""
        await self._connection.execute(
            delete(feedback).where(feedback.c.answer_id == answer_id, _IS_REVIEW)
        )

    async def reception(self, answer_id: int) -> Reception:
        """The review of an answer, and the votes on what it shows now."""
        review = await self.review(answer_id)
        is_corrected = review is not None and review.is_correction
        found = await self._connection.execute(
            select(feedback.c.verdict, func.count())
            .where(
                feedback.c.answer_id == answer_id,
                feedback.c.of_correction == is_corrected,
                _IS_VOTE,
            )
            .group_by(feedback.c.verdict)
        )
        good = bad = 0
        for verdict, number in found:
            good, bad = (number, bad) if verdict == Verdict.GOOD else (good, number)
        return Reception(good, bad, review)

    async def endorsed(self, server: str) -> Sequence[Endorsed]:
        """What a server's questions are answered with, the newest first."""
        review = and_(feedback.c.answer_id == cast(passages.c.document, Integer), _IS_REVIEW)
        found = await self._connection.execute(
            select(
                cast(passages.c.document, Integer).label("answer_id"),
                passages.c.heading.label("question"),
                passages.c.text,
                passages.c.link,
                feedback.c.person_name,
                feedback.c.verdict,
            )
            .outerjoin(feedback, review)
            .where(passages.c.server == server, _IS_ENDORSED)
            .order_by(passages.c.id.desc())
        )
        return [
            Endorsed(**{**row, "verdict": Verdict(row["verdict"]) if row["verdict"] else None})
            for row in found.mappings()
        ]

    async def num_endorsed(self, server: str) -> int:
        """How many answers there are that questions of a server are answered with."""
        number = await self._connection.scalar(
            select(func.count()).where(passages.c.server == server, _IS_ENDORSED)
        )
        return number or 0


def _vote(answer_id: int, person_id: str, of_correction: bool) -> ColumnElement[bool]:
    return and_(
        feedback.c.answer_id == answer_id,
        feedback.c.person_id == person_id,
        feedback.c.of_correction == of_correction,
        _IS_VOTE,
    )
