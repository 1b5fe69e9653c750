"""Shows a live answer in messages until its end stands there."""

import asyncio
import time
from collections.abc import Callable

import discord

from bot.cogs.buttons import answer_view
from bot.cogs.canvas import Canvas
from bot.cogs.client import LecternClient
from bot.cogs.frame import Frame
from bot.cogs.pace import Pace, paced
from bot.cogs.stumbles import STUMBLES, is_final
from bot.service.live_answer import LiveAnswer
from bot.service.snapshot import Snapshot

FINAL_TRIES = 16  # over ten minutes: an outage of Discord's is not the answer's end
RETRY_SECONDS = 0.5
MAX_RETRY_SECONDS = 60.0


async def show(
    client: LecternClient,
    live: LiveAnswer,
    canvas: Canvas,
    frame: Frame,
    *,
    has_thread_button: Callable[[Snapshot], bool] = lambda snapshot: False,
) -> Snapshot:
    """Edit the messages as the answer grows; returns the final snapshot once it stands there.

    Raises:
        discord.NotFound: a message or channel is gone, so nobody waits for the answer.
        discord.Forbidden: the end could not be shown; it is stored all the same.
    """
    answer_id = live.answer.id

    def pause() -> float:
        return float("inf") if client.budget.is_exhausted else client.budget.pause(canvas.bucket)

    pace = Pace(time.monotonic, pause)
    is_forbidden = False
    await canvas.adopt(answer_id)
    async for snapshot in paced(live.snapshots(), pace):
        view = answer_view(snapshot, live.answer, has_thread_button=has_thread_button(snapshot))
        if snapshot.is_final:
            parts = frame.parts(snapshot)
            await _insist(client, canvas, answer_id, parts, view)
            await canvas.trim(len(parts))
            await client.services.delivery.delivered(answer_id, len(parts))
            return snapshot
        if is_forbidden:
            continue
        started = time.monotonic()
        try:
            await canvas.show(answer_id, frame.parts(snapshot), view)
        except discord.Forbidden:
            is_forbidden = True  # the answer goes on: its end may be allowed again
        except discord.NotFound:
            raise
        except STUMBLES:
            pass  # a stale frame is not worth a second try
        pace.shown(snapshot, time.monotonic() - started)
    raise RuntimeError("an answer ended without a final snapshot")


async def _insist(
    client: LecternClient,
    canvas: Canvas,
    answer_id: int,
    parts: list[str],
    view: discord.ui.View | None,
) -> None:
    """Bring the end to its messages, also over a stumbling connection."""
    for number in range(FINAL_TRIES):
        try:
            await canvas.show(answer_id, parts, view)
        except STUMBLES as error:
            if is_final(error) or number == FINAL_TRIES - 1 or client.is_closed():
                raise
            await asyncio.sleep(min(RETRY_SECONDS * 2**number, MAX_RETRY_SECONDS))
        else:
            return
