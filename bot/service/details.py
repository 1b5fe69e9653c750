"""The use case *details*: whoever can read an answer may know how it came about."""

from bot.domain.answer import Answer
from bot.domain.conversation import Asker
from bot.service.access import require_visible
from bot.service.ports import Store


class DetailsService:
    """Looks answers up."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def answer(self, asker: Asker, server: str, answer_id: int) -> Answer:
        """The row of an answer of this server.

        Raises:
            NotFound: no such answer on this server, or somebody else's private one.
        """
        async with self._store.reading() as transaction:
            found = await transaction.answers.get(answer_id)
        return require_visible(asker, found, answer_id, server)
