"""Which messages show an answer, and whether its end has reached them."""

from collections.abc import Sequence

from bot.domain.answer import Answer, MessageRef
from bot.service.ports import Clock, Store


class DeliveryService:
    """Bookkeeping of an edge that shows answers in messages which outlive the process."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def answer(self, answer_id: int) -> Answer | None:
        """The row of an answer."""
        async with self._store.reading() as transaction:
            return await transaction.answers.get(answer_id)

    async def messages(self, answer_id: int) -> Sequence[MessageRef]:
        """The messages of an answer, in order of their parts."""
        async with self._store.reading() as transaction:
            return await transaction.answers.messages(answer_id)

    async def answer_in(self, message_id: str) -> Answer | None:
        """The newest answer that is shown in a message."""
        async with self._store.reading() as transaction:
            return await transaction.answers.by_message(message_id)

    async def is_reply(self, answer: Answer, channel_id: str) -> bool:
        """Whether it stands below the message that asks its question, so that this is shown.

        An answer that took another one's place stands where that one did. What could not be
        written where the question stands is no reply.
        """
        if channel_id != answer.conversation.channel:
            return False
        async with self._store.reading() as transaction:
            while answer.parent_id is not None:
                parent = await transaction.answers.get(answer.parent_id)
                if parent is None:
                    break
                answer = parent
        return answer.source.startswith("message:")

    async def put(self, message: MessageRef) -> None:
        """Note a message before it is sent, and again once its id is known."""
        async with self._store.transaction() as transaction:
            await transaction.answers.put_message(message)

    async def delivered(self, answer_id: int, num_parts: int) -> None:
        """The final text stands in its messages; parts beyond `num_parts` are gone."""
        async with self._store.transaction() as transaction:
            await transaction.answers.drop_messages(answer_id, num_parts)
            await transaction.answers.mark_delivered(answer_id, self._clock.now())
