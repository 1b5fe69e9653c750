"""Queries on people's schedules."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.recall import Memory, Remembered
from bot.storage.study_tables import study_cards, study_optouts

_COLUMNS = tuple(study_cards.c[field.name] for field in dataclasses.fields(Memory))


class StudyQueries:
    """Fulfils the services' Study."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def remembered(self, person_id: str) -> Sequence[Remembered]:
        """Every card of a person."""
        found = await self._connection.execute(
            select(study_cards.c.card, *_COLUMNS).where(study_cards.c.person_id == person_id)
        )
        return [Remembered(card, Memory(*memory)) for card, *memory in found]

    async def memory(self, person_id: str, card: str) -> Memory | None:
        """One card of a person."""
        found = await self._connection.execute(select(*_COLUMNS).where(_row(person_id, card)))
        row = found.one_or_none()
        return None if row is None else Memory(*row)

    async def put(self, person_id: str, card: str, memory: Memory) -> None:
        """Store a card, or replace what was known of it."""
        values = dataclasses.asdict(memory)
        await self._connection.execute(
            insert(study_cards)
            .values(person_id=person_id, card=card, **values)
            .on_conflict_do_update(index_elements=("person_id", "card"), set_=values)
        )

    async def clear(self, person_id: str) -> int:
        """Forget a person's cards; returns how many there were."""
        done = await self._connection.execute(
            delete(study_cards).where(study_cards.c.person_id == person_id)
        )
        return done.rowcount

    async def is_off(self, person_id: str) -> bool:
        """Whether a person wants nothing kept."""
        found = await self._connection.scalar(
            select(study_optouts.c.person_id).where(study_optouts.c.person_id == person_id)
        )
        return found is not None

    async def turn_off(self, person_id: str, at: datetime) -> None:
        """Keep nothing of a person from now on."""
        await self._connection.execute(
            insert(study_optouts).values(person_id=person_id, at=at).on_conflict_do_nothing()
        )

    async def turn_on(self, person_id: str) -> None:
        """Keep a schedule again."""
        await self._connection.execute(
            delete(study_optouts).where(study_optouts.c.person_id == person_id)
        )


def _row(person_id: str, card: str) -> ColumnElement[bool]:
    return and_(study_cards.c.person_id == person_id, study_cards.c.card == card)
