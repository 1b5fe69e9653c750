"""The lab bot as a process of its own: `python -m … API_URL GATEWAY_URL TOKEN`."""

from __future__ import annotations

import sys

import discord.gateway
import discord.http
import yarl

from tests.discord_server_tests.lab_bot import LabBot


def main(api_url: str, gateway_url: str, token: str) -> None:
    """Run until killed."""
    discord.http.Route.BASE = api_url
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
    LabBot().run(token, log_handler=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
