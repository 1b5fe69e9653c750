"""All that people can do on Discord, in one list."""

from bot.cogs import (
    about,
    ask,
    complete,
    explain,
    follow_up,
    help,
    limits,
    model,
    notes,
    presses,
    privacy,
    recovery,
    replay,
    reset,
    settings,
)
from bot.cogs.client import DiscordOptions, LecternClient
from bot.service.services import Services

MODULES = (
    ask,
    complete,
    model,
    notes,
    settings,
    limits,
    reset,
    help,
    about,
    replay,
    explain,
    privacy,
    presses,
    follow_up,
    recovery,
)


def make_client(services: Services, options: DiscordOptions) -> LecternClient:
    """A client with every command, button and listener."""
    client = LecternClient(services, options)
    for module in MODULES:
        module.register(client)
    return client
