"""Rate limits: real headers, real 429s, and buckets that know their channel and token."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import discord

from tests.discord_server import DiscordServer, TextChannel
from tests.discord_server_tests.conftest import Lab

MESSAGES = "/channels/{channel_id}/messages"


class Caller:
    """A client without any manners: it never waits."""

    def __init__(self, server: DiscordServer, session: aiohttp.ClientSession) -> None:
        self._server = server
        self._session = session

    async def __call__(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> tuple[int, dict[str, str], Any]:
        headers = {"Authorization": f"Bot {self._server.token}"}
        url = self._server.api_url + path
        async with self._session.request(method, url, json=body, headers=headers) as response:
            content = await response.json() if response.status != 204 else None
            return response.status, dict(response.headers), content


def channels(server: DiscordServer) -> tuple[TextChannel, TextChannel]:
    """Two channels of one guild."""
    guild = server.add_guild("Busy")
    return guild.add_channel("one"), guild.add_channel("two")


async def test_the_sixth_message_in_five_seconds_is_refused(discord_server: DiscordServer) -> None:
    one, two = channels(discord_server)
    async with aiohttp.ClientSession() as session:
        call = Caller(discord_server, session)
        for left in (4, 3, 2, 1, 0):
            status, headers, _ = await call(
                "POST", f"/channels/{one.id}/messages", {"content": "x"}
            )
            assert status == 200
            assert headers["X-RateLimit-Limit"] == "5"
            assert headers["X-RateLimit-Remaining"] == str(left)
            assert 0 < float(headers["X-RateLimit-Reset-After"]) <= 5
        status, headers, body = await call("POST", f"/channels/{one.id}/messages", {"content": "x"})
        assert status == 429
        assert headers["X-RateLimit-Scope"] == "user"
        assert float(headers["Retry-After"]) == body["retry_after"]
        assert body["global"] is False
        assert body["message"] == "You are being rate limited."
        assert (await call("POST", f"/channels/{two.id}/messages", {"content": "x"}))[0] == 200
        discord_server.clock.advance(5)
        assert (await call("POST", f"/channels/{one.id}/messages", {"content": "x"}))[0] == 200
    assert discord_server.statistics.num_rate_limited == 1
    assert discord_server.statistics.num_invalid == 1
    assert len(one.messages) == 6


async def test_the_global_limit_spans_routes_but_not_webhooks(
    discord_server: DiscordServer,
) -> None:
    one, two = channels(discord_server)
    discord_server.rate_limits.set_global(2, 60)
    async with aiohttp.ClientSession() as session:
        call = Caller(discord_server, session)
        await call("GET", f"/channels/{one.id}")
        await call("GET", f"/channels/{two.id}")
        status, headers, body = await call("GET", "/users/@me")
        assert status == 429
        assert body["global"] is True
        assert headers["X-RateLimit-Global"] == "true"
        application = discord_server.world.application.id
        assert (await call("POST", f"/webhooks/{application}/none", {"content": "x"}))[0] == 401
        assert (await call("POST", "/interactions/1/none/callback", {"type": 5}))[0] == 404


async def test_discord_py_waits_for_the_bucket(lab: Lab) -> None:
    lab.server.rate_limits.set("POST", MESSAGES, 2, 0.3)
    channel = lab.bot.get_partial_messageable(lab.general.id)
    started = lab.server.clock.monotonic()
    for number in range(5):
        await channel.send(str(number))
    assert lab.server.clock.monotonic() - started >= 0.5
    assert lab.server.statistics.num_rate_limited == 0


async def test_discord_py_survives_a_429(lab: Lab) -> None:
    lab.server.rate_limits.set("POST", MESSAGES, 1, 0.2)
    async with aiohttp.ClientSession() as session:
        await Caller(lab.server, session)(
            "POST", f"/channels/{lab.general.id}/messages", {"content": "someone else's"}
        )
    await lab.bot.get_partial_messageable(lab.general.id).send("mine")
    assert lab.server.statistics.num_rate_limited == 1
    assert [message.content for message in lab.general.messages][-1] == "mine"


async def test_each_interaction_token_has_its_own_bucket(lab: Lab) -> None:
    lab.server.rate_limits.set_webhooks(2, 30)

    async def edit_twice(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="one")
        # The second edit leaves nothing in the bucket, and discord.py sits the rest out.
        interaction.extras["edit"] = asyncio.ensure_future(
            interaction.edit_original_response(content="two")
        )
        edits.append(interaction.extras["edit"])

    edits: list[asyncio.Future[object]] = []
    lab.bot.on_ask = edit_twice
    first = await lab.ada.slash(lab.general, "ask", question="One?")
    second = await lab.bob.slash(lab.general, "ask", question="Two?")
    messages = [await first.responded(), await second.responded()]
    await lab.server.until(lambda: all(message.content == "two" for message in messages))
    for edit in edits:
        edit.cancel()
    await asyncio.gather(*edits, return_exceptions=True)
