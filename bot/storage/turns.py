"""Queries on the remembered turns of conversations."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Select, and_, bindparam, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.conversation import MAX_COUNTED_TURNS, Conversation, History, Turn
from bot.storage.tables import answers, turns

_NEW = insert(turns)
_PUT = _NEW.on_conflict_do_update(
    index_elements=["server", "channel", "answer_id"],
    set_={"question": _NEW.excluded.question, "answer": _NEW.excluded.answer},
)
LATER_THAN_ALL = 2**63 - 1
_HERE = and_(
    turns.c.server == bindparam("server"),
    turns.c.channel == bindparam("channel"),
)


def _newest(order: Column[int]) -> Select[Any]:
    """The newest rows below a number, each with how many there are; built once, as in `answers`.

    Counting a channel of many years would cost more than all the rest of a question, so no
    more than `most` are counted.
    """
    wanted = and_(_HERE, order < bindparam("below"))
    some = select(turns.c.id).where(wanted).limit(bindparam("most")).subquery()
    number = select(func.count()).select_from(some).scalar_subquery()
    columns = (turns.c.id, number, turns.c.question, turns.c.answer, turns.c.answer_id)
    return select(*columns).where(wanted).order_by(order.desc()).limit(bindparam("limit"))


_BY_PLACE = _newest(turns.c.id)
_BY_ANSWER = _newest(turns.c.answer_id)


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
        place = {"server": conversation.server, "channel": conversation.channel}
        newest, below = _BY_PLACE, LATER_THAN_ALL
        if before is not None:
            members = await self._family(before)
            first = await self._connection.scalar(
                select(func.min(turns.c.id)).where(_HERE, turns.c.answer_id.in_(members)), place
            )
            if first is None:
                newest, below = _BY_ANSWER, min(members)
            else:
                below = first
        wanted = {**place, "below": below, "limit": limit, "most": limit + MAX_COUNTED_TURNS}
        found = await self._connection.execute(newest, wanted)
        rows = sorted(found, key=lambda row: row[0])
        history = tuple(Turn(*row[2:]) for row in rows)
        return History(history, rows[0][1] - len(history) if rows else 0)

    async def put(
        self, conversation: Conversation, turn: Turn, asker_id: str, at: datetime
    ) -> None:
        """Remember a turn; one with the same answer is replaced and keeps its place."""
        await self._connection.execute(
            _PUT,
            {
                "server": conversation.server,
                "channel": conversation.channel,
                "answer_id": turn.answer_id,
                "asker_id": asker_id,
                "question": turn.question,
                "answer": turn.answer,
                "at": at,
            },
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

    async def rewrite(self, answer_id: int, text: str) -> None:
        """Let an answer's turn say this, in every conversation that still remembers it."""
        await self._connection.execute(
            update(turns).where(turns.c.answer_id == answer_id).values(answer=text)
        )

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
