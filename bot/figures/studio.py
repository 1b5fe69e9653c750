"""The studio: pictures drawn one at a time by a child process, while the event loop goes on."""

import asyncio
import json
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import Any, Self

from bot.domain.charts import Sheet
from bot.domain.error_id import new_error_id
from bot.domain.errors import BotError, PictureUnavailable, UnsupportedFormula
from bot.domain.formulas import Formula
from bot.domain.theme import Theme
from bot.domain.views import AnyView
from bot.figures.frames import HEADER, Kind, frame, parse_header
from bot.figures.parcel import packed

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "bot.figures.child")
START_SECONDS = 60.0
"""Fonts are listed at the very first start of an installation, which takes a while."""
PICTURE_SECONDS = 10.0
IDLE_SECONDS = 600.0
_END_SECONDS = 2.0
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_", "TMP", "TEMP", "XDG_", "MPLCONFIGDIR")
_PYTHON_ENVIRONMENT = ("PYTHON", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
_UNAVAILABLE = "The picture could not be drawn; please try again."


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for the start of the child, for one picture, and until an idle child ends."""

    start_seconds: float = START_SECONDS
    picture_seconds: float = PICTURE_SECONDS
    idle_seconds: float = IDLE_SECONDS


@dataclass(frozen=True, slots=True)
class _Order:
    """A picture that somebody waits for."""

    request: bytes
    picture: asyncio.Future[bytes] = field(repr=False)


class Studio:
    """Draws while its `async with` block lasts.

    The child starts with the first picture, is killed when one takes too long, and ends when
    nothing was asked of it for a while, to give its memory back. Callers wait in line; one
    that is cancelled leaves it, and its picture is not drawn or thrown away.
    """

    def __init__(self, limits: Limits | None = None, command: Sequence[str] = COMMAND) -> None:
        self._limits = limits or Limits()
        self._command = command
        self._orders: asyncio.Queue[_Order] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._child: Process | None = None

    async def __aenter__(self) -> Self:
        """Open the studio; no child is started yet."""
        self._task = asyncio.create_task(self._work(), name="studio")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the child, and refuse whoever still waits."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        while not self._orders.empty():
            _refuse(self._orders.get_nowait(), PictureUnavailable(_UNAVAILABLE))

    @property
    def child_id(self) -> int | None:
        """The process id of the child; None while there is none."""
        return self._child.pid if self._child else None

    async def formulas(self, formulas: Sequence[Formula], theme: Theme = Theme.DARK) -> bytes:
        """One PNG of all `formulas`.

        Raises:
            UnsupportedFormula: they cannot be drawn; their source is the better answer.
            PictureUnavailable: see `draw`.
        """
        shown = [asdict(formula) for formula in formulas]
        return await self.draw("formulas", {"formulas": shown, "theme": theme.value})

    async def view(self, view: AnyView, theme: Theme = Theme.DARK) -> bytes:
        """The PNG of what a look inside found; raises as `draw` does."""
        return await self.draw("view", {"view": packed(view), "theme": theme.value})

    async def sheet(self, sheet: Sheet, theme: Theme = Theme.DARK) -> bytes:
        """The PNG of charts; raises as `draw` does."""
        return await self.draw("sheet", {"sheet": packed(sheet), "theme": theme.value})

    async def draw(self, name: str, description: Mapping[str, Any]) -> bytes:
        """The PNG of a description, which JSON can hold, by the child's artist of that name.

        Raises:
            PictureUnavailable: it took too long or too much, or the studio is closed.
        """
        if self._task is None:
            raise PictureUnavailable(_UNAVAILABLE)
        request = frame(Kind.REQUEST, json.dumps([name, description]).encode())
        order = _Order(request, asyncio.get_running_loop().create_future())
        self._orders.put_nowait(order)
        return await order.picture

    async def _work(self) -> None:
        """Draw one order after the other, until cancelled."""
        try:
            while True:
                order = await self._next()
                if order is not None and not order.picture.done():
                    await self._fulfil(order)
        finally:
            await self._end()

    async def _next(self) -> _Order | None:
        """The next order; None, and no child any more, when none came for a while."""
        if self._child is None:
            return await self._orders.get()
        try:
            async with asyncio.timeout(self._limits.idle_seconds):
                return await self._orders.get()
        except TimeoutError:
            await self._end()
            return None

    async def _fulfil(self, order: _Order) -> None:
        try:
            child = await self._ready_child()
            async with asyncio.timeout(self._limits.picture_seconds):
                kind, content = await _exchange(child, order.request)
        except asyncio.CancelledError:
            _refuse(order, PictureUnavailable(_UNAVAILABLE))
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, nobody waits for ever
            await self._end()
            _refuse(order, _logged(f"{type(error).__name__}"))
            return
        if order.picture.done():
            return
        if kind is Kind.PICTURE:
            order.picture.set_result(content)
        elif kind is Kind.REFUSED:
            _refuse(order, UnsupportedFormula(content.decode()))
        else:
            _refuse(order, _logged(content.decode()))

    async def _ready_child(self) -> Process:
        """The child, started if there is none or if it has ended by itself."""
        if self._child is not None and self._child.returncode is None:
            return self._child
        await self._end()
        self._child = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=_environment(),
            start_new_session=True,  # Ctrl-C is the bot's to answer
        )
        async with asyncio.timeout(self._limits.start_seconds):
            await _read(self._child)
        return self._child

    async def _end(self) -> None:
        """Kill the child, if there is one, and wait until it is gone."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.returncode is None:
            child.kill()
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_SECONDS):
                await child.communicate()


async def _exchange(child: Process, request: bytes) -> tuple[Kind, bytes]:
    """Send a request and read its reply."""
    if child.stdin is None:
        raise EOFError("the child has no input")
    child.stdin.write(request)
    await child.stdin.drain()
    return await _read(child)


async def _read(child: Process) -> tuple[Kind, bytes]:
    if child.stdout is None:
        raise EOFError("the child has no output")
    kind, length = parse_header(await child.stdout.readexactly(HEADER.size))
    return kind, await child.stdout.readexactly(length)


def _refuse(order: _Order, error: BotError) -> None:
    if not order.picture.done():
        order.picture.set_exception(error)


def _logged(reason: str) -> PictureUnavailable:
    """The refusal of a picture that failed for a reason which people need not read."""
    error_id = new_error_id()
    log.error("no picture was drawn (error %s): %s", error_id, reason)
    return PictureUnavailable(f"{_UNAVAILABLE} (error {error_id})")


def _environment() -> dict[str, str]:
    """What the child needs of our environment, without tokens and settings."""
    kept = _ENVIRONMENT + _PYTHON_ENVIRONMENT
    return {
        **{name: value for name, value in os.environ.items() if name.startswith(kept)},
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
