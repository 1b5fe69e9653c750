"""Waiting: condition looked at again whenever something happens on the server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
SECOND_LOOK_SECONDS = 0.05
"""A condition about the bot's own memory changes without the server hearing of it."""


class Waiting:
    """Wakes everyone who waits after every change."""

    def __init__(self) -> None:
        self._sleepers: set[asyncio.Future[None]] = set()

    def wake(self) -> None:
        """Something has changed: let everyone look again."""
        for sleeper in self._sleepers:
            if not sleeper.done():
                sleeper.set_result(None)

    async def until(
        self,
        predicate: Callable[[], T],
        timeout: float,  # noqa: ASYNC109 - the failure message needs to know it
        describe: Callable[[], str],
    ) -> T:
        """The predicate's first true value; an AssertionError with `describe()` after `timeout`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while True:
            value = predicate()
            if value:
                return value
            left = deadline - loop.time()
            if left <= 0:
                raise AssertionError(f"not true after {timeout:g} s: {describe()}")
            sleeper: asyncio.Future[None] = loop.create_future()
            self._sleepers.add(sleeper)
            try:
                await asyncio.wait([sleeper], timeout=min(left, SECOND_LOOK_SECONDS))
            finally:
                self._sleepers.discard(sleeper)
