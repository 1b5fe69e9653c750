"""The use case *privacy*: people see what is stored about them, and have it deleted."""

from collections.abc import Sequence

from bot.domain.conversation import Asker
from bot.domain.personal import Holding
from bot.service.answering import Answering
from bot.service.ports import Store


class PrivacyService:
    """A person's own data, on all servers of this installation. Nobody reads another's."""

    def __init__(self, store: Store, answering: Answering) -> None:
        self._store = store
        self._answering = answering

    async def show(self, asker: Asker) -> Sequence[Holding]:
        """What is stored about a person."""
        async with self._store.reading() as transaction:
            return await transaction.people.holdings(asker.id)

    async def delete(self, asker: Asker) -> Sequence[Holding]:
        """Delete it; returns what there was.

        Answers that are being written for the person are stopped. Their rows are gone when
        they end, so that they leave nothing behind.
        """
        self._answering.stop_all_of(asker.id)
        async with self._store.transaction() as transaction:
            found = await transaction.people.holdings(asker.id)
            await transaction.people.forget(asker.id)
        return found
