"""When an edit may go out: quick at first, slower as an answer grows, never in a burst."""

import asyncio
from collections.abc import AsyncIterator, Callable

from bot.service.snapshot import Snapshot

FIRST_INTERVAL_SECONDS = 0.5
MAX_INTERVAL_SECONDS = 1.2
GROWTH = 1.15
STATUS_DELAY_SECONDS = 0.4  # a status only appears if the first word takes this long
SLOW_EDIT_SECONDS = 2.5  # the library slept over a 429
MAX_SLOW_EDITS = 2


class Pace:
    """The rhythm of one answer's edits. `pause` asks how long the bucket needs."""

    def __init__(self, now: Callable[[], float], pause: Callable[[], float]) -> None:
        self._now = now
        self._pause = pause
        self._interval = FIRST_INTERVAL_SECONDS
        self._next_at = now() + STATUS_DELAY_SECONDS
        self._has_shown_text = False
        self._num_slow = 0

    def ready_in(self, snapshot: Snapshot) -> float:
        """Seconds until this snapshot may be shown; endless once edits proved too slow."""
        if self._num_slow >= MAX_SLOW_EDITS:
            return float("inf")
        if snapshot.text and not self._has_shown_text:
            return self._pause()
        return max(self._next_at - self._now(), self._pause(), 0.0)

    def shown(self, snapshot: Snapshot, seconds: float) -> None:
        """An edit took this long."""
        self._has_shown_text = self._has_shown_text or bool(snapshot.text)
        self._num_slow += seconds > SLOW_EDIT_SECONDS
        self._next_at = self._now() + self._interval
        self._interval = min(self._interval * GROWTH, MAX_INTERVAL_SECONDS)


async def paced(snapshots: AsyncIterator[Snapshot], pace: Pace) -> AsyncIterator[Snapshot]:
    """The newest snapshot whenever one may be shown, and the final one at once."""
    newest: Snapshot | None = None
    fetching = asyncio.ensure_future(anext(snapshots))
    try:
        while True:
            wait = None if newest is None else pace.ready_in(newest)
            timeout = None if wait is None or wait == float("inf") else wait
            done, _ = await asyncio.wait({fetching}, timeout=timeout)
            if done:
                newest = fetching.result()
                if newest.is_final:
                    yield newest
                    return
                fetching = asyncio.ensure_future(anext(snapshots))
                if pace.ready_in(newest) > 0:
                    continue
            if newest is not None:
                showing, newest = newest, None
                yield showing
    finally:
        fetching.cancel()
        await asyncio.gather(fetching, return_exceptions=True)
