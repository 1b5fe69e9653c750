"""A guild: its roles, members and channels, and what happens when one of them changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, SupportsInt

from tests.discord_server.channel import Channel, TextChannel
from tests.discord_server.event import Event
from tests.discord_server.intents import Intent
from tests.discord_server.permissions import (
    ALL_PERMISSIONS,
    EVERYONE_PERMISSIONS,
    INVITED_BOT_PERMISSIONS,
    Permission,
    as_permission,
)
from tests.discord_server.thread import Thread
from tests.discord_server.user import User

if TYPE_CHECKING:
    from tests.discord_server.world import World


@dataclass(eq=False)
class Role:
    """A named set of permissions; changes are announced."""

    id: int
    name: str
    permissions: Permission
    guild: Guild = field(repr=False)
    position: int = 1
    bot_id: int | None = None

    @property
    def mention(self) -> str:
        """The text that mentions this role."""
        return f"<@&{self.id}>"

    def allow(self, permissions: SupportsInt | object) -> None:
        """Give these permissions to everyone with the role."""
        self.permissions |= as_permission(permissions)
        self.guild.announce_role("GUILD_ROLE_UPDATE", self)

    def deny(self, permissions: SupportsInt | object) -> None:
        """Take these permissions from the role."""
        self.permissions &= ~as_permission(permissions)
        self.guild.announce_role("GUILD_ROLE_UPDATE", self)

    def payload(self) -> dict[str, Any]:
        """The role as Discord sends it."""
        payload: dict[str, Any] = {
            "id": str(self.id),
            "name": self.name,
            "description": None,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "icon": None,
            "unicode_emoji": None,
            "position": self.position,
            "permissions": str(int(self.permissions)),
            "managed": self.bot_id is not None,
            "mentionable": False,
            "flags": 0,
        }
        if self.bot_id is not None:
            payload["tags"] = {"bot_id": str(self.bot_id)}
        return payload


@dataclass(eq=False)
class Member:
    """One account's place in one guild."""

    user: User
    joined_at: datetime
    role_ids: list[int] = field(default_factory=list)

    def payload(self, *, with_user: bool = True) -> dict[str, Any]:
        """The member as Discord sends it."""
        payload: dict[str, Any] = {
            "avatar": None,
            "banner": None,
            "communication_disabled_until": None,
            "deaf": False,
            "flags": 0,
            "joined_at": self.joined_at.isoformat(),
            "mute": False,
            "nick": None,
            "pending": False,
            "premium_since": None,
            "roles": [str(role_id) for role_id in self.role_ids],
        }
        if with_user:
            payload["user"] = self.user.payload()
        return payload


class Guild:
    """A guild as its members know it; every change goes out over the gateway."""

    def __init__(self, world: World, name: str, owner: User) -> None:
        self.world = world
        self.id = world.snowflakes.next()
        self.name = name
        self.owner = owner
        self.everyone = Role(self.id, "@everyone", EVERYONE_PERMISSIONS, self, position=0)
        self.roles: dict[int, Role] = {self.id: self.everyone}
        self.members: dict[int, Member] = {}
        self.channels: dict[int, Channel] = {}
        self.join(owner)

    @property
    def bot_role(self) -> Role:
        """The role that came with the bot's invitation."""
        bot_id = self.world.bot.id
        return next(role for role in self.roles.values() if role.bot_id == bot_id)

    @property
    def threads(self) -> list[Thread]:
        """All threads, archived ones too."""
        return [channel for channel in self.channels.values() if isinstance(channel, Thread)]

    @property
    def has_bot(self) -> bool:
        """Whether the bot is a member."""
        return self.world.bot.id in self.members

    def announce(self, name: str, data: dict[str, Any], intents: Intent = Intent.GUILDS) -> None:
        """Send an event about this guild, as long as the bot is in it."""
        if self.has_bot:
            self.world.publish(Event(name, data, intents))

    def announce_role(self, name: str, role: Role) -> None:
        """Send an event about one of the roles."""
        self.announce(name, {"guild_id": str(self.id), "role": role.payload()})

    def add_channel(self, name: str, topic: str | None = None) -> TextChannel:
        """A new text channel."""
        channel = TextChannel(self.world, self, name, topic)
        self.channels[channel.id] = channel
        self.announce("CHANNEL_CREATE", channel.payload())
        return channel

    def add_role(self, name: str, permissions: SupportsInt | object = 0) -> Role:
        """A new role above all earlier ones."""
        role_id = self.world.snowflakes.next()
        bits = as_permission(permissions)
        role = Role(role_id, name, bits, self, position=len(self.roles))
        self.roles[role.id] = role
        self.announce_role("GUILD_ROLE_CREATE", role)
        return role

    def join(self, user: User, roles: list[Role] | None = None) -> Member:
        """Make an account a member; giving roles again adds them."""
        if member := self.members.get(user.id):
            for role in roles or []:
                self.give_role(user, role)
            return member
        member = Member(user, self.world.clock.now(), [role.id for role in roles or []])
        self.members[user.id] = member
        data = {**member.payload(), "guild_id": str(self.id)}
        self.announce("GUILD_MEMBER_ADD", data, Intent.GUILD_MEMBERS)
        return member

    def leave(self, user: User) -> None:
        """End a membership; for the bot this is a kick."""
        data = {"guild_id": str(self.id), "user": user.payload()}
        self.announce("GUILD_MEMBER_REMOVE", data, Intent.GUILD_MEMBERS)
        if user is self.world.bot:
            self.announce("GUILD_DELETE", {"id": str(self.id)})
        self.members.pop(user.id, None)

    def give_role(self, user: User, role: Role) -> None:
        """Add a role to a member."""
        member = self.members[user.id]
        if role.id not in member.role_ids:
            member.role_ids.append(role.id)
        self._announce_member(member)

    def take_role(self, user: User, role: Role) -> None:
        """Remove a role from a member."""
        member = self.members[user.id]
        member.role_ids.remove(role.id)
        self._announce_member(member)

    def _announce_member(self, member: Member) -> None:
        is_bot = member.user is self.world.bot
        intents = Intent.NONE if is_bot else Intent.GUILD_MEMBERS
        data = {**member.payload(), "guild_id": str(self.id)}
        self.announce("GUILD_MEMBER_UPDATE", data, intents)

    def invite_bot(self, permissions: SupportsInt | object = INVITED_BOT_PERMISSIONS) -> None:
        """Add the bot with a role of its own that holds these permissions."""
        role = self.add_role(self.world.bot.name, permissions)
        role.bot_id = self.world.bot.id
        self.join(self.world.bot, [role])
        self.world.publish_guild(self)

    def permissions_of(self, user: User) -> Permission:
        """What an account may do in the guild as a whole."""
        if user.id == self.owner.id:
            return ALL_PERMISSIONS
        member = self.members.get(user.id)
        if member is None:
            return Permission.NONE
        bits = self.everyone.permissions
        for role_id in member.role_ids:
            bits |= self.roles[role_id].permissions
        return ALL_PERMISSIONS if bits & Permission.ADMINISTRATOR else bits

    def partial_payload(self) -> dict[str, Any]:
        """What an interaction says about its guild."""
        return {"id": str(self.id), "locale": "en-US", "features": []}

    def payload(self) -> dict[str, Any]:
        """What every route says about a guild."""
        return {
            **self.partial_payload(),
            "name": self.name,
            "icon": None,
            "description": None,
            "owner_id": str(self.owner.id),
            "preferred_locale": "en-US",
            "roles": [role.payload() for role in self.roles.values()],
            "emojis": [],
            "stickers": [],
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "premium_tier": 0,
            "afk_timeout": 300,
            "afk_channel_id": None,
            "system_channel_id": None,
            "system_channel_flags": 0,
        }

    def create_payload(self, intents: Intent) -> dict[str, Any]:
        """What GUILD_CREATE says: without the members intent only the bot itself is listed."""
        bot = self.world.bot
        everyone_listed = bool(intents & Intent.GUILD_MEMBERS)
        members = [m for m in self.members.values() if everyone_listed or m.user is bot]
        return {
            **self.payload(),
            "joined_at": self.members[bot.id].joined_at.isoformat(),
            "large": False,
            "member_count": len(self.members),
            "members": [member.payload() for member in members],
            "channels": [
                channel.payload()
                for channel in self.channels.values()
                if not isinstance(channel, Thread)
            ],
            "threads": [
                thread.payload()
                for thread in self.threads
                if not thread.archived and thread.can(bot, Permission.VIEW_CHANNEL)
            ],
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }
