"""The use case *details*: whoever can read an answer may know how it came about."""

from bot.domain.answer import Answer
from bot.domain.conversation import Asker, Conversation
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

    async def newest(self, asker: Asker, conversation: Conversation, limit: int) -> list[Answer]:
        """A person's own newest answers that a conversation remembers, oldest of them first."""
        async with self._store.reading() as transaction:
            history = await transaction.turns.newest(conversation, limit)
            found = [await transaction.answers.get(turn.answer_id) for turn in history.turns]
        return [answer for answer in found if answer is not None and answer.asker_id == asker.id]
