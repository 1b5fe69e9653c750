"""The life of an accepted answer, from its queued row to its closed one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.answer import Answer, AnswerKind, AnswerState, Ending
from bot.domain.conversation import Conversation, Turn
from bot.domain.errors import BotError
from bot.domain.progress import Progress
from bot.domain.sampling import FinishReason
from bot.service.attempt import Outcome, joined
from bot.service.live_answer import LiveAnswer
from bot.service.ports import Clock, Store, Transaction
from bot.service.snapshot import Snapshot


class Making(Protocol):
    """What makes an answer and shows it while it grows."""

    async def finish(self) -> Outcome:
        """Run to the end."""
        ...


@dataclass(frozen=True, slots=True)
class Accepted:
    """An answer row, and what makes the answer once somebody watches."""

    answer: Answer
    make: Callable[[LiveAnswer], Making]


class Answering:
    """Runs accepted answers; used by every service that generates.

    `report` logs a bug once and returns its short error id.
    """

    def __init__(self, store: Store, clock: Clock, report: Callable[[Exception], str]) -> None:
        self._store = store
        self._clock = clock
        self._report = report
        self._live: dict[int, LiveAnswer] = {}
        self._is_closing = False

    @asynccontextmanager
    async def live(self, accepted: Accepted) -> AsyncIterator[LiveAnswer]:
        """Generate while the block runs; leaving it early stops and closes the answer."""
        live = LiveAnswer(accepted.answer)
        self._live[accepted.answer.id] = live
        if self._is_closing:
            live.stop(AnswerState.INTERRUPTED)
        run = asyncio.create_task(self._run(live, accepted), name=f"answer-{accepted.answer.id}")
        try:
            yield live
        finally:
            if not run.done():
                live.stop()
            try:
                await run
            finally:
                del self._live[accepted.answer.id]

    def find(self, answer_id: int) -> LiveAnswer | None:
        """The answer if it is being made now."""
        return self._live.get(answer_id)

    def forget(self, conversation: Conversation) -> None:
        """Let the answers that are being made in a conversation leave no turn behind."""
        for live in self._live.values():
            if live.answer.conversation == conversation:
                live.is_forgotten = True

    def stop_all_of(self, person_id: str) -> None:
        """Stop what is being made for a person, and let it leave no turn behind."""
        for live in self._live.values():
            if live.answer.asker_id == person_id:
                live.is_forgotten = True
                live.stop()

    def interrupt_all(self) -> None:
        """Shut down: everything running ends as interrupted, and so does whatever comes."""
        self._is_closing = True
        for live in self._live.values():
            live.stop(AnswerState.INTERRUPTED)

    async def _run(self, live: LiveAnswer, accepted: Accepted) -> None:
        """Generate, close the row, show the end: in this order, whatever happens."""
        making = asyncio.create_task(accepted.make(live).finish())
        live.waits_in(making)
        error: str | None = None
        refusal: BotError | None = None
        error_id: str | None = None
        last = Progress("", 0)
        notice: str | None = None
        first_token_at: datetime | None = None
        outcome: Outcome | None = None
        state = AnswerState.FAILED
        try:
            outcome = await making
            last, first_token_at = outcome.last, outcome.first_token_at
            notice = joined(outcome.notice, outcome.remark)
            state = live.stopped_as or AnswerState.DONE
            if last.finish_reason is FinishReason.FAILED:
                state, error_id = AnswerState.FAILED, last.error_id
                error = _failure_sentence(error_id)
        except asyncio.CancelledError:
            state = live.stopped_as or AnswerState.INTERRUPTED
            last = Progress("", 0, finish_reason=FinishReason.CANCELLED)
        except BotError as refused:
            refusal, error = refused, refused.text
        except Exception as bug:  # noqa: BLE001 - the row must be closed and the person told
            error_id = self._report(bug)
            error = _failure_sentence(error_id)
        text = live.answer.prefix + last.text
        card = outcome.card if outcome is not None else None
        sampling = outcome.sampling if outcome is not None else None
        ending = Ending(
            at=self._clock.now(),
            state=state,
            text=text,
            finish_reason=last.finish_reason,
            num_new_tokens=last.num_new_tokens,
            first_token_at=first_token_at,
            error_id=error_id,
            card=card,
            drafts=outcome.drafts if outcome is not None else (),
            sampling=sampling,
        )
        turn = outcome.turn if outcome is not None and outcome.turn is not None else text
        try:
            await self._close(live, ending, turn)
        except Exception as bug:  # noqa: BLE001 - whoever watches must not wait for ever
            state, error = AnswerState.FAILED, _failure_sentence(self._report(bug))
        live.publish(
            Snapshot(
                live.answer.id,
                state,
                text,
                last.num_new_tokens,
                notice=notice,
                error=error,
                refusal=refusal,
                finish_reason=last.finish_reason,
                seed=None if sampling is None else sampling.seed,
                num_samples=live.answer.num_samples,
                samples=outcome.samples if outcome is not None else (),
                card=card,
            )
        )

    async def _close(self, live: LiveAnswer, ending: Ending, turn: str) -> None:
        """Transaction 2. Where it fails the row stays open, and the next start closes it.

        A row that its person has had deleted meanwhile stays away.
        """
        async with self._store.transaction() as transaction:
            has_ended = await transaction.answers.end(live.answer.id, ending)
            if has_ended and not live.is_forgotten:
                await _remember(transaction, live.answer, ending, turn)


async def _remember(transaction: Transaction, answer: Answer, ending: Ending, text: str) -> None:
    """Put the turn into the conversation's context, in its parent's place if it has one."""
    if answer.kind is not AnswerKind.ASK or answer.is_private or not text.strip():
        return
    if ending.state not in (AnswerState.DONE, AnswerState.CANCELLED):
        return
    turn = Turn(answer.question, text.strip(), answer.id)
    if answer.parent_id is not None and await transaction.turns.replace(answer.parent_id, turn):
        return
    await transaction.turns.put(answer.conversation, turn, answer.asker_id, ending.at)


def _failure_sentence(error_id: str | None) -> str:
    return (
        "Something went wrong on my side while answering; please try again, and if it happens "
        f"again tell an admin the error id {error_id}."
    )
