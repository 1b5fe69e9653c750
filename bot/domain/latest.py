"""A slot that holds only the newest value: readers that are slow skip what is stale."""

import asyncio
from collections.abc import AsyncIterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Latest(Generic[T]):
    """A one-place mailbox for one reader; publishing never waits.

    All methods belong to the event loop.
    """

    def __init__(self) -> None:
        self._news = asyncio.Event()
        self._value: list[T] = []
        self._is_closed = False

    def publish(self, value: T) -> None:
        """Put a value in the slot, replacing one that was not read yet."""
        self._value = [value]
        self._news.set()

    def close(self) -> None:
        """Let the reader end after the value that is still in the slot."""
        self._is_closed = True
        self._news.set()

    async def __aiter__(self) -> AsyncIterator[T]:
        """Yield the newest value whenever there is one, until closed."""
        while True:
            await self._news.wait()
            self._news.clear()
            if self._value:
                yield self._value.pop()
            elif self._is_closed:
                return
            if self._is_closed:
                self._news.set()
