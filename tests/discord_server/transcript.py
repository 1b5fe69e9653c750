"""The transcript: what one person sees of a channel, as plain text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.discord_server.channel import Channel
from tests.discord_server.message import BUTTON, THREAD_CREATED, THREAD_STARTER, Message, label_of
from tests.discord_server.permissions import Permission
from tests.discord_server.user import User

INDENT = "    "
SELECTS = (3, 5, 6, 7, 8)
TEXT_DISPLAY = 10


def transcript(channel: Channel, viewer: User | None = None) -> str:
    """All messages of a channel with its threads inline; without a viewer everyone's view,
    ephemeral messages included."""
    heading = f"# {channel.name}" + (" (deleted)" if channel.deleted else "")
    if viewer is not None and not channel.can(viewer, Permission.VIEW_CHANNEL):
        return f"{heading}\n{INDENT}(not visible to {viewer.name})"
    return "\n".join([heading, *_lines(channel, viewer)])


def _lines(channel: Channel, viewer: User | None) -> Iterator[str]:
    for message in channel.messages:
        if viewer is not None and message.visible_to not in (None, viewer):
            continue
        if message.type in (THREAD_STARTER, THREAD_CREATED):
            continue
        yield from _message_lines(message)
        if message.thread is not None and not message.thread.deleted:
            marks = ", archived" if message.thread.archived else ""
            marks += ", locked" if message.thread.locked else ""
            yield f"{INDENT}└ thread: {message.thread.name}{marks}"
            for line in _lines(message.thread, viewer):
                yield INDENT + line


def _message_lines(message: Message) -> Iterator[str]:
    marks = []
    if message.visible_to is not None:
        marks.append(f"only {message.visible_to.name} sees this")
    if message.edited_at is not None:
        marks.append(f"edited {message.num_edits}×")
    if message.referenced is not None and message.interaction is None:
        marks.append(f"reply to {message.referenced.author.name}")
    suffix = f" ({'; '.join(marks)})" if marks else ""
    time = message.created_at.strftime("%H:%M:%S")
    text = "… is thinking" if message.is_loading else message.content
    first, *rest = text.split("\n")
    yield f"[{time}] {message.author.name}{suffix}: {first}".rstrip()
    for line in rest:
        yield f"{INDENT}{line}".rstrip()
    for embed in message.embeds:
        for line in _embed_lines(embed):
            yield f"{INDENT}│ {line}".rstrip()
    for attachment in message.attachments:
        words = f": {attachment.description}" if attachment.description else ""
        yield f"{INDENT}📎 {attachment.filename} ({len(attachment.content)} bytes){words}"
    yield from _component_lines(message)


def _embed_lines(embed: dict[str, Any]) -> Iterator[str]:
    if author := (embed.get("author") or {}).get("name"):
        yield author
    if title := embed.get("title"):
        yield f"**{title}**"
    if description := embed.get("description"):
        yield from description.split("\n")
    for one in embed.get("fields") or []:
        first, *rest = one["value"].split("\n")
        yield f"{one['name']}: {first}"
        yield from rest
    if footer := (embed.get("footer") or {}).get("text"):
        yield f"— {footer}"


def _component_lines(message: Message) -> Iterator[str]:
    shown = []
    for component in message.all_components():
        if component["type"] == TEXT_DISPLAY:
            yield from (INDENT + line for line in component["content"].split("\n"))
        elif component["type"] == BUTTON:
            off = " (off)" if component.get("disabled") else ""
            shown.append(f"[{label_of(component)}{off}]")
        elif component["type"] in SELECTS:
            labels = ", ".join(option["label"] for option in component.get("options") or [])
            shown.append(f"[{label_of(component)} ▾ {labels}]".replace(" ▾ ]", " ▾]"))
    if shown:
        yield INDENT + " ".join(shown)
