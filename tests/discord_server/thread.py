"""Threads: messages beside a channel, with followers, an archive and a lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.discord_server.channel import Channel, TextChannel
from tests.discord_server.intents import Intent
from tests.discord_server.permissions import Permission, without_implied
from tests.discord_server.user import User

if TYPE_CHECKING:
    from tests.discord_server.guild import Guild
    from tests.discord_server.world import World

PUBLIC_THREAD, PRIVATE_THREAD = 11, 12


class Thread(Channel):
    """A thread; its permissions are its parent's, except for who may speak.

    A private one is seen by its members and by whoever manages threads.
    """

    def __init__(
        self, world: World, parent: TextChannel, name: str, owner: User, thread_id: int
    ) -> None:
        super().__init__(world, thread_id, name)
        self.guild: Guild = parent.guild
        self.parent = parent
        self.owner = owner
        self.type = PUBLIC_THREAD
        self.member_ids: list[int] = [owner.id]
        self.archived = False
        self.locked = False
        self.auto_archive_minutes = 1440
        self.created_at = world.clock.now()
        self.archived_at = self.created_at

    def permissions_of(self, user: User) -> Permission:
        if self.deleted:
            return Permission.NONE
        bits = self.parent.permissions_before_implied(user)
        is_hidden = self.type == PRIVATE_THREAD and user.id not in self.member_ids
        if is_hidden and not bits & Permission.MANAGE_THREADS:
            return Permission.NONE
        return without_implied(bits, in_thread=True)

    def add_member(self, user: User) -> None:
        """Let an account follow the thread."""
        if user.id not in self.member_ids:
            self.member_ids.append(user.id)
            if self.type == PRIVATE_THREAD and user is self.world.bot:
                self.guild.announce("THREAD_CREATE", self.payload())
            self._announce_members(user, added=[self.member_payload(user.id)], removed=[])

    def remove_member(self, user: User) -> None:
        """Let an account no longer follow the thread."""
        if user.id in self.member_ids:
            self.member_ids.remove(user.id)
            self._announce_members(user, added=[], removed=[str(user.id)])

    def _announce_members(
        self, user: User, added: list[dict[str, Any]], removed: list[str]
    ) -> None:
        data = {
            "id": str(self.id),
            "guild_id": str(self.guild.id),
            "member_count": len(self.member_ids),
            "added_members": added,
            "removed_member_ids": removed,
        }
        is_bot = user is self.world.bot
        intents = Intent.GUILDS if is_bot else Intent.GUILD_MEMBERS
        self.guild.announce("THREAD_MEMBERS_UPDATE", data, intents)

    def set_state(self, *, archived: bool | None = None, locked: bool | None = None) -> None:
        """Archive, unarchive, lock or unlock the thread."""
        if archived is not None and archived != self.archived:
            self.archived_at = self.world.clock.now()
            self.archived = archived
        self.locked = self.locked if locked is None else locked
        self.announce_update()

    def archive(self) -> None:
        """Put the thread away; the next message brings it back unless it is locked."""
        self.set_state(archived=True)

    def lock(self) -> None:
        """Archive the thread so that only moderators can bring it back."""
        self.set_state(archived=True, locked=True)

    def announce_update(self) -> None:
        """Tell the gateway that the thread has changed."""
        if self.can(self.world.bot, Permission.VIEW_CHANNEL):
            self.guild.announce("THREAD_UPDATE", self.payload())

    def delete(self) -> None:
        """Delete the thread with its messages."""
        data = {
            "id": str(self.id),
            "guild_id": str(self.guild.id),
            "parent_id": str(self.parent.id),
            "type": self.type,
        }
        if self.can(self.world.bot, Permission.VIEW_CHANNEL):
            self.guild.announce("THREAD_DELETE", data)
        self.deleted = True
        self.guild.channels.pop(self.id, None)
        self.world.changed()

    def member_payload(self, user_id: int) -> dict[str, Any]:
        """One account's membership as Discord sends it."""
        return {
            "id": str(self.id),
            "user_id": str(user_id),
            "join_timestamp": self.created_at.isoformat(),
            "flags": 0,
        }

    def payload(self) -> dict[str, Any]:
        count = sum(m.visible_to is None and m.counts_in_thread for m in self.messages)
        payload: dict[str, Any] = {
            "id": str(self.id),
            "type": self.type,
            "guild_id": str(self.guild.id),
            "parent_id": str(self.parent.id),
            "owner_id": str(self.owner.id),
            "name": self.name,
            "last_message_id": self.last_message_id,
            "message_count": count,
            "total_message_sent": count,
            "member_count": len(self.member_ids),
            "rate_limit_per_user": 0,
            "flags": 0,
            "thread_metadata": {
                "archived": self.archived,
                "locked": self.locked,
                "auto_archive_duration": self.auto_archive_minutes,
                "archive_timestamp": self.archived_at.isoformat(),
                "create_timestamp": self.created_at.isoformat(),
            },
        }
        if self.world.bot.id in self.member_ids:
            payload["member"] = self.member_payload(self.world.bot.id)
        return payload
