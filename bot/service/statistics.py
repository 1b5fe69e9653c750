"""The use case *statistics*: one's own for everybody, a server's for its admins."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum

from bot.domain.chart_words import alt_text
from bot.domain.charts import Sheet
from bot.domain.conversation import Asker
from bot.domain.errors import PictureUnavailable
from bot.domain.statistics import MAX_TOPICS, Scope, Statistics
from bot.domain.statistics_sheet import sheet_of, standings_chart
from bot.service.access import require_admin
from bot.service.insight_ports import Painter, Theme
from bot.service.ports import Clock, Store

log = logging.getLogger(__name__)


class Period(IntEnum):
    """How many days count, today among them."""

    WEEK = 7
    MONTH = 30
    QUARTER = 90


@dataclass(frozen=True, slots=True)
class Report:
    """Numbers and their picture, which `alt` tells in words; no `png` where none can be drawn."""

    statistics: Statistics
    png: bytes | None = None
    alt: str = ""


class StatisticsService:
    """Counts what was asked on one server. Without a `painter` nothing is drawn."""

    def __init__(self, store: Store, clock: Clock, painter: Painter | None) -> None:
        self._store = store
        self._clock = clock
        self._painter = painter

    async def of_person(
        self, asker: Asker, server: str, period: Period, theme: Theme = Theme.DARK
    ) -> Report:
        """What somebody asked on a server, for themselves."""
        scope = Scope(server, self._since(period), asker.id)
        statistics = await self._count(scope, period)
        return await self._drawn(statistics, f"Your questions, the last {period} days", theme)

    async def of_server(
        self, asker: Asker, server: str, period: Period, theme: Theme = Theme.DARK
    ) -> Report:
        """What everybody asked on a server, and how its models fared.

        Raises:
            NotAllowed: not an admin.
        """
        async with self._store.reading() as transaction:
            settings = await transaction.servers.get(server)
        require_admin(asker, settings, "see a server's statistics")
        statistics = await self._count(Scope(server, self._since(period)), period)
        return await self._drawn(statistics, f"This server, the last {period} days", theme)

    async def of_standings(self, server: str, period: Period, theme: Theme = Theme.DARK) -> Report:
        """How models fared in the comparisons of a server, for everybody."""
        since = self._since(period)
        async with self._store.reading() as transaction:
            standings = tuple(await transaction.comparisons.standings(server, since))
        statistics = Statistics(self._today.date(), period, standings=standings)
        if not standings:
            return Report(statistics)
        sheet = Sheet(f"Standings of the last {period} days", (standings_chart(standings),))
        return await self._with_picture(statistics, sheet, theme)

    @property
    def _today(self) -> datetime:
        return self._clock.now().astimezone(UTC)

    def _since(self, period: Period) -> datetime:
        """The first moment of the period, at midnight in UTC."""
        first = self._today.date() - timedelta(days=period - 1)
        return datetime.combine(first, time(), UTC)

    async def _count(self, scope: Scope, period: Period) -> Statistics:
        async with self._store.reading() as transaction:
            counts = transaction.statistics
            days = tuple(await counts.days(scope))
            if not days:
                return Statistics(self._today.date(), period)
            standings = (
                await transaction.comparisons.standings(scope.server, scope.since)
                if scope.person_id is None
                else ()
            )
            return Statistics(
                until=self._today.date(),
                num_days=period,
                days=days,
                num_people=await counts.num_people(scope),
                speeds=tuple(await counts.speeds(scope)),
                opinions=await counts.opinions(scope),
                topics=tuple(await counts.topics(scope, MAX_TOPICS)),
                standings=tuple(standings),
            )

    async def _drawn(self, statistics: Statistics, title: str, theme: Theme) -> Report:
        if not statistics.days:
            return Report(statistics)
        return await self._with_picture(statistics, sheet_of(statistics, title), theme)

    async def _with_picture(self, statistics: Statistics, sheet: Sheet, theme: Theme) -> Report:
        if self._painter is None:
            return Report(statistics)
        try:
            png = await self._painter.sheet(sheet, theme)
        except PictureUnavailable as refusal:
            log.warning("statistics stay text: %s", refusal.text)
            return Report(statistics)
        return Report(statistics, png, alt_text(sheet))
