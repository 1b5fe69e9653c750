"""Small facts of the installation that edges keep between starts."""

from bot.service.ports import Store


class InstallationService:
    """Remembers, for example, which commands Discord has been told."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def recall(self, key: str) -> str | None:
        """The value, or None."""
        async with self._store.reading() as transaction:
            return await transaction.facts.get(key)

    async def remember(self, key: str, value: str) -> None:
        """Store a value."""
        async with self._store.transaction() as transaction:
            await transaction.facts.put(key, value)
