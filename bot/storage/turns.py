"""Queries on the remembered turns of conversations."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, delete, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.conversation import Conversation, Turn
from bot.storage.tables import turns


class TurnQueries:
    """Fulfils the services' Turns. A turn's row id is its place in the order."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def newest(
        self, conversation: Conversation, limit: int, before: int | None = None
    ) -> Sequence[Turn]:
        """The newest turns, oldest of them first.

        With `before`, only turns that stand before that answer's turn; an answer that left
        no turn stands where its number puts it.
        """
        here = and_(turns.c.server == conversation.server, turns.c.channel == conversation.channel)
        query = select(turns.c.id, turns.c.question, turns.c.answer, turns.c.answer_id).where(here)
        order = turns.c.id
        if before is not None:
            place = await self._connection.scalar(
                select(turns.c.id).where(here, turns.c.answer_id == before)
            )
            if place is None:
                order = turns.c.answer_id
                query = query.where(turns.c.answer_id < before)
            else:
                query = query.where(turns.c.id < place)
        found = await self._connection.execute(query.order_by(order.desc()).limit(limit))
        return [Turn(*row[1:]) for row in sorted(found)]

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
        """Put `turn` in the place of an older answer's turn, in every conversation with it."""
        changed = await self._connection.execute(
            update(turns)
            .where(turns.c.answer_id == old_answer_id)
            .values(answer_id=turn.answer_id, question=turn.question, answer=turn.answer)
        )
        return changed.rowcount > 0

    async def clear(self, conversation: Conversation) -> int:
        """Forget a conversation; returns how many turns there were."""
        deleted = await self._connection.execute(
            delete(turns).where(
                turns.c.server == conversation.server, turns.c.channel == conversation.channel
            )
        )
        return deleted.rowcount
