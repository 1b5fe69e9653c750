"""All that people can do on Discord, in one list."""

from bot.cogs import (
    about,
    ask,
    complete,
    explain,
    follow_up,
    help,
    learn,
    limits,
    model,
    notes,
    presses,
    privacy,
    quiz,
    recovery,
    replay,
    reset,
    settings,
    studying,
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
    learn,
    quiz,
    studying,
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
