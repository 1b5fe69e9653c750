"""The latest text of one answer, for whoever shows it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bot.domain.progress import Progress
from bot.domain.sampling import FinishReason
from bot.generation.request import TokenEvent
from bot.generation.stop_strings import StopStrings
from bot.generation.tokenizer import Detokenizer


class Completion:
    """One running completion; iterate (once) for its progress.

    Tokens may come faster than a chat message can be edited. So news is kept in one place,
    the newest replacing what nobody fetched, and the model is never held up. Belongs to the
    event loop, as do all its methods; a worker calls the three beginning with `on_`.

    `cancel_request` withdraws the request from its worker.
    """

    def __init__(
        self,
        detokenizer: Detokenizer,
        stop: tuple[str, ...],
        cancel_request: Callable[[], None],
    ) -> None:
        self._detokenizer = detokenizer
        self._stop = StopStrings(stop)
        self._cancel_request = cancel_request
        self._latest = Progress("", 0)
        self._news = asyncio.Event()
        self._is_fetched = False  # whether the last progress has been

    @property
    def latest(self) -> Progress:
        """The newest progress, without waiting for news."""
        return self._latest

    @property
    def is_finished(self) -> bool:
        """Whether the latest progress is the last."""
        return self._latest.finish_reason is not None

    def __aiter__(self) -> "Completion":
        return self

    async def __anext__(self) -> Progress:
        """The newest progress once there is news; the last has a finish reason."""
        if self._is_fetched:
            raise StopAsyncIteration
        await self._news.wait()
        self._news.clear()
        self._is_fetched = self.is_finished
        return self._latest

    def cancel(self) -> None:
        """End it; iteration then ends with reason CANCELLED. Later calls do nothing."""
        if not self.is_finished:
            self._cancel_request()
            self._finish(FinishReason.CANCELLED)

    def on_waiting(self, position: int, eta_seconds: float | None) -> None:
        """It waits behind `position` others, for about `eta_seconds`."""
        if not self.is_finished:
            self._publish(Progress("", 0, position, eta_seconds))

    def on_started(self) -> None:
        """It waits no longer."""
        if not self.is_finished and self._latest.position is not None:
            self._publish(Progress("", 0))

    def on_token(self, event: TokenEvent) -> None:
        """A token came, or the end."""
        if self.is_finished:
            return
        num_new_tokens = self._latest.num_new_tokens
        logprob = self._latest.logprob
        if event.token is not None:
            self._stop.add(self._detokenizer.add(event.token))
            num_new_tokens += 1
            logprob += event.logprob
        self._latest = Progress(self._stop.shown, num_new_tokens, logprob=logprob)
        if self._stop.is_stopped:
            if event.finish_reason is None:
                self._cancel_request()
            self._finish(FinishReason.STOP)
        elif event.finish_reason is not None:
            self._finish(event.finish_reason, event.error_id)
        else:
            self._publish(self._latest)

    def _finish(self, reason: FinishReason, error_id: str | None = None) -> None:
        self._publish(
            replace(
                self._latest,
                text=self._stop.whole,
                position=None,
                eta_seconds=None,
                finish_reason=reason,
                error_id=error_id,
            )
        )
        # Whoever keeps the answer must not keep the model in memory with it.
        self._cancel_request = _nothing

    def _publish(self, progress: Progress) -> None:
        self._latest = progress
        self._news.set()


def _nothing() -> None:
    """There is no request left to cancel."""
