"""THE thread boundary: steps are computed in the model's thread, all else on the event loop.

One task awaits one step after the other in the executor. Requests join, leave and hear of
their tokens between two steps, on the loop, so that nothing here needs a lock.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import Protocol, TypeVar

from bot.domain.error_id import new_error_id
from bot.domain.errors import ModelUnavailable
from bot.domain.sampling import FinishReason
from bot.generation.anatomy import Examine
from bot.generation.engine import Engine
from bot.generation.errand import Errand, Errands
from bot.generation.forecast import Forecast
from bot.generation.request import Request, Sequence, TokenEvent

log = logging.getLogger(__name__)
T = TypeVar("T")

WAITING_NEWS_SECONDS = 1.0
CLOSED = "The model was unloaded meanwhile; please try again in a minute."


class Listener(Protocol):
    """Whoever is told how a request fares, on the event loop."""

    def on_waiting(self, position: int, eta_seconds: float | None) -> None:
        """It waits behind `position` others, for about `eta_seconds`."""
        ...

    def on_started(self) -> None:
        """It has a slot."""
        ...

    def on_token(self, event: TokenEvent) -> None:
        """A token came, or the end."""
        ...


class Worker:
    """Serves one engine.

    `executor` must have a single thread, which belongs to this model. `clock` gives seconds
    for the measured speed.
    """

    def __init__(
        self,
        engine: Engine,
        executor: Executor,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._engine = engine
        self._executor = executor
        self._clock = clock
        self._requests: dict[int, tuple[Sequence, Listener]] = {}
        self._started: set[int] = set()
        self._wake = asyncio.Event()
        self._is_closing = False
        self._task: asyncio.Task[None] | None = None
        self._errands = Errands(clock)
        self._forecast = Forecast()
        self._told_at = 0.0
        self._is_order_news = False

    def start(self) -> None:
        """Begin to serve; needs a running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._serve(), name="model worker")

    @property
    def num_requests(self) -> int:
        """Requests that have not ended."""
        return len(self._requests)

    @property
    def num_free(self) -> int:
        """Requests that would start at once now."""
        scheduler = self._engine.scheduler
        return max(scheduler.num_free_slots - scheduler.num_waiting, 0)

    def submit(self, request: Request, listener: Listener) -> None:
        """Queue a request; `listener` hears of it until it ends.

        After `close` it ends at once, cancelled.

        Raises:
            QueueFull: too many wait already.
        """
        if self._is_closing:
            listener.on_token(TokenEvent(request.id, finish_reason=FinishReason.CANCELLED))
            return
        sequence = self._engine.add(request)
        self._requests[request.id] = (sequence, listener)
        self._is_order_news = True
        listener.on_waiting(self._engine.scheduler.num_waiting - 1, None)
        self._wake.set()

    def cancel(self, request_id: int) -> None:
        """Withdraw a request; its listener is not told. Unknown or ended ones are ignored.

        Its slot is free again before the next step.
        """
        entry = self._requests.pop(request_id, None)
        if entry is not None:
            self._started.discard(request_id)
            self._engine.scheduler.finish(entry[0])
            self._forecast.learn_end(entry[0])
            self._is_order_news = True

    async def run_errand(self, examine: Examine[T]) -> T:
        """Do something of the model's own in pieces between the steps.

        Raises:
            ModelUnavailable: the worker is closed, or was before the end.
        """
        anatomy = self._engine.anatomy
        if anatomy is None:
            raise ValueError("This engine may not be looked into.")
        if self._is_closing:
            raise ModelUnavailable(CLOSED)
        outcome: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._errands.add(Errand(examine(anatomy), outcome))
        self._wake.set()
        return await outcome

    async def close(self) -> None:
        """End every request as cancelled and stop after the step that is running."""
        self._is_closing = True
        self._wake.set()
        self._end_all(FinishReason.CANCELLED)
        if self._task is not None:
            await self._task
        self._end_all(FinishReason.CANCELLED)
        self._errands.refuse_all(ModelUnavailable(CLOSED))

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._is_closing:
            try:
                chunks = self._engine.scheduler.schedule()
                self._errands.settle()
                if not chunks and self._errands:
                    await loop.run_in_executor(self._executor, self._errands.work)
                    continue
                if not chunks:
                    await loop.run_in_executor(self._executor, self._engine.release)
                    await self._until_woken()
                    continue
                self._tell_waiting()
                before = self._clock()
                outcome = await loop.run_in_executor(self._executor, self._engine.run, chunks)
                seconds = self._clock() - before
                self._forecast.learn_step(chunks, sum(map(len, outcome.tokens.values())), seconds)
                for event in self._engine.update(chunks, outcome):
                    self._deliver(event)
                self._errands.earn(seconds)
                if self._errands.are_due:
                    await loop.run_in_executor(self._executor, self._errands.spend)
            except Exception as error:  # noqa: BLE001 - a bug of ours: nobody waits for ever
                self._fail_all(error)
                await self._until_woken()

    async def _until_woken(self) -> None:
        if not self._requests and not self._errands and not self._is_closing:
            self._wake.clear()
            await self._wake.wait()

    def _deliver(self, event: TokenEvent) -> None:
        entry = self._requests.get(event.request_id)
        if entry is None:
            return
        sequence, listener = entry
        if event.finish_reason is not None:
            self._forget(event.request_id)
            self._forecast.learn_end(sequence)
        self._tell(event.request_id, listener, lambda: listener.on_token(event))

    def _tell(self, request_id: int, listener: Listener, tell: Callable[[], None]) -> None:
        """Bring news to a listener; its trouble ends its own request only."""
        try:
            tell()
        except Exception as error:  # noqa: BLE001 - of one answer
            self.cancel(request_id)
            self._tell_failure(request_id, listener, error)

    def _tell_waiting(self) -> None:
        """Tell who has started and, when the order changed or time passed, who waits where."""
        scheduler = self._engine.scheduler
        for sequence in scheduler.running():
            id_ = sequence.request.id
            if id_ not in self._started:
                self._started.add(id_)
                self._is_order_news = True
                listener = self._requests[id_][1]
                self._tell(id_, listener, listener.on_started)
        now = self._clock()
        if not self._is_order_news and now - self._told_at < WAITING_NEWS_SECONDS:
            return
        self._is_order_news = False
        self._told_at = now
        for position, (sequence, seconds) in enumerate(tuple(self._forecast.waits(scheduler))):
            id_ = sequence.request.id
            listener = self._requests[id_][1]
            self._tell(id_, listener, partial(listener.on_waiting, position, seconds))

    def _forget(self, request_id: int) -> None:
        del self._requests[request_id]
        self._started.discard(request_id)

    def _end_all(self, reason: FinishReason) -> None:
        for id_, (_, listener) in list(self._requests.items()):
            self.cancel(id_)
            try:
                listener.on_token(TokenEvent(id_, finish_reason=reason))
            except Exception:
                log.exception("the listener of request %s cannot be told", id_)

    def _fail_all(self, error: Exception) -> None:
        self._errands.refuse_all(error)
        for id_, (_, listener) in list(self._requests.items()):
            self.cancel(id_)
            self._tell_failure(id_, listener, error)

    def _tell_failure(self, request_id: int, listener: Listener, error: Exception) -> None:
        error_id = new_error_id()
        log.error("request %s failed (%s)", request_id, error_id, exc_info=error)
        try:
            listener.on_token(
                TokenEvent(request_id, finish_reason=FinishReason.FAILED, error_id=error_id)
            )
        except Exception:
            log.exception("the listener of request %s cannot be told", request_id)
