"""Fixtures: a loopback Discord with one guild, two people, and the lab bot connected to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from tests.discord_server import DiscordServer, Guild, Person, TextChannel
from tests.discord_server.fixtures import discord_address, discord_server
from tests.discord_server_tests.lab_bot import LabBot

__all__ = ["discord_address", "discord_server"]


@dataclass
class Lab:
    """A small study server."""

    server: DiscordServer
    guild: Guild
    general: TextChannel
    ada: Person
    bob: Person
    bot: LabBot


@pytest.fixture
async def lab(discord_server: DiscordServer, discord_address: None) -> AsyncIterator[Lab]:
    """The guild with the bot ready in it, asking for no privileged intent."""
    server = discord_server
    guild = server.add_guild("Deep Learning 101")
    general = guild.add_channel("general")
    ada, bob = server.add_person("ada"), server.add_person("bob")
    guild.join(ada)
    guild.join(bob)
    bot = LabBot()
    await bot.run_in_background(server.token)
    assert bot.is_ready()
    yield Lab(server, guild, general, ada, bob, bot)
    await bot.stop()
