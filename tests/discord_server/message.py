"""A message: what it says now, everything it said before, and who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.discord_server.attachment import Attachment
from tests.discord_server.mentions import Mentions
from tests.discord_server.user import User

if TYPE_CHECKING:
    from tests.discord_server.channel import Channel
    from tests.discord_server.interaction import Interaction
    from tests.discord_server.thread import Thread

EPHEMERAL, LOADING, HAS_THREAD, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 5, 1 << 15
DEFAULT, THREAD_CREATED, REPLY, SLASH_COMMAND, THREAD_STARTER, CONTEXT_MENU = 0, 18, 19, 20, 21, 23
BUTTON, LINK_STYLE = 2, 5


@dataclass(frozen=True)
class Version:
    """What a message looked like from a moment on (seconds of the server's monotonic clock)."""

    at: float
    content: str
    embeds: list[dict[str, Any]]
    components: list[dict[str, Any]]
    flags: int

    @property
    def is_loading(self) -> bool:
        """Whether the person saw "… is thinking" instead of a text."""
        return bool(self.flags & LOADING)


@dataclass(eq=False)
class Message:
    """A message; its fields always show the newest version."""

    id: int
    channel: Channel
    author: User
    created_at: datetime
    type: int = DEFAULT
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    reference: dict[str, Any] | None = None
    referenced: Message | None = None
    nonce: str | int | None = None
    mentions: Mentions = field(default_factory=Mentions)
    pinged_users: list[User] = field(default_factory=list)
    pinged_role_ids: tuple[int, ...] = ()
    pinged_everyone: bool = False
    visible_to: User | None = None
    interaction: Interaction | None = None
    thread: Thread | None = None
    edited_at: datetime | None = None
    deleted: bool = False
    reactions: dict[str, list[int]] = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)

    @property
    def is_ephemeral(self) -> bool:
        """Whether only the person of the interaction can see it."""
        return self.visible_to is not None

    @property
    def is_loading(self) -> bool:
        """Whether it still shows "… is thinking"."""
        return bool(self.flags & LOADING)

    @property
    def is_interaction_response(self) -> bool:
        """Whether it was sent with an interaction's token instead of the bot's."""
        return self.interaction is not None

    @property
    def counts_in_thread(self) -> bool:
        """Whether a thread counts it; its starter's placeholder is not counted."""
        return self.type not in (THREAD_STARTER, THREAD_CREATED)

    @property
    def num_edits(self) -> int:
        """How often it was changed; the first text after "… is thinking" is no change."""
        return max(0, sum(not version.is_loading for version in self.versions) - 1)

    @property
    def jump_url(self) -> str:
        """The link to this message."""
        guild = self.channel.guild
        place = "@me" if guild is None else str(guild.id)
        return f"https://discord.com/channels/{place}/{self.channel.id}/{self.id}"

    def all_components(self) -> Iterator[dict[str, Any]]:
        """Every component, however deep it is nested."""
        yield from walk_components(self.components)

    @property
    def buttons(self) -> list[str]:
        """The labels (or emoji) of the buttons, in order."""
        return [label_of(c) for c in self.all_components() if c["type"] == BUTTON]

    def keep_version(self, at: float) -> None:
        """Note the present look as the newest version."""
        version = Version(at, self.content, list(self.embeds), list(self.components), self.flags)
        self.versions.append(version)

    def is_readable_for_bot(self, bot: User) -> bool:
        """Whether an application without the message content intent may read this message."""
        if self.channel.guild is None or self.author.id == bot.id:
            return True
        return bot.id in self.mentions.user_ids

    def payload(self, *, with_content: bool = True, with_reference: bool = True) -> dict[str, Any]:
        """The message as REST sends it; without content where the application may not read it."""
        users = self.channel.world.users
        payload: dict[str, Any] = {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.payload(),
            "type": self.type,
            "content": self.content if with_content else "",
            "embeds": self.embeds if with_content else [],
            "components": self.components if with_content else [],
            "attachments": [a.payload() for a in self.attachments] if with_content else [],
            "mentions": [users[user].payload() for user in self.mentions.user_ids if user in users],
            "mention_roles": [str(role) for role in self.mentions.role_ids],
            "mention_everyone": self.mentions.everyone,
            "timestamp": self.created_at.isoformat(),
            "edited_timestamp": None if self.edited_at is None else self.edited_at.isoformat(),
            "flags": self.flags,
            "pinned": False,
            "tts": False,
        }
        if self.nonce is not None:
            payload["nonce"] = self.nonce
        if self.reactions:
            payload["reactions"] = self._reactions_payload()
        if self.interaction is not None:
            payload |= self.interaction.message_fields(self)
        if self.thread is not None and not self.thread.deleted:
            payload["thread"] = self.thread.payload()
        if self.reference is not None:
            payload["message_reference"] = self.reference
            if with_reference:
                payload["referenced_message"] = self._referenced_payload(with_content)
        return payload

    def _referenced_payload(self, with_content: bool) -> dict[str, Any] | None:
        earlier = self.referenced
        if earlier is None or earlier.deleted:
            return None
        bot = self.channel.world.bot
        readable = with_content and self._may_show(earlier, bot)
        return earlier.payload(with_content=readable, with_reference=False)

    def _may_show(self, earlier: Message, bot: User) -> bool:
        application = self.channel.world.application
        return application.may_read_content or earlier.is_readable_for_bot(bot)

    def _reactions_payload(self) -> list[dict[str, Any]]:
        bot_id = self.channel.world.bot.id
        return [
            {
                "emoji": {"id": None, "name": emoji},
                "count": len(user_ids),
                "count_details": {"burst": 0, "normal": len(user_ids)},
                "burst_colors": [],
                "me": bot_id in user_ids,
                "me_burst": False,
            }
            for emoji, user_ids in self.reactions.items()
            if user_ids
        ]

    def __repr__(self) -> str:
        return f"<Message {self.author.name}: {self.content[:60]!r}>"


def walk_components(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component of a list, however deep it is nested."""
    for component in components:
        yield component
        yield from walk_components(component.get("components") or [])
        for single in ("accessory", "component"):
            if single in component:
                yield from walk_components([component[single]])


def label_of(component: dict[str, Any]) -> str:
    """What a person reads on a component."""
    emoji = (component.get("emoji") or {}).get("name") or ""
    label = component.get("label") or component.get("placeholder") or ""
    return " ".join(filter(None, (emoji, label))) or component.get("custom_id", "")
