"""Intents: which events and which contents a bot receives that asked for little."""

from __future__ import annotations

import discord
import pytest

from tests.discord_server import DiscordServer, Intent
from tests.discord_server_tests.conftest import Lab
from tests.discord_server_tests.lab_bot import LabBot


async def heard(lab: Lab, count: int) -> list[str]:
    """The texts of the messages the bot has heard, once there are `count`."""
    await lab.server.until(lambda: len(lab.bot.heard) >= count)
    return [message.content for message in lab.bot.heard]


async def test_content_is_hidden_except_where_the_bot_is_meant(lab: Lab) -> None:
    bot = lab.server.bot_user
    await lab.ada.say(lab.general, "not for you")
    await lab.ada.say(lab.general, "for you", mention=[bot])
    await lab.ada.dm("in private")
    assert await heard(lab, 3) == ["", f"<@{bot.id}> for you", "in private"]
    listed = [m.content async for m in lab.bot.get_partial_messageable(lab.general.id).history()]
    assert listed == [f"<@{bot.id}> for you", ""]


async def test_a_reply_to_an_ordinary_message_is_readable_when_it_pings(lab: Lab) -> None:
    await lab.bot.get_partial_messageable(lab.general.id).send("ask on here")
    ordinary = lab.general.messages[0]
    await lab.ada.say(lab.general, "pinging", reply_to=ordinary)
    await lab.ada.say(lab.general, "silent", reply_to=ordinary, ping=False)
    assert await heard(lab, 2) == ["pinging", ""]
    assert lab.bot.heard[0].reference is not None
    assert isinstance(lab.bot.heard[0].reference.resolved, discord.Message)
    assert lab.bot.heard[0].reference.resolved.content == "ask on here"


async def test_a_reply_to_a_command_response_is_not_readable(lab: Lab) -> None:
    response = await (await lab.ada.slash(lab.general, "ask", question="What?")).responded()
    await lab.ada.say(lab.general, "why?", reply_to=response)
    assert await heard(lab, 1) == [""]


async def test_the_content_intent_shows_everything(
    discord_server: DiscordServer, discord_address: None
) -> None:
    discord_server.enable_intents(Intent.MESSAGE_CONTENT)
    guild = discord_server.add_guild("Open")
    general = guild.add_channel("general")
    ada = discord_server.add_person("ada")
    guild.join(ada)
    intents = discord.Intents.default()
    intents.message_content = True
    bot = LabBot(intents)
    await bot.run_in_background(discord_server.token)
    await ada.say(general, "not for you")
    await discord_server.until(lambda: bot.heard)
    assert bot.heard[0].content == "not for you"
    await bot.stop()


@pytest.mark.parametrize("missing", ["guild_messages", "dm_messages"])
async def test_only_asked_events_are_delivered(
    discord_server: DiscordServer, discord_address: None, missing: str
) -> None:
    guild = discord_server.add_guild("Quiet")
    general = guild.add_channel("general")
    ada = discord_server.add_person("ada")
    guild.join(ada)
    intents = discord.Intents.default()
    setattr(intents, missing, False)
    bot = LabBot(intents)
    await bot.run_in_background(discord_server.token)
    in_guild = await ada.say(general, "one")
    in_private = await ada.dm("two")
    expected = in_private if missing == "guild_messages" else in_guild
    await (await ada.slash(general, "ask", question="Still here?")).responded()
    assert [message.id for message in bot.heard] == [expected.id]
    await bot.stop()


async def test_members_are_listed_only_with_their_intent(
    discord_server: DiscordServer, discord_address: None
) -> None:
    guild = discord_server.add_guild("Crowd")
    guild.join(discord_server.add_person("ada"))
    discord_server.enable_intents(Intent.GUILD_MEMBERS)
    intents = discord.Intents.default()
    modest = LabBot(intents)
    await modest.run_in_background(discord_server.token)
    assert len(modest.guilds[0].members) == 1
    await modest.stop()
    intents.members = True
    curious = LabBot(intents)
    await curious.run_in_background(discord_server.token)
    assert {member.name for member in curious.guilds[0].members} >= {"ada", "Lectern"}
    guild.join(discord_server.add_person("bob"))
    await discord_server.until(lambda: "member_join" in curious.events)
    await curious.stop()
