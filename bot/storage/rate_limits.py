"""The rate limits' one statement."""

from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.rate_limit import LimitCheck, decide
from bot.storage.tables import from_microseconds, rate_limits, to_microseconds

# GCRA as a single compare-and-set: the row moves forward only if the request passes, and
# RETURNING tells which. A time beyond `:now + :burst` counts as none, as in `decide`.
_TAKE = text(
    """
    INSERT INTO rate_limits (scope, key, tat) VALUES (:scope, :key, :now + :interval)
    ON CONFLICT (scope, key) DO UPDATE
        SET tat = iif(tat > :now + :burst, :now, max(tat, :now)) + :interval
        WHERE iif(tat > :now + :burst, :now, max(tat, :now)) + :interval - :now <= :burst
    RETURNING tat
    """
)


class RateLimitQueries:
    """Fulfils the services' RateLimits."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take(self, check: LimitCheck, now: datetime) -> datetime | None:
        """Charge one request atomically; None if it passes, else when to retry."""
        moment = to_microseconds(now)
        parameters = {
            "scope": check.scope,
            "key": check.key,
            "now": moment,
            "interval": check.limit.interval,
            "burst": check.limit.burst,
        }
        if await self._connection.scalar(_TAKE, parameters) is not None:
            return None
        tat = await self._connection.scalar(
            select(rate_limits.c.tat).where(
                rate_limits.c.scope == check.scope, rate_limits.c.key == check.key
            )
        )
        return from_microseconds(decide(tat, moment, check.limit).retry_at)
