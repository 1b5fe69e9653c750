"""The gateway: logging in, losing the line, and coming back without missing anything."""

from __future__ import annotations

import asyncio
import json
import sys

import aiohttp
import discord
import pytest

from tests.discord_server import DiscordServer, Intent
from tests.discord_server_tests.conftest import Lab
from tests.discord_server_tests.lab_bot import LabBot


async def test_guilds_arrive_after_ready(lab: Lab) -> None:
    assert lab.bot.user is not None
    assert lab.bot.user.id == lab.server.bot_user.id
    guild = lab.bot.get_guild(lab.guild.id)
    assert guild is not None
    assert guild.name == "Deep Learning 101"
    assert [channel.name for channel in guild.text_channels] == ["general"]
    assert guild.me is not None
    assert guild.me.guild_permissions.create_public_threads
    assert (await lab.bot.application_info()).owner.name == "operator"


async def test_a_wrong_token_cannot_log_in(
    discord_server: DiscordServer, discord_address: None
) -> None:
    bot = LabBot()
    with pytest.raises(discord.LoginFailure):
        await bot.login("wrong")
    await bot.close()
    assert discord_server.statistics.num_invalid == 1


@pytest.mark.parametrize(
    ("token", "intents", "code"),
    [("wrong", 1, 4004), (None, 1 << 15, 4014), (None, 1 << 40, 4013)],
)
async def test_an_identify_can_be_refused(
    discord_server: DiscordServer, token: str | None, intents: int, code: int
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(discord_server.gateway_url) as socket,
    ):
        hello = json.loads((await socket.receive(timeout=5)).data)
        assert hello["op"] == 10
        data = {"token": token or discord_server.token, "intents": intents, "properties": {}}
        await socket.send_json({"op": 2, "d": data})
        message = await socket.receive(timeout=5)
        assert message.type is aiohttp.WSMsgType.CLOSE
        assert message.data == code


async def test_a_privileged_intent_must_be_switched_on(
    discord_server: DiscordServer, discord_address: None
) -> None:
    intents = discord.Intents.default()
    intents.message_content = True
    refused = LabBot(intents)
    await refused.login(discord_server.token)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await refused.connect()
    await refused.stop()
    discord_server.enable_intents(Intent.MESSAGE_CONTENT)
    taken = LabBot(intents)
    await taken.run_in_background(discord_server.token)
    assert taken.is_ready()
    await taken.stop()
    assert not discord_server.gateway.is_connected


async def test_heartbeats_are_answered(
    discord_server: DiscordServer, discord_address: None
) -> None:
    discord_server.gateway.heartbeat_seconds = 0.05
    bot = LabBot()
    await bot.run_in_background(discord_server.token)
    await discord_server.until(lambda: discord_server.gateway.num_heartbeats >= 4)
    assert bot.latency < 1
    await bot.stop()


async def test_a_dropped_connection_resumes_and_hears_what_it_missed(lab: Lab) -> None:
    await lab.server.drop_gateway()
    await lab.ada.dm("are you there?")
    await lab.server.until(lambda: lab.bot.heard)
    assert lab.bot.heard[0].content == "are you there?"
    assert lab.server.statistics.num_resumes == 1
    assert lab.server.statistics.num_identifies == 1
    await lab.server.until(lambda: "resumed" in lab.bot.events)


async def test_a_lost_session_identifies_again(lab: Lab) -> None:
    await lab.server.drop_gateway(resumable=False)
    await lab.server.until(lambda: lab.server.statistics.num_identifies == 2)
    await lab.server.connected()
    await (await lab.ada.slash(lab.general, "ask", question="Back?")).responded()


async def test_the_gateway_can_ask_for_a_new_connection(lab: Lab) -> None:
    await lab.server.request_reconnect()
    await lab.server.until(lambda: "resumed" in lab.bot.events)
    await (await lab.ada.slash(lab.general, "ask", question="Back?")).responded()


async def test_everything_outlives_a_bot_that_is_killed(lab: Lab) -> None:
    await (await lab.ada.slash(lab.general, "ask", question="Before?")).responded()
    await lab.bot.stop()
    waiting = await lab.ada.slash(lab.general, "ask", question="Anyone?")
    lab.server.clock.advance(4)
    assert waiting.failed
    bot = LabBot()
    await bot.run_in_background(lab.server.token)
    assert [message.content for message in lab.general.messages] == ["hello"]
    await (await lab.ada.slash(lab.general, "ask", question="After?")).responded()
    await bot.stop()


async def test_a_bot_process_can_be_killed_and_started_again(
    discord_server: DiscordServer,
) -> None:
    guild = discord_server.add_guild("Deep Learning 101")
    general = guild.add_channel("general")
    ada = discord_server.add_person("ada")
    guild.join(ada)
    address = (discord_server.api_url, discord_server.gateway_url, discord_server.token)
    module = "tests.discord_server_tests.lab_process"
    for start in (1, 2):
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, *address)
        try:
            await discord_server.connected(timeout=20)
            assert discord_server.commands.num_syncs == start
            await (await ada.slash(general, "ask", question="Alive?")).responded()
        finally:
            process.kill()
            await process.wait()
        await discord_server.until(lambda: not discord_server.gateway.is_connected)
    assert [message.content for message in general.messages] == ["hello", "hello"]


async def test_changes_in_the_guild_are_announced(lab: Lab) -> None:
    lab.guild.add_channel("homework")
    other = lab.server.add_guild("Linear Algebra")
    other.add_channel("hello")
    await lab.server.until(lambda: "guild_join" in lab.bot.events)
    assert "guild_channel_create" in lab.bot.events
    assert len(lab.bot.guilds) == 2


async def test_the_address_of_the_gateway_is_told(lab: Lab) -> None:
    shards, url, limit = await lab.bot.http.get_bot_gateway()
    assert (shards, url) == (1, lab.server.gateway_url)
    assert limit["total"] == 1000


async def test_an_unknown_compression_is_refused(discord_server: DiscordServer) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(discord_server.gateway_url + "?compress=rot13")
        async with session.ws_connect(discord_server.gateway_url) as socket:
            assert (await asyncio.wait_for(socket.receive_json(), 5))["op"] == 10
            await socket.send_json({"op": 3, "d": {}})
            assert (await socket.receive(timeout=5)).data == 4003
