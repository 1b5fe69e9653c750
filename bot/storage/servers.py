"""Queries on per-server settings."""

from typing import Any

from sqlalchemy import RowMapping, bindparam, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.conversation import Length
from bot.domain.decency import DecencyLevel
from bot.domain.rate_limit import Limit
from bot.domain.server_settings import ServerSettings, ThreadsMode
from bot.domain.topic_guard import GuardMode
from bot.storage.tables import servers

_GET = select(servers).where(servers.c.server == bindparam("name"))


class ServerQueries:
    """Fulfils the services' Servers."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, server: str) -> ServerSettings:
        """The settings; all None where nothing was set."""
        found = await self._connection.execute(_GET, {"name": server})
        row = found.mappings().one_or_none()
        return ServerSettings() if row is None else _settings(row)

    async def put(self, server: str, settings: ServerSettings) -> None:
        """Store the settings."""
        values = _values(settings)
        statement = insert(servers).values(server=server, **values)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["server"], set_=values)
        )


def _settings(row: RowMapping) -> ServerSettings:
    return ServerSettings(
        threads=ThreadsMode(row["threads"]) if row["threads"] else None,
        model=row["model"],
        admin_role=row["admin_role"],
        exempt_role=row["exempt_role"],
        temperature=None if row["temperature"] is None else float(row["temperature"]),
        top_p=None if row["top_p"] is None else float(row["top_p"]),
        length=Length(row["length"]) if row["length"] else None,
        person_limit=_limit(row["person_count"], row["person_period"]),
        channel_limit=_limit(row["channel_count"], row["channel_period"]),
        server_limit=_limit(row["server_count"], row["server_period"]),
        handbook=row["handbook"],
        assistant_role=row["assistant_role"],
        decency=DecencyLevel(row["decency"]) if row["decency"] else None,
        blocked=tuple(row["blocked"] or ()),
        topic_guard=GuardMode(row["topic_guard"]) if row["topic_guard"] else None,
    )


def _limit(count: int | None, period: int | None) -> Limit | None:
    return None if count is None or period is None else Limit(count, period)


def _values(settings: ServerSettings) -> dict[str, Any]:
    values: dict[str, Any] = {
        "threads": settings.threads,
        "model": settings.model,
        "admin_role": settings.admin_role,
        "exempt_role": settings.exempt_role,
        "temperature": None if settings.temperature is None else repr(settings.temperature),
        "top_p": None if settings.top_p is None else repr(settings.top_p),
        "length": settings.length,
        "handbook": settings.handbook,
        "assistant_role": settings.assistant_role,
        "decency": settings.decency,
        "blocked": list(settings.blocked),
        "topic_guard": settings.topic_guard,
    }
    for scope in ("person", "channel", "server"):
        limit: Limit | None = getattr(settings, f"{scope}_limit")
        values[f"{scope}_count"] = limit.count if limit else None
        values[f"{scope}_period"] = limit.period_seconds if limit else None
    return values
