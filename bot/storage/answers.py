"""Queries on answers and the messages that show them."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, delete, exists, literal, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.answer import Answer, AnswerKind, AnswerState, Ending, MessageRef, NewAnswer, Start
from bot.domain.budget import Budget
from bot.domain.card import Card
from bot.domain.conversation import Conversation
from bot.domain.draft import Draft
from bot.domain.sampling import FinishReason, SamplingParams
from bot.storage.tables import answer_messages, answers

# The statements of every question are built once: SQLAlchemy takes longer over building one
# than SQLite over running it. A column without a value here takes the parameter of its name.
_ADD = (
    insert(answers)
    .values(
        state=AnswerState.QUEUED,
        text="",
        num_prompt_tokens=0,
        num_new_tokens=0,
        num_dropped_turns=0,
    )
    .on_conflict_do_nothing(index_elements=["source"])
    .returning(answers.c.id)
)
_START = (
    update(answers)
    .where(answers.c.id == bindparam("answer_id"), answers.c.state == AnswerState.QUEUED)
    .values(state=AnswerState.GENERATING)
)
_END = update(answers).where(
    answers.c.id == bindparam("answer_id"), answers.c.finished_at.is_(None)
)


class AnswerQueries:
    """Fulfils the services' Answers."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, new: NewAnswer) -> Answer | None:
        """Insert in state queued; None if an answer with that source exists already."""
        values = {field.name: getattr(new, field.name) for field in dataclasses.fields(new)}
        conversation = values.pop("conversation")
        columns = {
            **values,
            "server": conversation.server,
            "channel": conversation.channel,
            "sampling": dataclasses.asdict(new.sampling),
        }
        number = await self._connection.scalar(_ADD, columns)
        if number is None:
            return None
        return Answer(
            id=number,
            state=AnswerState.QUEUED,
            revision=None,
            conversation=conversation,
            **values,
        )

    async def get(self, answer_id: int) -> Answer | None:
        """One row."""
        found = await self._connection.execute(select(answers).where(answers.c.id == answer_id))
        row = found.mappings().one_or_none()
        return None if row is None else _answer(row)

    async def start(self, answer_id: int, start: Start) -> None:
        """queued → generating."""
        await self._connection.execute(
            _START,
            {
                "answer_id": answer_id,
                "started_at": start.at,
                "prompt": start.prompt,
                "revision": start.revision,
                "num_prompt_tokens": start.num_prompt_tokens,
                "num_dropped_turns": start.num_dropped_turns,
                "layout": start.layout,
                "budget": None if start.budget is None else start.budget.as_dict(),
            },
        )

    async def end(self, answer_id: int, ending: Ending) -> bool:
        """→ a final state; False, changing nothing, if the answer has ended already."""
        sampling = ending.sampling
        another = {} if sampling is None else {"sampling": dataclasses.asdict(sampling)}
        changed = await self._connection.execute(
            _END,
            {
                **another,
                "answer_id": answer_id,
                "state": ending.state,
                "finished_at": ending.at,
                "text": ending.text,
                "finish_reason": ending.finish_reason,
                "num_new_tokens": ending.num_new_tokens,
                "first_token_at": ending.first_token_at,
                "error_id": ending.error_id,
                "card": None if ending.card is None else ending.card.as_dict(),
                "drafts": [draft.as_dict() for draft in ending.drafts] or None,
            },
        )
        return changed.rowcount > 0

    async def unfinished(self) -> Sequence[Answer]:
        """Rows in state queued or generating, oldest first."""
        found = await self._connection.execute(
            select(answers).where(answers.c.finished_at.is_(None)).order_by(answers.c.id)
        )
        return [_answer(row) for row in found.mappings()]

    async def undelivered(self, since: datetime) -> Sequence[Answer]:
        """Ended rows created at or after `since` that have messages but no delivery time."""
        found = await self._connection.execute(
            select(answers)
            .where(
                answers.c.delivered_at.is_(None),
                answers.c.created_at >= since,
                answers.c.finished_at.is_not(None),
                exists().where(answer_messages.c.answer_id == answers.c.id),
            )
            .order_by(answers.c.created_at, answers.c.id)
        )
        return [_answer(row) for row in found.mappings()]

    async def mark_delivered(self, answer_id: int, at: datetime) -> None:
        """The final text has reached its messages; interaction tokens are forgotten."""
        await self._connection.execute(
            update(answers).where(answers.c.id == answer_id).values(delivered_at=at)
        )
        await self._connection.execute(
            update(answer_messages)
            .where(answer_messages.c.answer_id == answer_id)
            .values(token=None)
        )

    async def mark_undelivered(self, answer_id: int) -> None:
        """What the answer's messages shall show has changed."""
        await self._connection.execute(
            update(answers).where(answers.c.id == answer_id).values(delivered_at=None)
        )

    async def messages(self, answer_id: int) -> Sequence[MessageRef]:
        """The messages of an answer in order of their parts."""
        found = await self._connection.execute(
            select(answer_messages)
            .where(answer_messages.c.answer_id == answer_id)
            .order_by(answer_messages.c.part)
        )
        return [MessageRef(**row) for row in found.mappings()]

    async def put_message(self, message: MessageRef) -> None:
        """Insert or replace the message of (answer_id, part).

        Nothing is noted of an answer whose person had it deleted while it was being shown.
        """
        values = dataclasses.asdict(message)
        known = select(*(literal(value).label(name) for name, value in values.items())).where(
            exists().where(answers.c.id == message.answer_id)
        )
        statement = insert(answer_messages).from_select(list(values), known)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["answer_id", "part"], set_=values)
        )

    async def drop_messages(self, answer_id: int, from_part: int) -> None:
        """Forget the messages of an answer from a part on."""
        await self._connection.execute(
            delete(answer_messages).where(
                answer_messages.c.answer_id == answer_id, answer_messages.c.part >= from_part
            )
        )

    async def by_message(self, message_id: str) -> Answer | None:
        """The newest answer that is shown in this message."""
        found = await self._connection.execute(
            select(answers)
            .join(answer_messages, answer_messages.c.answer_id == answers.c.id)
            .where(answer_messages.c.message_id == message_id)
            .order_by(answers.c.id.desc())
            .limit(1)
        )
        row = found.mappings().one_or_none()
        return None if row is None else _answer(row)


def _answer(row: RowMapping) -> Answer:
    values = dict(row)
    sampling = values.pop("sampling")
    reason = values.pop("finish_reason")
    card = values.pop("card")
    budget = values.pop("budget")
    drafts = values.pop("drafts")
    return Answer(
        conversation=Conversation(values.pop("server"), values.pop("channel")),
        kind=AnswerKind(values.pop("kind")),
        state=AnswerState(values.pop("state")),
        sampling=SamplingParams(**{**sampling, "stop": tuple(sampling["stop"])}),
        finish_reason=FinishReason(reason) if reason else None,
        card=None if card is None else Card.of_dict(card),
        budget=None if budget is None else Budget.of_dict(budget),
        drafts=tuple(Draft.of_dict(draft) for draft in drafts or ()),
        **values,
    )
