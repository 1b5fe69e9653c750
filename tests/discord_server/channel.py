"""Places where messages are: text channels and direct messages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, SupportsInt

from tests.discord_server.event import Event
from tests.discord_server.intents import Intent
from tests.discord_server.permissions import (
    DIRECT_MESSAGE_PERMISSIONS,
    Overwrite,
    Permission,
    apply_overwrites,
    as_permission,
    without_implied,
)
from tests.discord_server.user import User

if TYPE_CHECKING:
    from tests.discord_server.guild import Guild, Role
    from tests.discord_server.message import Message
    from tests.discord_server.thread import Thread
    from tests.discord_server.world import World

TEXT, DIRECT = 0, 1


class Channel(ABC):
    """A place with messages; the three kinds differ in who may do what there."""

    type: int
    guild: Guild | None = None

    def __init__(self, world: World, channel_id: int, name: str) -> None:
        self.world = world
        self.id = channel_id
        self.name = name
        self.deleted = False
        self.all_messages: dict[int, Message] = {}
        self.typing_at: list[float] = []

    @property
    def mention(self) -> str:
        """The text that links to this channel."""
        return f"<#{self.id}>"

    @property
    def messages(self) -> list[Message]:
        """The messages that still exist, oldest first, ephemeral ones included."""
        return [message for message in self.all_messages.values() if not message.deleted]

    @property
    def last_message(self) -> Message | None:
        """The newest message that still exists."""
        return next(reversed(self.messages), None)

    @property
    def last_message_id(self) -> str | None:
        """The id of the newest public message, also when it was deleted since."""
        public = [m for m in self.all_messages.values() if m.visible_to is None]
        return str(public[-1].id) if public else None

    @abstractmethod
    def permissions_of(self, user: User) -> Permission:
        """What an account may do here."""

    def can(self, user: User, permissions: Permission) -> bool:
        """Whether an account has all of these permissions here."""
        return self.permissions_of(user) & permissions == permissions

    @abstractmethod
    def payload(self) -> dict[str, Any]:
        """The channel as Discord sends it."""

    def partial_payload(self, viewer: User) -> dict[str, Any]:
        """The channel inside an interaction, with the invoker's permissions."""
        return {**self.payload(), "permissions": str(int(self.permissions_of(viewer)))}

    def __repr__(self) -> str:
        return f"<#{self.name}>"


class TextChannel(Channel):
    """A text channel of a guild."""

    type = TEXT

    def __init__(self, world: World, guild: Guild, name: str, topic: str | None = None) -> None:
        super().__init__(world, world.snowflakes.next(), name)
        self.guild: Guild = guild
        self.topic = topic
        self.overwrites: dict[int, Overwrite] = {}

    @property
    def threads(self) -> list[Thread]:
        """The threads of this channel, archived ones too."""
        return [thread for thread in self.guild.threads if thread.parent is self]

    def permissions_of(self, user: User) -> Permission:
        return without_implied(self.permissions_before_implied(user), in_thread=False)

    def permissions_before_implied(self, user: User) -> Permission:
        """The bits after overwrites; a thread reads them differently than the channel does."""
        guild = self.guild
        member = guild.members.get(user.id)
        if self.deleted or member is None:
            return Permission.NONE
        return apply_overwrites(
            guild.permissions_of(user),
            self.overwrites.values(),
            everyone_id=guild.id,
            role_ids=member.role_ids,
            member_id=user.id,
        )

    def allow(self, target: User | Role, permissions: SupportsInt | object) -> None:
        """Allow a role or an account something here, whatever its roles say."""
        bits = as_permission(permissions)
        overwrite = self._overwrite(target)
        overwrite.allow |= bits
        overwrite.deny &= ~bits
        self.announce_update()

    def deny(self, target: User | Role, permissions: SupportsInt | object) -> None:
        """Deny a role or an account something here, whatever its roles say."""
        bits = as_permission(permissions)
        overwrite = self._overwrite(target)
        overwrite.deny |= bits
        overwrite.allow &= ~bits
        self.announce_update()

    def _overwrite(self, target: User | Role) -> Overwrite:
        fresh = Overwrite(target.id, for_role=not isinstance(target, User))
        return self.overwrites.setdefault(target.id, fresh)

    def announce_update(self) -> None:
        """Tell the gateway that the channel has changed."""
        self.guild.announce("CHANNEL_UPDATE", self.payload())

    def start_thread(self, name: str, owner: User, message: Message | None = None) -> Thread:
        """Open a public thread, on a message or on its own, without asking for permission."""
        return self.world.start_thread(self, name, owner, message)

    def start_private_thread(self, name: str, owner: User, *members: User) -> Thread:
        """Open a private thread with its first members, without asking for permission."""
        return self.world.start_private_thread(self, name, owner, members)

    def delete(self) -> None:
        """Delete the channel with its threads and messages."""
        for thread in self.threads:
            thread.delete()
        self.guild.announce("CHANNEL_DELETE", self.payload())
        self.deleted = True
        self.guild.channels.pop(self.id, None)
        self.world.changed()

    def payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "type": self.type,
            "guild_id": str(self.guild.id),
            "name": self.name,
            "topic": self.topic,
            "position": list(self.guild.channels).index(self.id)
            if self.id in self.guild.channels
            else 0,
            "permission_overwrites": [o.payload() for o in self.overwrites.values()],
            "parent_id": None,
            "nsfw": False,
            "rate_limit_per_user": 0,
            "last_message_id": self.last_message_id,
            "flags": 0,
        }


class DirectChannel(Channel):
    """The direct messages between one person and the bot."""

    type = DIRECT

    def __init__(self, world: World, person: User) -> None:
        super().__init__(world, world.snowflakes.next(), f"dm-{person.name}")
        self.person = person

    def permissions_of(self, user: User) -> Permission:
        allowed = user in (self.person, self.world.bot)
        return DIRECT_MESSAGE_PERMISSIONS if allowed else Permission.NONE

    def payload(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "type": self.type,
            "recipients": [self.person.payload()],
            "last_message_id": self.last_message_id,
            "flags": 0,
        }


def message_event(
    channel: Channel, name: str, data: dict[str, Any], stripped: dict[str, Any] | None
) -> Event | None:
    """An event about a message here, or None when the bot cannot see the channel."""
    if not channel.can(channel.world.bot, Permission.VIEW_CHANNEL):
        return None
    intents = Intent.DIRECT_MESSAGES if channel.guild is None else Intent.GUILD_MESSAGES
    return Event(name, data, intents, stripped)
