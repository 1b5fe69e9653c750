"""Errands: work beside the answers, done in pieces between the steps of a model's thread.

An answer waits for nobody who only looks on. An errand therefore comes in pieces of some
milliseconds each, and while answers run all errands together get `SHARE` of the thread's
time: each step earns them a little, each piece spends it. A thread that is idle does nothing
else.
"""

import time
from asyncio import Future, InvalidStateError
from collections import deque
from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar

import torch

T = TypeVar("T")

Pieces = Generator[None, None, T]
"""Work that pauses at every `yield`, and returns its result."""

SHARE = 0.12
"""Of the thread's time while answers run. With a picture drawn beside them on the same two cores
they keep more than 0.8 of their speed."""
IDLE_SECONDS = 0.01
"""How long an idle thread works before it looks for answers to write."""
MAX_SAVED_SECONDS = 0.05
"""Errands do not save up for a long break: answers would stumble."""


class Errand(Generic[T]):
    """One errand and whoever waits for it; only `advance` belongs in the model's thread."""

    def __init__(self, pieces: Pieces[T], outcome: "Future[T]") -> None:
        self._pieces = pieces
        self._outcome = outcome
        self._result: tuple[T] | None = None
        self._error: Exception | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether somebody still waits for it."""
        return not self._outcome.done()

    @property
    def has_ended(self) -> bool:
        """Whether the last piece is done, well or not."""
        return self._result is not None or self._error is not None

    @torch.inference_mode()
    def advance(self) -> None:
        """Do one piece; never raises, a failure is an ending."""
        try:
            next(self._pieces)
        except StopIteration as end:
            self._result = (end.value,)
        except Exception as error:  # noqa: BLE001 - it concerns only who waits for this
            self._error = error

    def tell(self) -> None:
        """Tell whoever waits how it ended."""
        try:
            if self._error is not None:
                self._outcome.set_exception(self._error)
            elif self._result is not None:
                self._outcome.set_result(self._result[0])
        except InvalidStateError:  # nobody waits any more
            return

    def refuse(self, error: Exception) -> None:
        """End it before its last piece."""
        self._pieces.close()
        self._error = self._error or error
        self.tell()


class Errands:
    """The errands of one model, a piece of each in turns, and the time that they may take."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._waiting: deque[Errand[Any]] = deque()
        self._seconds = 0.0  # earned and not spent; below 0 a piece took more than was there

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._waiting)

    def add(self, errand: Errand[Any]) -> None:
        """Put one behind the others."""
        self._waiting.append(errand)

    def earn(self, step_seconds: float) -> None:
        """A step was computed, after which errands may take their share."""
        saved = self._seconds + step_seconds * SHARE / (1 - SHARE)
        self._seconds = min(saved, MAX_SAVED_SECONDS) if self._waiting else min(saved, 0.0)

    @property
    def are_due(self) -> bool:
        """Whether a piece may be done beside answers that run."""
        return bool(self._waiting) and self._seconds > 0

    def spend(self) -> None:
        """Do pieces until what was earned is spent; belongs in the model's thread."""
        self._seconds -= self._work(self._seconds)

    def work(self) -> None:
        """Do pieces while no answer runs; belongs in the model's thread."""
        self._work(IDLE_SECONDS)
        self._seconds = 0.0

    def settle(self) -> None:
        """Tell of those that have ended, and forget those that nobody waits for."""
        ended = [errand for errand in self._waiting if errand.has_ended]
        self._waiting = deque(
            errand for errand in self._waiting if errand.is_wanted and not errand.has_ended
        )
        for errand in ended:
            errand.tell()

    def refuse_all(self, error: Exception) -> None:
        """End all."""
        while self._waiting:
            self._waiting.popleft().refuse(error)

    def _work(self, seconds: float) -> float:
        """Do pieces for about so long; how long it took."""
        start, spent = self._clock(), 0.0
        while spent < seconds and (errand := self._next()) is not None:
            errand.advance()
            spent = self._clock() - start
        return spent

    def _next(self) -> Errand[Any] | None:
        """Whose turn it is: of all that have not ended, who waited longest."""
        for _ in range(len(self._waiting)):
            errand = self._waiting[0]
            self._waiting.rotate(-1)
            if not errand.has_ended:
                return errand
        return None
