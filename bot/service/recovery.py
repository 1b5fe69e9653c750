"""After a restart: what was being answered is closed, what was not shown is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.answer import Answer, AnswerState, Ending, MessageRef
from bot.service.ports import Clock, Store

OLDEST_DELIVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """An ended answer whose messages may not show its end yet."""

    answer: Answer
    messages: Sequence[MessageRef]


class RecoveryService:
    """Runs once at start, before anything new is accepted."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def interrupt_unfinished(self) -> int:
        """Close every answer that the last process left open as interrupted."""
        async with self._store.transaction() as transaction:
            unfinished = await transaction.answers.unfinished()
            for answer in unfinished:
                ending = Ending(self._clock.now(), AnswerState.INTERRUPTED, answer.prefix, None, 0)
                await transaction.answers.end(answer.id, ending)
        return len(unfinished)

    async def undelivered(self) -> Sequence[Undelivered]:
        """What an edge has to bring to its messages now."""
        since = self._clock.now() - OLDEST_DELIVERY
        async with self._store.reading() as transaction:
            answers = await transaction.answers.undelivered(since)
            return [
                Undelivered(answer, await transaction.answers.messages(answer.id))
                for answer in answers
            ]
