"""Settings and facts come back exactly as they were put."""

from bot.domain.conversation import Length
from bot.domain.rate_limit import Limit
from bot.domain.server_settings import ServerSettings, ThreadsMode
from bot.domain.topic_guard import GuardMode
from bot.storage.database import Database

FULL = ServerSettings(
    threads=ThreadsMode.BUTTON,
    model="gpt2",
    admin_role="1",
    exempt_role="2",
    temperature=0.1,
    top_p=0.95,
    length=Length.LONG,
    person_limit=Limit(1, 60),
    channel_limit=Limit(2, 3600),
    server_limit=Limit(3, 86_400),
    topic_guard=GuardMode.REFUSE,
)


async def test_a_server_that_set_nothing_has_no_settings(store: Database) -> None:
    async with store.reading() as transaction:
        assert await transaction.servers.get("new") == ServerSettings()


async def test_settings_come_back_and_can_be_unset(store: Database) -> None:
    for settings in (FULL, ServerSettings(temperature=0.0), ServerSettings()):
        async with store.transaction() as transaction:
            await transaction.servers.put("guild", settings)
        async with store.reading() as transaction:
            assert await transaction.servers.get("guild") == settings
            assert await transaction.servers.get("other") == ServerSettings()


async def test_a_fact_is_replaced(store: Database) -> None:
    async with store.transaction() as transaction:
        assert await transaction.facts.get("commands") is None
        for value in ("a", "b"):
            await transaction.facts.put("commands", value)
        assert await transaction.facts.get("commands") == "b"
