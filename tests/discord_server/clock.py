"""The clock of the loopback Discord: real time plus whatever a test has added to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class Clock:
    """Time that passes by itself and can be moved forward, never back."""

    def __init__(self) -> None:
        self._added_seconds = 0.0
        self._listeners: list[Callable[[], None]] = []

    def monotonic(self) -> float:
        """Seconds on a scale without a meaning of its own; differences are what counts."""
        return time.monotonic() + self._added_seconds

    def now(self) -> datetime:
        """The date and time in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._added_seconds)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass at once and wake everyone who waits."""
        if seconds < 0:
            raise ValueError("time does not run backwards")
        self._added_seconds += seconds
        for listener in self._listeners:
            listener()

    def on_advance(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every step forward."""
        self._listeners.append(listener)
