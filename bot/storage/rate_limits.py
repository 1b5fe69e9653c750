"""The rate limits' one statement."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import TextClause, and_, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.rate_limit import LimitCheck, Refusal, decide
from bot.storage.columns import from_microseconds, to_microseconds
from bot.storage.tables import rate_limits


@cache
def _take(num_checks: int) -> TextClause:
    """GCRA for several limits at once: all of their rows move forward, or none does.

    RETURNING tells which. As in `decide`, a time beyond `:now + burst` counts as none.
    """
    checks = ", ".join(f"(:scope{i}, :key{i}, :interval{i}, :burst{i})" for i in range(num_checks))
    # Only numbers that are counted above enter the text.
    statement = f"""
        WITH checks (scope, key, interval, burst) AS (VALUES {checks}),
        standing AS (
            SELECT scope, key, interval, burst,
                iif(tat IS NULL OR tat > :now + burst, :now, max(tat, :now)) AS start
            FROM checks LEFT JOIN rate_limits USING (scope, key)
        )
        INSERT INTO rate_limits (scope, key, tat)
        SELECT scope, key, start + interval FROM standing
        WHERE NOT EXISTS (SELECT 1 FROM standing WHERE start + interval - :now > burst)
        ON CONFLICT (scope, key) DO UPDATE SET tat = excluded.tat
        RETURNING tat
        """  # noqa: S608
    return text(statement)


class RateLimitQueries:
    """Fulfils the services' RateLimits."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take(self, checks: Sequence[LimitCheck], now: datetime) -> Refusal | None:
        """Charge one request to every limit, or to none if one of them refuses.

        Of several refusals the one that lasts longest is told.
        """
        moment = to_microseconds(now)
        parameters: dict[str, str | int] = {"now": moment}
        for number, check in enumerate(checks):
            parameters[f"scope{number}"] = check.scope
            parameters[f"key{number}"] = check.key
            parameters[f"interval{number}"] = check.limit.interval
            parameters[f"burst{number}"] = check.limit.burst
        charged = await self._connection.execute(_take(len(checks)), parameters)
        if charged.all():
            return None
        tats = await self._tats(checks)
        refusals = []
        for check in checks:
            decision = decide(tats.get((check.scope, check.key)), moment, check.limit)
            if not decision.is_allowed:
                refusals.append(Refusal(check, from_microseconds(decision.retry_at)))
        return max(refusals, key=lambda refusal: refusal.retry_at)

    async def _tats(self, checks: Sequence[LimitCheck]) -> dict[tuple[str, str], int]:
        found = await self._connection.execute(
            select(rate_limits).where(
                or_(
                    *(
                        and_(rate_limits.c.scope == check.scope, rate_limits.c.key == check.key)
                        for check in checks
                    )
                )
            )
        )
        return {(scope, key): tat for scope, key, tat in found}
