"""Posting: how messages come into being, change and go, and what the gateway hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.discord_server.channel import Channel, TextChannel, message_event
from tests.discord_server.draft import MAX_FILES, Draft
from tests.discord_server.mentions import Mentions, find_mentions
from tests.discord_server.message import (
    COMPONENTS_V2,
    DEFAULT,
    EPHEMERAL,
    HAS_THREAD,
    LOADING,
    REPLY,
    THREAD_CREATED,
    THREAD_STARTER,
    Message,
    walk_components,
)
from tests.discord_server.permissions import Permission
from tests.discord_server.refusal import DiscordError, Refusal, invalid_form
from tests.discord_server.thread import Thread
from tests.discord_server.user import User
from tests.discord_server.world import World

if TYPE_CHECKING:
    from tests.discord_server.interaction import Interaction

NONCE_SECONDS = 300.0


def post(
    world: World,
    channel: Channel,
    author: User,
    draft: Draft,
    *,
    kind: int = DEFAULT,
    flags: int = 0,
    interaction: Interaction | None = None,
    referenced: Message | None = None,
    visible_to: User | None = None,
) -> Message:
    """Add a message; permissions have been looked at before."""
    message = Message(
        id=world.snowflakes.next(),
        channel=channel,
        author=author,
        created_at=world.clock.now(),
        type=REPLY if referenced is not None and kind == DEFAULT else kind,
        flags=(draft.flags & ~EPHEMERAL) | flags | (EPHEMERAL if visible_to else 0),
        nonce=draft.nonce,
        interaction=interaction,
        visible_to=visible_to,
        embeds=draft.embeds,
        components=draft.components,
        content=draft.content,
        referenced=referenced,
    )
    if referenced is not None:
        message.reference = reference_to(referenced)
    message.attachments = _store(world, draft, message)
    _set_mentions(message, draft, pings=True)
    message.keep_version(world.clock.monotonic())
    channel.all_messages[message.id] = message
    if isinstance(channel, Thread):
        _touch_thread(channel, author)
    announce(message, "MESSAGE_CREATE")
    return message


def edit(world: World, message: Message, draft: Draft, flags: int | None = None) -> Message:
    """Change what the draft speaks about and leave the rest."""
    was_loading = message.is_loading
    if "content" in draft.given:
        message.content = draft.content
    if "embeds" in draft.given:
        message.embeds = draft.embeds
    if "components" in draft.given:
        message.components = draft.components
    kept = message.attachments
    if "attachments" in draft.given:
        kept = [a for a in message.attachments if a.id in draft.kept_attachment_ids]
    if len(kept) + len(draft.uploads) > MAX_FILES:
        text = f"Must be {MAX_FILES} or fewer in length."
        raise invalid_form("attachments", "BASE_TYPE_MAX_LENGTH", text)
    message.attachments = kept + _store(world, draft, message)
    if "flags" in draft.given:
        lasting = EPHEMERAL | HAS_THREAD | LOADING | COMPONENTS_V2
        message.flags = (message.flags & lasting) | (draft.flags & ~EPHEMERAL)
    if flags is not None:
        message.flags = flags
    _check_still_shows(message)
    message.flags &= ~LOADING
    if "content" in draft.given or "allowed_mentions" in draft.given:
        _set_mentions(message, draft, pings=was_loading)
    if not was_loading:
        message.edited_at = world.clock.now()
    message.keep_version(world.clock.monotonic())
    announce(message, "MESSAGE_UPDATE")
    return message


def _check_still_shows(message: Message) -> None:
    if message.flags & COMPONENTS_V2 and (message.content or message.embeds):
        raise invalid_form(
            "content" if message.content else "embeds",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
        )
    if not (message.content or message.embeds or message.components or message.attachments):
        raise DiscordError(Refusal.EMPTY_MESSAGE)


def delete(message: Message) -> None:
    """Remove a message; a thread that grew from it stays."""
    message.deleted = True
    data: dict[str, Any] = {"id": str(message.id), "channel_id": str(message.channel.id)}
    if message.channel.guild is not None:
        data["guild_id"] = str(message.channel.guild.id)
    if not message.is_ephemeral:
        event = message_event(message.channel, "MESSAGE_DELETE", data, None)
        message.channel.world.publish(event)
    message.channel.world.changed()


def announce(message: Message, name: str) -> None:
    """Tell the gateway about a message; nobody but its reader hears of an ephemeral one."""
    world = message.channel.world
    if message.is_ephemeral:
        world.changed()
        return
    data = _gateway_payload(message, with_content=True)
    stripped = None
    if not message.is_readable_for_bot(world.bot):
        stripped = _gateway_payload(message, with_content=False)
    world.publish(message_event(message.channel, name, data, stripped))


def _gateway_payload(message: Message, *, with_content: bool) -> dict[str, Any]:
    payload = message.payload(with_content=with_content)
    guild = message.channel.guild
    if guild is not None:
        payload["guild_id"] = str(guild.id)
        if member := guild.members.get(message.author.id):
            payload["member"] = member.payload(with_user=False)
        for user in payload["mentions"]:
            if mentioned := guild.members.get(int(user["id"])):
                user["member"] = mentioned.payload(with_user=False)
    return payload


def _store(world: World, draft: Draft, message: Message) -> list[Any]:
    return [
        world.store(upload, description, ephemeral=message.is_ephemeral)
        for upload, description in draft.uploads
    ]


def _set_mentions(message: Message, draft: Draft, *, pings: bool) -> None:
    channel = message.channel
    texts = [c["content"] for c in walk_components(message.components) if c.get("type") == 10]
    found = find_mentions(
        "\n".join([message.content, *texts]),
        draft.allowed,
        may_ping_everyone=channel.can(message.author, Permission.MENTION_EVERYONE),
    )
    users = [user for user in found.user_ids if user in channel.world.users]
    replied = message.referenced
    if replied is not None and message.type == REPLY and draft.allowed.replied_user:
        target = replied.author.id
        if target not in users and target != message.author.id and replied.interaction is None:
            users.append(target)
    message.mentions = Mentions(tuple(users), found.role_ids, found.everyone)
    if pings:
        others = [user for user in users if user != message.author.id]
        message.pinged_users = [channel.world.users[user] for user in others]
        message.pinged_role_ids = found.role_ids
        message.pinged_everyone = found.everyone


def reference_to(message: Message) -> dict[str, Any]:
    """The message_reference that points to a message."""
    reference = {
        "type": 0,
        "message_id": str(message.id),
        "channel_id": str(message.channel.id),
    }
    if message.channel.guild is not None:
        reference["guild_id"] = str(message.channel.guild.id)
    return reference


def referenced_message(channel: Channel, author: User, draft: Draft) -> Message | None:
    """The message a draft replies to; refuses what Discord refuses."""
    if not draft.reference or not draft.reference.get("message_id"):
        return None
    if not channel.can(author, Permission.READ_MESSAGE_HISTORY):
        raise DiscordError(Refusal.NO_HISTORY_NO_REPLY)
    message = channel.all_messages.get(int(draft.reference["message_id"]))
    if message is not None and not message.deleted and not message.is_ephemeral:
        return message
    if draft.reference.get("fail_if_not_exists", True):
        raise invalid_form(
            "message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message"
        )
    return None


def may_speak(channel: Channel, author: User, draft: Draft) -> None:
    """Refuse a message the author has no permission for."""
    in_thread = isinstance(channel, Thread)
    needed = Permission.SEND_MESSAGES_IN_THREADS if in_thread else Permission.SEND_MESSAGES
    if draft.uploads:
        needed |= Permission.ATTACH_FILES
    if draft.embeds and author.is_bot:
        needed |= Permission.EMBED_LINKS
    channel.world.require(channel, author, needed)
    is_locked = isinstance(channel, Thread) and channel.locked
    if is_locked and not channel.can(author, Permission.MANAGE_THREADS):
        raise DiscordError(Refusal.THREAD_LOCKED)


def earlier_with_nonce(channel: Channel, author: User, draft: Draft) -> Message | None:
    """The message that already carries this enforced nonce, if there is one."""
    if not draft.enforce_nonce or draft.nonce is None:
        return None
    now = channel.world.clock.now()
    for message in reversed(channel.all_messages.values()):
        if (now - message.created_at).total_seconds() > NONCE_SECONDS:
            return None
        if message.author is author and str(message.nonce) == str(draft.nonce):
            return message
    return None


def _touch_thread(thread: Thread, author: User) -> None:
    if thread.archived:
        thread.set_state(archived=False)
    thread.add_member(author)


def open_thread(
    world: World, channel: Channel, name: str, owner: User, message: Message | None, minutes: int
) -> Thread:
    """Open a thread for an account that has the permission to."""
    if not isinstance(channel, TextChannel):
        raise DiscordError(Refusal.WRONG_CHANNEL_TYPE)
    if message is not None and message.thread is not None:
        raise DiscordError(Refusal.THREAD_EXISTS)
    thread = world.start_thread(channel, name, owner, message)
    thread.auto_archive_minutes = minutes
    empty = Draft(frozenset())
    if message is None:
        notice = Draft(frozenset(), content=name)
        post(world, channel, owner, notice, kind=THREAD_CREATED)
    else:
        message.flags |= HAS_THREAD
        announce(message, "MESSAGE_UPDATE")
        post(world, thread, owner, empty, kind=THREAD_STARTER, referenced=message)
    return thread
