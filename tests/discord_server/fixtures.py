"""Pytest fixtures of the loopback Discord; a conftest imports them, before it imports discord."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator

import pytest
import yarl

from tests.discord_server.server import DiscordServer

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # discord.py imports audioop
    import discord.gateway
    import discord.http


@pytest.fixture
async def discord_server() -> AsyncIterator[DiscordServer]:
    """A fresh, running loopback Discord; fails the test when the server itself had a bug."""
    async with DiscordServer() as server:
        yield server
    assert not server.rest.bugs, "\n".join(server.rest.bugs)


@pytest.fixture
def discord_address(discord_server: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points every discord.py client of this process at the loopback Discord."""
    monkeypatch.setattr(discord.http.Route, "BASE", discord_server.api_url)
    gateway = yarl.URL(discord_server.gateway_url)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
