"""Faults a test asks for: failing, dying and slow answers, and a Discord that is gone."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(eq=False)
class Fault:
    """What shall happen to the next requests that match."""

    method: str
    path: re.Pattern[str]
    times: int
    status: int | None = None
    after_effect: bool = False
    delay_seconds: float = 0.0
    num_met: int = 0

    @property
    def drops_connection(self) -> bool:
        """Whether the request is left without any answer."""
        return self.status is None and not self.delay_seconds

    def matches(self, method: str, path: str) -> bool:
        """Whether this request meets the fault."""
        wanted = self.method.upper() in (method, "*")
        return self.num_met < self.times and wanted and bool(self.path.search(path))


class Faults:
    """The faults in force, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self.latency_seconds = 0.0
        self.is_offline = False

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force."""
        self._faults.append(fault)
        return fault

    def meet(self, method: str, path: str, *, slow: bool) -> Fault | None:
        """The first fault for this request, counted as met; `slow` picks delays only."""
        for fault in self._faults:
            if bool(fault.delay_seconds) is slow and fault.matches(method, path):
                fault.num_met += 1
                return fault
        return None

    def clear(self) -> None:
        """Let everything work again."""
        self._faults.clear()
        self.latency_seconds = 0.0
        self.is_offline = False
