"""Permissions: the bits, and what a member may do in a channel after roles and overwrites."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag
from typing import SupportsInt


class Permission(IntFlag):
    """Discord's permission bits."""

    NONE = 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40


ALL_PERMISSIONS = Permission((1 << 53) - 1)
DIRECT_MESSAGE_PERMISSIONS = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.USE_APPLICATION_COMMANDS
)
EVERYONE_PERMISSIONS = (
    DIRECT_MESSAGE_PERMISSIONS
    | Permission.MENTION_EVERYONE
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
INVITED_BOT_PERMISSIONS = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.ATTACH_FILES
    | Permission.EMBED_LINKS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
)


@dataclass
class Overwrite:
    """What one role or one member is allowed or denied in one channel."""

    target_id: int
    for_role: bool
    allow: Permission = Permission.NONE
    deny: Permission = Permission.NONE

    def payload(self) -> dict[str, object]:
        """The overwrite as Discord sends it."""
        return {
            "id": str(self.target_id),
            "type": 0 if self.for_role else 1,
            "allow": str(int(self.allow)),
            "deny": str(int(self.deny)),
        }


def as_permission(value: SupportsInt | object) -> Permission:
    """Bits from a number, a `Permission`, or anything with a `value` (discord.Permissions)."""
    number = getattr(value, "value", value)
    return Permission(int(number))


def apply_overwrites(
    base: Permission,
    overwrites: Iterable[Overwrite],
    *,
    everyone_id: int,
    role_ids: Iterable[int],
    member_id: int,
) -> Permission:
    """The bits left in a channel: everyone's overwrite, then the roles', then the member's."""
    if base & Permission.ADMINISTRATOR:
        return ALL_PERMISSIONS
    found = {overwrite.target_id: overwrite for overwrite in overwrites}
    bits = base
    if everyone := found.get(everyone_id):
        bits = (bits & ~everyone.deny) | everyone.allow
    allow = deny = Permission.NONE
    for role_id in role_ids:
        if role_id != everyone_id and (overwrite := found.get(role_id)):
            allow |= overwrite.allow
            deny |= overwrite.deny
    bits = (bits & ~deny) | allow
    if member := found.get(member_id):
        bits = (bits & ~member.deny) | member.allow
    return bits


def without_implied(bits: Permission, *, in_thread: bool) -> Permission:
    """Drop what other missing bits make useless: nothing is left without VIEW_CHANNEL."""
    if bits & Permission.ADMINISTRATOR:
        return bits
    if not bits & Permission.VIEW_CHANNEL:
        return Permission.NONE
    speaking = Permission.SEND_MESSAGES_IN_THREADS if in_thread else Permission.SEND_MESSAGES
    if not bits & speaking:
        bits &= ~(Permission.MENTION_EVERYONE | Permission.ATTACH_FILES | Permission.EMBED_LINKS)
    return bits
