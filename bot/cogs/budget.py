"""What Discord's answers say about rate limits, read from their headers."""

import re
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace

import aiohttp

INVALID_STATUSES = (401, 403, 429)
INVALID_WINDOW_SECONDS = 600.0
MAX_INVALID = 1_000  # Discord bans an address at 10,000 in ten minutes
_MAJOR = re.compile(r"/(channels/\d+|webhooks/\d+/[^/]+)")


class RateBudget:
    """Watches every request of the client through aiohttp's tracing.

    Edits share a bucket per channel, or per interaction token. One request of each bucket is
    kept for the final edit.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._empty_until: dict[str, float] = {}
        self._invalid: deque[float] = deque()
        self.trace = aiohttp.TraceConfig()
        self.trace.on_request_end.append(self._note)

    def pause(self, bucket: str) -> float:
        """Seconds until a bucket has a request to spare."""
        self._forget_refilled()
        return max(self._empty_until.get(bucket, 0.0) - self._now(), 0.0)

    @property
    def is_exhausted(self) -> bool:
        """Whether so many requests were refused that only what must be sent is sent."""
        while self._invalid and self._invalid[0] < self._now() - INVALID_WINDOW_SECONDS:
            self._invalid.popleft()
        return len(self._invalid) >= MAX_INVALID

    async def _note(
        self,
        session: aiohttp.ClientSession,
        context: SimpleNamespace,
        params: aiohttp.TraceRequestEndParams,
    ) -> None:
        self.note(params.method, params.url.path, params.response)

    def note(self, method: str, path: str, response: aiohttp.ClientResponse) -> None:
        """Learn from one answer of Discord."""
        if response.status in INVALID_STATUSES:
            self._invalid.append(self._now())
        if method != "PATCH":
            return
        self._forget_refilled()
        bucket = bucket_of(path)
        headers = response.headers
        if bucket is None or "X-RateLimit-Remaining" not in headers:
            return
        if int(headers["X-RateLimit-Remaining"]) <= 1:
            reset_after = float(headers.get("X-RateLimit-Reset-After", "1"))
            self._empty_until[bucket] = self._now() + reset_after
        else:
            self._empty_until.pop(bucket, None)

    def _forget_refilled(self) -> None:
        """Drop the buckets that are full again; a token is not kept beyond its use."""
        now = self._now()
        self._empty_until = {
            bucket: until for bucket, until in self._empty_until.items() if until > now
        }


def bucket_of(path: str) -> str | None:
    """The channel or webhook token whose limit a request counts against."""
    match = _MAJOR.search(path)
    return match[1] if match else None
