"""Queries on comparisons of models."""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Integer, RowMapping, cast, func, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.comparison import (
    Comparison,
    ComparisonState,
    ComparisonVote,
    Entry,
    EntryState,
    NewComparison,
    Standing,
)
from bot.domain.conversation import Conversation
from bot.domain.sampling import SamplingParams
from bot.storage.comparison_tables import comparison_answers, comparison_votes, comparisons

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_ENTRY_COLUMNS = tuple(comparison_answers.c[field.name] for field in dataclasses.fields(Entry))


class ComparisonQueries:
    """Fulfils the services' Comparisons."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, new: NewComparison) -> Comparison | None:
        """Insert with its entries; None if one with that source exists already."""
        values = {field.name: getattr(new, field.name) for field in dataclasses.fields(new)}
        conversation, models = values.pop("conversation"), values.pop("models")
        number = await self._connection.scalar(
            insert(comparisons)
            .values(
                **values | {"sampling": dataclasses.asdict(new.sampling)},
                state=ComparisonState.RUNNING,
                server=conversation.server,
                channel=conversation.channel,
                num_passages=0,
            )
            .on_conflict_do_nothing(index_elements=["source"])
            .returning(comparisons.c.id)
        )
        if number is None:
            return None
        entries = tuple(Entry(position, model) for position, model in enumerate(models))
        rows = [{**dataclasses.asdict(entry), "comparison_id": number} for entry in entries]
        await self._connection.execute(insert(comparison_answers), rows)
        del values["source"]
        return Comparison(
            id=number,
            state=ComparisonState.RUNNING,
            conversation=conversation,
            entries=entries,
            votes=(0,) * len(entries),
            **values,
        )

    async def get(self, comparison_id: int) -> Comparison | None:
        """One comparison with its votes."""
        found = await self._connection.execute(
            select(comparisons).where(comparisons.c.id == comparison_id)
        )
        row = found.mappings().one_or_none()
        return None if row is None else await self._whole(row)

    async def put_entry(self, comparison_id: int, entry: Entry) -> None:
        """Store what became of an entry."""
        values = dataclasses.asdict(entry)
        position = values.pop("position")
        await self._connection.execute(
            update(comparison_answers)
            .where(
                comparison_answers.c.comparison_id == comparison_id,
                comparison_answers.c.position == position,
            )
            .values(values)
        )

    async def put_num_passages(self, comparison_id: int, num_passages: int) -> None:
        """Note how many passages of the notes all prompts hold."""
        await self._connection.execute(
            update(comparisons)
            .where(comparisons.c.id == comparison_id)
            .values(num_passages=num_passages)
        )

    async def end(self, comparison_id: int, state: ComparisonState, *, reveals: bool) -> None:
        """→ a final state; entries that still wait are left out."""
        await self._connection.execute(
            update(comparisons).where(comparisons.c.id == comparison_id).values(state=state)
        )
        await self._connection.execute(
            update(comparison_answers)
            .where(
                comparison_answers.c.comparison_id == comparison_id,
                comparison_answers.c.state == EntryState.WAITING,
            )
            .values(state=EntryState.LEFT_OUT)
        )
        if reveals:
            await self.reveal(comparison_id)

    async def reveal(self, comparison_id: int) -> None:
        """Let everybody see which model wrote what."""
        await self._connection.execute(
            update(comparisons).where(comparisons.c.id == comparison_id).values(is_revealed=True)
        )

    async def vote_of(self, comparison_id: int, person_id: str) -> int | None:
        """The position that a person voted for."""
        position: int | None = await self._connection.scalar(
            select(comparison_votes.c.position).where(
                comparison_votes.c.comparison_id == comparison_id,
                comparison_votes.c.person_id == person_id,
            )
        )
        return position

    async def put_vote(self, vote: ComparisonVote) -> None:
        """Store a vote in the place of the person's earlier one."""
        values = dataclasses.asdict(vote)
        statement = insert(comparison_votes).values(values)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["comparison_id", "person_id"], set_=values
            )
        )

    async def unshown(self) -> Sequence[Comparison]:
        """Those whose message may not show their end, oldest first; some are running still."""
        found = await self._connection.execute(
            select(comparisons)
            # The bound is no condition: it makes this a search in the index of such rows.
            .where(comparisons.c.shown_at.is_(None), comparisons.c.created_at >= _BEGINNING)
            .order_by(comparisons.c.created_at, comparisons.c.id)
        )
        return [await self._whole(row) for row in found.mappings().all()]

    async def mark_shown(self, comparison_id: int, at: datetime) -> None:
        """The message shows the end."""
        await self._connection.execute(
            update(comparisons).where(comparisons.c.id == comparison_id).values(shown_at=at)
        )

    async def standings(self, server: str, since: datetime) -> Sequence[Standing]:
        """How each model fared in blind votes on a server since then, the best first."""
        voted, answered = comparison_votes, comparison_answers
        is_for_it = cast(voted.c.position == answered.c.position, Integer)
        num_votes = func.sum(is_for_it)
        found = await self._connection.execute(
            select(
                answered.c.model,
                func.count(comparisons.c.id.distinct()).label("num_comparisons"),
                func.count().label("num_cast"),
                num_votes.label("num_votes"),
            )
            .select_from(comparisons)
            .join(voted, voted.c.comparison_id == comparisons.c.id)
            .join(answered, answered.c.comparison_id == comparisons.c.id)
            .where(
                comparisons.c.server == server,
                comparisons.c.created_at >= since,
                voted.c.is_blind,
                answered.c.state == EntryState.DONE,
            )
            .group_by(answered.c.model)
            .order_by((num_votes * 1.0 / func.count()).desc(), num_votes.desc(), answered.c.model)
        )
        return [Standing(**row) for row in found.mappings()]

    async def _whole(self, row: RowMapping) -> Comparison:
        """A comparison with its entries and votes."""
        number = row["id"]
        found = await self._connection.execute(
            select(*_ENTRY_COLUMNS)
            .where(comparison_answers.c.comparison_id == number)
            .order_by(comparison_answers.c.position)
        )
        entries = tuple(
            Entry(**{**each, "state": EntryState(each["state"])}) for each in found.mappings()
        )
        counted = await self._connection.execute(
            select(comparison_votes.c.position, func.count().label("num"))
            .where(comparison_votes.c.comparison_id == number)
            .group_by(comparison_votes.c.position)
        )
        votes = {row.position: row.num for row in counted}
        sampling = row["sampling"]
        return Comparison(
            id=number,
            state=ComparisonState(row["state"]),
            conversation=Conversation(row["server"], row["channel"]),
            person_id=row["person_id"],
            person_name=row["person_name"],
            question=row["question"],
            sampling=SamplingParams(**{**sampling, "stop": tuple(sampling["stop"])}),
            is_revealed=row["is_revealed"],
            channel_id=row["channel_id"],
            message_id=row["message_id"],
            created_at=row["created_at"],
            entries=entries,
            votes=tuple(votes.get(entry.position, 0) for entry in entries),
            num_passages=row["num_passages"],
        )
