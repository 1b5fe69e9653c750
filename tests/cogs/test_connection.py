"""A Discord that is out of reach: waited for with patience, and told once."""

import asyncio
from collections.abc import Iterator
from itertools import islice
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from structlog.testing import capture_logs

from bot.cogs.connection import OutOfReach, is_passing, waits
from tests.cogs.conftest import Scene, StartBot


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """What is logged during the test."""
    with capture_logs() as captured:
        yield captured


def warnings(lines: list[Any]) -> list[str]:
    return [line["event"] for line in lines if line["log_level"] == "warning"]


OUT_OF_REACH = "Discord is out of reach, trying until it is back"


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_waits_double_from_one_second_to_a_minute(chance: float) -> None:
    seconds = list(islice(waits(1, lambda: chance), 20))
    assert seconds == sorted(seconds)
    assert 1 <= seconds[0] <= 2
    assert 30 <= seconds[-1] <= 60
    assert seconds[1] == 2 * seconds[0]


def http_error(status: int) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="")
    return discord.HTTPException(response, None)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ConnectionRefusedError(), True),
        (TimeoutError(), True),
        (aiohttp.ServerDisconnectedError(), True),
        (OutOfReach(), True),
        (http_error(429), True),
        (http_error(503), True),
        (http_error(400), False),
        (http_error(403), False),
        (discord.LoginFailure(), False),
        (discord.PrivilegedIntentsRequired(None), False),
        (KeyError(), False),
    ],
)
def test_only_what_may_pass_is_tried_again(error: Exception, expected: bool) -> None:
    assert is_passing(error) is expected


async def test_a_discord_that_appears_later_is_waited_for(
    scene: Scene, start_bot: StartBot, lines: list[Any]
) -> None:
    server = scene.server
    port = yarl.URL(server.api_url).port
    await server.stop()
    async with start_bot(until_ready=False) as client:
        await asyncio.sleep(0.5)
        assert not client.is_ready()
        assert not client.is_healthy()
        await server.start(port or 0)
        await asyncio.wait_for(client.wait_until_ready(), 15)
        assert "zeroes" in (await scene.ask()).content
    assert warnings(lines) == [OUT_OF_REACH]
    (told,) = (line for line in lines if line["event"] == OUT_OF_REACH)
    assert "Cannot connect to host 127.0.0.1" in told["reason"]
    assert server.statistics.num_identifies == 1
    assert scene.bugs == []


async def test_a_gateway_that_appears_later_is_waited_for_with_one_identify(
    scene: Scene, start_bot: StartBot, lines: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    scene.server.gateway.accepts = False
    async with start_bot(until_ready=False) as client:
        await scene.server.until(lambda: warnings(lines) == [OUT_OF_REACH])
        await asyncio.sleep(0.3)
        scene.server.gateway.accepts = True
        await asyncio.wait_for(client.wait_until_ready(), 15)
        assert scene.server.statistics.num_identifies == 1
        assert scene.server.commands.num_syncs == 1
    assert warnings(lines) == [OUT_OF_REACH]
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("path", ["/users/@me$", "/applications/@me$", "/commands$"])
async def test_a_setup_that_discord_cannot_serve_now_is_begun_anew(
    scene: Scene, start_bot: StartBot, lines: list[Any], path: str
) -> None:
    scene.server.fail_next("*", path, status=503)
    async with start_bot():
        assert scene.server.statistics.num_identifies == 1
        assert "zeroes" in (await scene.ask()).content
    assert warnings(lines) == [OUT_OF_REACH]
    assert scene.bugs == []


async def test_a_first_connection_that_fails_after_all_is_tried_again(
    scene: Scene, start_bot: StartBot, lines: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discord.client.ExponentialBackoff.delay", lambda self: 0.01)
    real: Any = discord.http.HTTPClient.ws_connect
    calls = 0

    async def flaky(self: Any, *args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise aiohttp.ServerDisconnectedError
        return await real(self, *args, **options)

    monkeypatch.setattr(discord.http.HTTPClient, "ws_connect", flaky)
    async with start_bot():
        assert scene.server.statistics.num_identifies == 1
    assert warnings(lines) == [OUT_OF_REACH]
    assert scene.bugs == []


async def test_a_farewell_does_not_wait_for_the_next_attempt(
    scene: Scene, start_bot: StartBot, lines: list[Any]
) -> None:
    with scene.server.offline():
        async with start_bot(until_ready=False, retry_seconds=600):
            await scene.server.until(lambda: warnings(lines) == [OUT_OF_REACH])
    assert scene.bugs == []


async def test_a_farewell_does_not_wait_for_an_attempt_that_hangs(
    scene: Scene, start_bot: StartBot
) -> None:
    hanging = scene.server.delay_next("GET", "/users/@me$", 5)
    async with start_bot(until_ready=False):
        await scene.server.until(lambda: hanging.num_met)
    assert scene.server.statistics.requests == []
    assert scene.bugs == []


async def test_a_farewell_does_not_wait_for_the_end_of_an_outage(
    bot: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discord.client.ExponentialBackoff.delay", lambda self: 600.0)
    with bot.server.offline():
        await asyncio.sleep(0.5)
        assert bot.client is not None
        await bot.client.retire()
        assert bot.client._connecting is not None
        assert bot.client._connecting.done()
