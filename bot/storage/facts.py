"""Queries on the facts of the installation."""

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.tables import facts


class FactQueries:
    """Fulfils the services' Facts."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, key: str) -> str | None:
        """The value, or None."""
        value: str | None = await self._connection.scalar(
            select(facts.c.value).where(facts.c.key == key)
        )
        return value

    async def put(self, key: str, value: str) -> None:
        """Store a value."""
        statement = insert(facts).values(key=key, value=value)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["key"], set_={"value": value})
        )

    async def starting_with(self, prefix: str) -> dict[str, str]:
        """Every fact whose key begins so."""
        is_meant = facts.c.key.startswith(prefix, autoescape=True)
        found = await self._connection.execute(select(facts.c.key, facts.c.value).where(is_meant))
        return {row.key: row.value for row in found}
