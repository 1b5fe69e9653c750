"""Queries on the remembered turns of conversations."""

from datetime import datetime

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.conversation import MAX_COUNTED_TURNS, Conversation, History, Turn
from bot.storage.tables import answers, turns


class TurnQueries:
    """Fulfils the services' Turns. A turn's row id is its place in the order."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def newest(
        self, conversation: Conversation, limit: int, before: int | None = None
    ) -> History:
        """The newest turns.

        With `before`, only turns that stand before the turn of that answer's family; a
        family that left no turn stands where its first answer's number puts it.
        """
        wanted = and_(
            turns.c.server == conversation.server, turns.c.channel == conversation.channel
        )
        order = turns.c.id
        if before is not None:
            members = await self._family(before)
            place = await self._connection.scalar(
                select(func.min(turns.c.id)).where(wanted, turns.c.answer_id.in_(members))
            )
            if place is None:
                order = turns.c.answer_id
                wanted = and_(wanted, turns.c.answer_id < min(members))
            else:
                wanted = and_(wanted, turns.c.id < place)
        found = await self._connection.execute(
            select(turns.c.id, turns.c.question, turns.c.answer, turns.c.answer_id)
            .where(wanted)
            .order_by(order.desc())
            .limit(limit)
        )
        newest = tuple(Turn(*row[1:]) for row in sorted(found))
        if len(newest) < limit:
            return History(newest)
        # Counting a channel of many years would cost more than all the rest of a question.
        some = select(turns.c.id).where(wanted).limit(limit + MAX_COUNTED_TURNS).subquery()
        number = await self._connection.scalar(select(func.count()).select_from(some))
        return History(newest, (number or 0) - len(newest))

    async def put(
        self, conversation: Conversation, turn: Turn, asker_id: str, at: datetime
    ) -> None:
        """Remember a turn; one with the same answer is replaced and keeps its place."""
        statement = insert(turns).values(
            server=conversation.server,
            channel=conversation.channel,
            answer_id=turn.answer_id,
            asker_id=asker_id,
            question=turn.question,
            answer=turn.answer,
            at=at,
        )
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["server", "channel", "answer_id"],
                set_={"question": turn.question, "answer": turn.answer},
            )
        )

    async def replace(self, old_answer_id: int, turn: Turn) -> bool:
        """Put `turn` in the place of its family's turn, in every conversation that has it."""
        members = await self._family(old_answer_id)
        changed = await self._connection.execute(
            update(turns)
            .where(turns.c.answer_id.in_(members))
            .values(answer_id=turn.answer_id, question=turn.question, answer=turn.answer)
        )
        return changed.rowcount > 0

    async def _family(self, answer_id: int) -> list[int]:
        """All answers to one question: the first and what grew out of it by buttons.

        At most one of them owns the question's turn, and not always the newest: an attempt
        that failed left none.
        """
        above = (
            select(answers.c.id, answers.c.parent_id)
            .where(answers.c.id == answer_id)
            .cte(recursive=True)
        )
        above = above.union_all(
            select(answers.c.id, answers.c.parent_id).where(answers.c.id == above.c.parent_id)
        )
        first = select(func.min(above.c.id)).scalar_subquery()
        below = select(answers.c.id).where(answers.c.id == first).cte(recursive=True)
        below = below.union_all(select(answers.c.id).where(answers.c.parent_id == below.c.id))
        return list(await self._connection.scalars(select(below.c.id))) or [answer_id]

    async def clear(self, conversation: Conversation) -> int:
        """Forget a conversation; returns how many turns there were."""
        deleted = await self._connection.execute(
            delete(turns).where(
                turns.c.server == conversation.server, turns.c.channel == conversation.channel
            )
        )
        return deleted.rowcount
