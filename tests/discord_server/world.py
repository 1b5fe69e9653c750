"""The world: everything that exists on the loopback Discord, and who hears when it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tests.discord_server.application import Application
from tests.discord_server.attachment import Attachment, Upload
from tests.discord_server.channel import Channel, DirectChannel, TextChannel
from tests.discord_server.clock import Clock
from tests.discord_server.commands import Commands
from tests.discord_server.event import Event
from tests.discord_server.guild import Guild
from tests.discord_server.message import Message
from tests.discord_server.permissions import Permission
from tests.discord_server.refusal import DiscordError, Refusal
from tests.discord_server.snowflake import Snowflakes
from tests.discord_server.thread import PRIVATE_THREAD, Thread
from tests.discord_server.user import User
from tests.discord_server.waiting import Waiting

if TYPE_CHECKING:
    from tests.discord_server.interaction import Interaction


class World:
    """Accounts, guilds, channels and interactions; outlives every connection of the bot."""

    def __init__(self, token: str, name: str) -> None:
        self.clock = Clock()
        self.snowflakes = Snowflakes(self.clock)
        self.waiting = Waiting()
        self.clock.on_advance(self.changed)
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.direct_channels: dict[int, DirectChannel] = {}
        self.attachments: dict[int, Attachment] = {}
        self.interactions: dict[str, Interaction] = {}
        self.listeners: list[Callable[[Event], None]] = []
        self.guild_listeners: list[Callable[[Guild], None]] = []
        self.attachment_url = ""
        self.bot = self.add_user(User(self.snowflakes.next(), name, is_bot=True))
        owner = self.add_user(User(self.snowflakes.next(), "operator"))
        self.application = Application(self.bot.id, name, token, owner, self.bot)
        self.commands = Commands(self)

    def add_user(self, user: User) -> User:
        """Register an account."""
        self.users[user.id] = user
        return user

    def changed(self) -> None:
        """Wake everyone who waits for something to be true."""
        self.waiting.wake()

    def publish(self, event: Event | None) -> None:
        """Hand an event to every gateway session."""
        if event is not None:
            for listener in self.listeners:
                listener(event)
        self.changed()

    def publish_guild(self, guild: Guild) -> None:
        """Tell every session about a guild the bot has just joined."""
        for listener in self.guild_listeners:
            listener(guild)
        self.changed()

    def channel(self, channel_id: int) -> Channel:
        """The channel with this id, in whichever guild or direct message it is."""
        for guild in self.guilds.values():
            if guild.has_bot and (channel := guild.channels.get(channel_id)):
                return channel
        for direct in self.direct_channels.values():
            if direct.id == channel_id:
                return direct
        raise DiscordError(Refusal.UNKNOWN_CHANNEL)

    def visible_channel(self, channel_id: int, needed: Permission = Permission.NONE) -> Channel:
        """The channel with this id, if the bot may see it and do what is `needed`."""
        channel = self.channel(channel_id)
        self.require(channel, self.bot, needed)
        return channel

    @staticmethod
    def require(channel: Channel, user: User, needed: Permission) -> None:
        """Refuse unless the account sees the channel and has the permissions there."""
        if not channel.can(user, Permission.VIEW_CHANNEL):
            raise DiscordError(Refusal.MISSING_ACCESS)
        if not channel.can(user, needed):
            raise DiscordError(Refusal.MISSING_PERMISSIONS)

    def guild(self, guild_id: int) -> Guild:
        """The guild with this id, if the bot is in it."""
        guild = self.guilds.get(guild_id)
        if guild is None or not guild.has_bot:
            raise DiscordError(Refusal.UNKNOWN_GUILD)
        return guild

    def message(self, channel: Channel, message_id: int) -> Message:
        """A message that the bot's token reaches; ephemeral ones it does not."""
        message = channel.all_messages.get(message_id)
        if message is None or message.deleted or message.is_ephemeral:
            raise DiscordError(Refusal.UNKNOWN_MESSAGE)
        return message

    def direct_channel(self, person: User) -> DirectChannel:
        """The direct messages between a person and the bot, opened when first needed."""
        if person.id not in self.direct_channels:
            self.direct_channels[person.id] = DirectChannel(self, person)
        return self.direct_channels[person.id]

    def store(self, upload: Upload, description: str | None, *, ephemeral: bool) -> Attachment:
        """Keep a file and give it an address."""
        number = self.snowflakes.next()
        url = f"{self.attachment_url}/attachments/{number}/{upload.filename}"
        attachment = Attachment(
            number, upload.filename, upload.content, url, description, ephemeral
        )
        self.attachments[number] = attachment
        return attachment

    def start_thread(
        self, channel: TextChannel, name: str, owner: User, message: Message | None
    ) -> Thread:
        """Open a public thread on a message, whose id it takes over, or on its own."""
        thread_id = self.snowflakes.next() if message is None else message.id
        thread = Thread(self, channel, name, owner, thread_id)
        channel.guild.channels[thread_id] = thread
        if message is not None:
            message.thread = thread
        if channel.can(self.bot, Permission.VIEW_CHANNEL):
            data = {**thread.payload(), "newly_created": True}
            channel.guild.announce("THREAD_CREATE", data)
        self.changed()
        return thread

    def start_private_thread(
        self, channel: TextChannel, name: str, owner: User, members: Iterable[User]
    ) -> Thread:
        """Open a private thread; only its members hear of it."""
        thread = Thread(self, channel, name, owner, self.snowflakes.next())
        thread.type = PRIVATE_THREAD
        channel.guild.channels[thread.id] = thread
        for member in members:
            thread.add_member(member)
        self.changed()
        return thread
