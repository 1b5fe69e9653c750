"""Answers that are being written for pages: they go on when a page is reloaded or closed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from bot.domain.answer import Answer
from bot.domain.conversation import Conversation
from bot.domain.errors import QuestionRefused
from bot.service.live_answer import LiveAnswer
from bot.service.services import Services
from bot.service.snapshot import Snapshot

MAX_KEPT = 500
STILL_WRITING = "An answer is still being written; wait for its end, or press Stop."


class Writing:
    """One answer and its newest snapshot, for as many pages as look on.

    `replaces` is the answer in whose place it comes. `answer` is there once it was accepted.
    """

    def __init__(self, question: str, replaces: int | None = None) -> None:
        self.question = question
        self.replaces = replaces
        self.answer: Answer | None = None
        self.newest: Snapshot | None = None
        self.is_over = False
        self._news = asyncio.Event()

    def publish(self, snapshot: Snapshot | None = None) -> None:
        """Show a snapshot; none is the end."""
        self.newest = snapshot or self.newest
        self.is_over = snapshot is None
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def snapshots(self) -> AsyncIterator[Snapshot]:
        """The newest snapshot whenever there is one; who is slow misses some, never the last."""
        shown: Snapshot | None = None
        while True:
            news = self._news
            if self.newest is not None and self.newest is not shown:
                shown = self.newest
                yield shown
            elif self.is_over:
                return
            else:
                await news.wait()


class Desk:
    """Writes one answer for each conversation at a time; `report` logs a bug."""

    def __init__(
        self, services: Services, report: Callable[[Exception], str], group: asyncio.TaskGroup
    ) -> None:
        self._services = services
        self._report = report
        self._group = group
        self._writings: dict[Conversation, Writing] = {}

    @classmethod
    @asynccontextmanager
    async def open(
        cls, services: Services, report: Callable[[Exception], str]
    ) -> AsyncIterator["Desk"]:
        """A desk; leaving the block interrupts what is still being written."""
        async with asyncio.TaskGroup() as group:
            try:
                yield cls(services, report, group)
            finally:
                services.answering.interrupt_all()

    def newest(self, conversation: Conversation) -> Writing | None:
        """What is being written for a conversation, or was written last."""
        return self._writings.get(conversation)

    def running(self, conversation: Conversation) -> Writing | None:
        """What is being written for a conversation now."""
        writing = self.newest(conversation)
        return None if writing is None or writing.is_over else writing

    def forget(self, conversation: Conversation) -> None:
        """Show nothing of a conversation any more."""
        self._writings.pop(conversation, None)
        self._services.answering.forget(conversation)

    async def write(
        self,
        conversation: Conversation,
        writing: Writing,
        opening: Callable[[], AbstractAsyncContextManager[LiveAnswer]],
    ) -> Writing:
        """Start an answer; returns once it was accepted.

        Raises:
            BotError: a refusal, after which everything is as before.
        """
        if self.running(conversation) is not None:
            raise QuestionRefused(STILL_WRITING)
        before = self._writings.pop(conversation, None)
        self._writings[conversation] = writing
        started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._group.create_task(self._write(writing, opening, started))
        try:
            await asyncio.shield(started)
        except Exception:
            # A conversation that was begun anew meanwhile stays as it is now.
            if self._writings.get(conversation) is writing:
                del self._writings[conversation]
                if before is not None:
                    self._writings[conversation] = before
            raise
        self._tidy()
        return writing

    async def _write(
        self,
        writing: Writing,
        opening: Callable[[], AbstractAsyncContextManager[LiveAnswer]],
        started: "asyncio.Future[None]",
    ) -> None:
        try:
            async with opening() as live:
                writing.answer = live.answer
                started.set_result(None)
                async for snapshot in live.snapshots():
                    writing.publish(snapshot)
        except Exception as error:  # noqa: BLE001 - whoever waits for the start raises it
            if started.done():
                self._report(error)
            else:
                started.set_exception(error)
                started.exception()  # it counts as seen, also where nobody waits any more
        finally:
            writing.publish()

    def _tidy(self) -> None:
        """Of what has ended keep the newest only."""
        ended = [key for key, writing in self._writings.items() if writing.is_over]
        for key in ended[: max(len(self._writings) - MAX_KEPT, 0)]:
            del self._writings[key]
