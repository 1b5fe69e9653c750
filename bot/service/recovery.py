"""After a restart: what was being answered is closed, what was not shown is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.answer import Answer, AnswerState, Ending, MessageRef
from bot.service.ports import Clock, Store

OLDEST_DELIVERY = timedelta(days=1)
PAGE = "web:"
"""How the sources of the page's answers begin."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """An ended answer whose messages may not show its end yet."""

    answer: Answer
    messages: Sequence[MessageRef]


class RecoveryService:
    """Runs once at start of an edge, before it accepts anything new."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def interrupt_unfinished(self, *, of_page: bool = False) -> Sequence[Answer]:
        """Close every answer that the last process left open as interrupted; return them.

        The page closes its own and no others: it may have been open for a while when Discord is
        reached at last, or run in a process of its own beside the bot.
        """
        async with self._store.transaction() as transaction:
            unfinished = [
                answer
                for answer in await transaction.answers.unfinished()
                if answer.source.startswith(PAGE) is of_page
            ]
            for answer in unfinished:
                ending = Ending(self._clock.now(), AnswerState.INTERRUPTED, answer.prefix, None, 0)
                await transaction.answers.end(answer.id, ending)
        return unfinished

    async def undelivered(self, interrupted: Sequence[Answer] = ()) -> Sequence[Undelivered]:
        """What an edge has to bring to its messages now.

        Whatever was just `interrupted` counts however old it is: its message still says
        that it is being written. What ended is brought for a day and then let be.
        """
        since = self._clock.now() - OLDEST_DELIVERY
        async with self._store.reading() as transaction:
            ids = {answer.id for answer in interrupted}
            ids |= {answer.id for answer in await transaction.answers.undelivered(since)}
            found = []
            for id_ in sorted(ids):
                answer = await transaction.answers.get(id_)
                messages = await transaction.answers.messages(id_)
                if answer is not None and messages:
                    found.append(Undelivered(answer, messages))
        return found
