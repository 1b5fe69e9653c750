"""Statistics: one's own for everybody, a server's for its admins, drawn where that can be."""

from datetime import timedelta

import pytest

from bot.domain.charts import Sheet
from bot.domain.conversation import Asker
from bot.domain.errors import NotAllowed, PictureUnavailable
from bot.service.insight_ports import Theme
from bot.service.services import Services
from bot.service.statistics import Period, Report
from bot.storage.database import Database
from tests.lookers import ScriptedPainter
from tests.scripted_models import ScriptedPool, SetClock
from tests.scripted_services import scripted_services
from tests.service.asking import ADA, ADMIN, BOB, CHANNEL, ask
from tests.storage.comparisons import compared

SERVER = CHANNEL.server


@pytest.fixture
def painter() -> ScriptedPainter:
    return ScriptedPainter()


@pytest.fixture
def services(
    store: Database,
    pool: ScriptedPool,
    clock: SetClock,
    bugs: list[BaseException],
    painter: ScriptedPainter,
) -> Services:
    return scripted_services(store, pool, clock, bugs, painter=painter)


def sheets(painter: ScriptedPainter) -> list[Sheet]:
    return [each for each in painter.drawn if isinstance(each, Sheet)]


async def of_server(services: Services, asker: Asker = ADMIN, days: int = 30) -> Report:
    return await services.statistics.of_server(asker, SERVER, Period(days))


async def test_a_person_sees_their_own_and_an_admin_everybodys(
    services: Services, painter: ScriptedPainter
) -> None:
    for asker in (ADA, BOB, BOB):
        await ask(services, asker=asker)
    mine = await services.statistics.of_person(ADA, SERVER, Period.MONTH)
    assert mine.statistics.num_questions == 1
    assert (await of_server(services)).statistics.num_questions == 3
    assert [each.title for each in sheets(painter)] == [
        "Your questions, the last 30 days",
        "This server, the last 30 days",
    ]


async def test_nobody_else_sees_a_servers(services: Services) -> None:
    await ask(services)
    with pytest.raises(NotAllowed, match="Only admins can see a server's statistics"):
        await of_server(services, ADA)


async def test_a_servers_own_admin_role_may_see_them(services: Services) -> None:
    await services.settings.change(ADMIN, SERVER, admin_role="44")
    tutor = Asker("7", "Tim", roles=frozenset({"44"}))
    assert (await of_server(services, tutor)).statistics.num_questions == 0


async def test_the_picture_is_described_by_its_numbers(services: Services) -> None:
    await ask(services)
    made = await of_server(services)
    assert made.png == f"Sheet {Theme.DARK}".encode()
    assert "Questions per day" in made.alt


async def test_a_picture_that_cannot_be_drawn_leaves_the_numbers(
    services: Services, painter: ScriptedPainter
) -> None:
    painter.refusal = PictureUnavailable("It took too long.")
    await ask(services)
    made = await of_server(services)
    assert (made.png, made.statistics.num_questions) == (None, 1)


async def test_where_nobody_asked_nothing_is_drawn(
    services: Services, painter: ScriptedPainter
) -> None:
    assert (await of_server(services)).png is None
    assert (await services.statistics.of_standings(SERVER, Period.MONTH)).png is None
    assert painter.drawn == []


async def test_a_period_begins_at_midnight_so_many_days_ago(
    services: Services, clock: SetClock
) -> None:
    await ask(services)  # at noon
    clock.advance(timedelta(days=6, hours=11).total_seconds())
    assert (await of_server(services, days=7)).statistics.num_questions == 1
    clock.advance(timedelta(hours=2).total_seconds())
    assert (await of_server(services, days=7)).statistics.num_questions == 0
    assert (await of_server(services)).statistics.num_questions == 1


async def test_standings_are_for_everybody_and_in_a_servers_statistics(
    services: Services, store: Database, clock: SetClock, painter: ScriptedPainter
) -> None:
    async with store.transaction() as transaction:
        await compared(transaction, votes={"1": 0}, created_at=clock.now())
    made = await services.statistics.of_standings(SERVER, Period.WEEK)
    assert [each.model for each in made.statistics.standings] == ["small", "large"]
    assert [chart.title for chart in sheets(painter)[0].charts] == ["Blind votes in comparisons"]
    await ask(services)
    assert (await of_server(services)).statistics.standings == made.statistics.standings
    mine = await services.statistics.of_person(ADA, SERVER, Period.WEEK)
    assert mine.statistics.standings == ()


async def test_nothing_of_another_server_is_counted(services: Services, store: Database) -> None:
    async with store.transaction() as transaction:
        await compared(transaction, votes={"1": 0})
    await ask(services)
    statistics = services.statistics
    for made in (
        await statistics.of_person(ADA, "other guild", Period.QUARTER),
        await statistics.of_server(ADMIN, "other guild", Period.QUARTER),
        await statistics.of_standings("other guild", Period.QUARTER),
    ):
        assert (made.statistics.days, made.statistics.standings) == ((), ())
