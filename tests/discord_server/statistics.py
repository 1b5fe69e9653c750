"""Statistics: every request and identify the bot made, for tests to look at afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class RequestRecord:
    """One finished request; `at` is the server's monotonic clock."""

    at: float
    method: str
    path: str
    route: str
    status: int


@dataclass
class Statistics:
    """Counts that Discord itself keeps, and that decide about bans."""

    requests: list[RequestRecord] = field(default_factory=list)
    num_identifies: int = 0
    num_resumes: int = 0
    num_aborted: int = 0

    def count(self, method: str = ".*", path: str = ".*", status: int | None = None) -> int:
        """How many requests match (regular expressions on the whole method and path)."""
        return len(self.matching(method, path, status))

    def matching(
        self, method: str = ".*", path: str = ".*", status: int | None = None
    ) -> list[RequestRecord]:
        """The requests that match, in order."""
        return [
            record
            for record in self.requests
            if re.fullmatch(method, record.method)
            and re.fullmatch(path, record.path)
            and status in (None, record.status)
        ]

    @property
    def num_rate_limited(self) -> int:
        """How many requests were answered with 429."""
        return self.count(status=429)

    @property
    def num_invalid(self) -> int:
        """How many requests count towards the ban at 10,000 in 10 minutes."""
        return sum(record.status in (401, 403, 429) for record in self.requests)
