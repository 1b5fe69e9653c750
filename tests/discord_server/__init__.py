"""A loopback Discord: the rules of the real one, on 127.0.0.1, for the real discord.py."""

from tests.discord_server.attachment import Upload
from tests.discord_server.channel import Channel, DirectChannel, TextChannel
from tests.discord_server.guild import Guild, Role
from tests.discord_server.intents import Intent
from tests.discord_server.interaction import Interaction
from tests.discord_server.message import Message
from tests.discord_server.permissions import Permission
from tests.discord_server.person import Person
from tests.discord_server.refusal import DiscordError, NotPossible
from tests.discord_server.server import DiscordServer
from tests.discord_server.thread import Thread

__all__ = [
    "Channel",
    "DirectChannel",
    "DiscordError",
    "DiscordServer",
    "Guild",
    "Intent",
    "Interaction",
    "Message",
    "NotPossible",
    "Permission",
    "Person",
    "Role",
    "TextChannel",
    "Thread",
    "Upload",
]
