"""Rate limits: one bucket per route and major parameter, and the global one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from tests.discord_server.clock import Clock

MAJOR_PARAMETERS = ("channel_id", "guild_id", "webhook_token")
WEBHOOK_PREFIX = "/webhooks/"
CALLBACK_PREFIX = "/interactions/"


@dataclass(frozen=True)
class Limit:
    """So many requests in so many seconds."""

    requests: int
    seconds: float


@dataclass
class Bucket:
    """A window that starts with its first request."""

    limit: Limit
    used: int = 0
    resets_at: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """Whether a request may pass, and the headers that say so."""

    headers: dict[str, str]
    retry_after: float | None = None
    is_global: bool = False

    def body(self) -> dict[str, object]:
        """The JSON of a 429."""
        return {
            "message": "You are being rate limited.",
            "retry_after": self.retry_after,
            "global": self.is_global,
        }


class RateLimits:
    """The limits in force; tests set their own with `set`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}
        self.global_limit = Limit(50, 1.0)
        self._global = Bucket(self.global_limit)
        self.webhook_limit = Limit(5, 5.0)
        self.other_limit = Limit(50, 1.0)
        self._limits: dict[tuple[str, str], Limit] = {
            ("POST", "/channels/{channel_id}/messages"): Limit(5, 5.0),
            ("PATCH", "/channels/{channel_id}/messages/{message_id}"): Limit(5, 5.0),
            ("DELETE", "/channels/{channel_id}/messages/{message_id}"): Limit(5, 1.0),
            ("GET", "/channels/{channel_id}/messages"): Limit(5, 1.0),
            ("POST", "/channels/{channel_id}/typing"): Limit(5, 5.0),
            ("POST", "/channels/{channel_id}/threads"): Limit(10, 5.0),
            ("POST", "/channels/{channel_id}/messages/{message_id}/threads"): Limit(10, 5.0),
            ("PATCH", "/channels/{channel_id}"): Limit(5, 15.0),
        }

    def set(self, method: str, route: str, requests: int, seconds: float) -> None:
        """Change the limit of one route, such as "/channels/{channel_id}/messages"."""
        self._limits[method, route] = Limit(requests, seconds)
        self._buckets.clear()

    def set_webhooks(self, requests: int, seconds: float) -> None:
        """Change the limit of each interaction token."""
        self.webhook_limit = Limit(requests, seconds)
        self._buckets.clear()

    def set_global(self, requests: int, seconds: float = 1.0) -> None:
        """Change the limit over all routes of the bot's token."""
        self.global_limit = Limit(requests, seconds)
        self._global = Bucket(self.global_limit)

    def lift(self) -> None:
        """Make every limit too large to meet."""
        endless = Limit(1_000_000, 1.0)
        self._limits = dict.fromkeys(self._limits, endless)
        self.webhook_limit = self.other_limit = endless
        self.set_global(1_000_000)
        self._buckets.clear()

    def take(self, method: str, route: str, parameters: dict[str, str]) -> Verdict:
        """Count one request and say whether it may pass."""
        if route.startswith(CALLBACK_PREFIX):
            return Verdict({})
        now = self._clock.monotonic()
        is_webhook = route.startswith(WEBHOOK_PREFIX)
        if not is_webhook and not self._fill(self._global, now):
            wait = round(self._global.resets_at - now, 3)
            return Verdict(self._refusal_headers(wait, "global"), wait, is_global=True)
        if is_webhook:
            name, limit = "webhook", self.webhook_limit
        else:
            name = f"{method} {route}"
            limit = self._limits.get((method, route), self.other_limit)
        major = ":".join(parameters.get(part, "") for part in MAJOR_PARAMETERS)
        bucket = self._buckets.setdefault(f"{name}:{major}", Bucket(limit))
        passed = self._fill(bucket, now)
        wait = max(0.0, round(bucket.resets_at - now, 3))
        headers = {
            "X-RateLimit-Limit": str(limit.requests),
            "X-RateLimit-Remaining": str(max(0, limit.requests - bucket.used)),
            "X-RateLimit-Reset": f"{self._clock.now().timestamp() + wait:.3f}",
            "X-RateLimit-Reset-After": f"{wait:.3f}",
            "X-RateLimit-Bucket": hashlib.blake2b(name.encode(), digest_size=16).hexdigest(),
        }
        if passed:
            return Verdict(headers)
        return Verdict({**headers, **self._refusal_headers(wait, "user")}, wait)

    @staticmethod
    def _fill(bucket: Bucket, now: float) -> bool:
        if now >= bucket.resets_at:
            bucket.used = 0
            bucket.resets_at = now + bucket.limit.seconds
        if bucket.used >= bucket.limit.requests:
            return False
        bucket.used += 1
        return True

    @staticmethod
    def _refusal_headers(wait: float, scope: str) -> dict[str, str]:
        headers = {"Retry-After": f"{wait:.3f}", "X-RateLimit-Scope": scope}
        if scope == "global":
            headers["X-RateLimit-Global"] = "true"
        return headers
