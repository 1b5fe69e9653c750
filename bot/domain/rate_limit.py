"""Rate limits by the generic cell rate algorithm (GCRA, ITU-T I.371).

Each key stores one time, the theoretical arrival time `tat`: when the bucket would be empty
again. A request moves it forward by the interval T and passes while it stays within the
burst. One number per key, no background refill, exact by a single compare-and-set.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.errors import InvalidParameter

MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` requests per `period_seconds`, all of which may come at once."""

    count: int
    period_seconds: int

    def __post_init__(self) -> None:
        if not 1 <= self.count <= 100_000:
            raise InvalidParameter("A limit's count must be between 1 and 100,000.")
        if not 1 <= self.period_seconds <= 7 * 86_400:
            raise InvalidParameter("A limit's period must be between 1 second and 7 days.")

    @property
    def interval(self) -> int:
        """T: microseconds that one request costs."""
        return self.period_seconds * MICROSECONDS // self.count

    @property
    def burst(self) -> int:
        """How far, in microseconds, `tat` may lie ahead of now after a request."""
        return self.interval * self.count


@dataclass(frozen=True, slots=True)
class LimitCheck:
    """One limit to be charged: `scope` is who is limited (`person`, `channel`, `server`)."""

    scope: str
    key: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class Refusal:
    """A limit that is reached, and when it lets the next request pass."""

    check: LimitCheck
    retry_at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What came of a request at `now`: the new `tat`, and when to retry if refused."""

    is_allowed: bool
    tat: int
    retry_at: int


def decide(tat: int | None, now: int, limit: Limit) -> Decision:
    """Charge one request; all times in microseconds since the epoch.

    A `tat` further ahead than the burst allows can only come from another limit or from a
    clock that was set back. It counts as none: refusals store nothing, so a clamped one
    would lie just as far ahead at every retry.
    """
    start = now if tat is None or tat > now + limit.burst else max(tat, now)
    charged = start + limit.interval
    if charged - now <= limit.burst:
        return Decision(True, charged, now)
    return Decision(False, start, charged - limit.burst)
