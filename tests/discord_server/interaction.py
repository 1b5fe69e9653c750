"""An interaction: one press, command or form of one person, and what the bot made of it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from tests.discord_server.channel import Channel
from tests.discord_server.message import CONTEXT_MENU, SLASH_COMMAND, Message
from tests.discord_server.user import User

if TYPE_CHECKING:
    from tests.discord_server.world import World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
ACKNOWLEDGE_SECONDS = 3.0
TOKEN_SECONDS = 15 * 60.0
PATIENCE_SECONDS = 5.0
MAX_ATTACHMENT_BYTES = 10 * 1024 * 1024


class Interaction:
    """What was done and how it was answered; tests wait on it."""

    def __init__(
        self,
        world: World,
        kind: int,
        person: User,
        channel: Channel,
        data: dict[str, Any],
        message: Message | None = None,
        opened_by: Interaction | None = None,
    ) -> None:
        self.world = world
        self.id = world.snowflakes.next()
        self.token = secrets.token_urlsafe(48)
        self.kind = kind
        self.person = person
        self.channel = channel
        self.data = data
        self.message = message
        self.opened_by = opened_by
        self.created_at = world.clock.monotonic()
        self.acknowledged_at: float | None = None
        self.response_type: int | None = None
        self.response_message: Message | None = None
        self.followups: list[Message] = []
        self.modal: dict[str, Any] | None = None
        self.choices: list[dict[str, Any]] | None = None
        world.interactions[self.token] = self

    @property
    def age_seconds(self) -> float:
        """How long ago the person acted."""
        return self.world.clock.monotonic() - self.created_at

    @property
    def is_acknowledged(self) -> bool:
        """Whether the bot answered in time."""
        return self.acknowledged_at is not None

    @property
    def failed(self) -> bool:
        """Whether the person reads "The application did not respond"."""
        return not self.is_acknowledged and self.age_seconds > ACKNOWLEDGE_SECONDS

    @property
    def token_expired(self) -> bool:
        """Whether the token's 15 minutes are over."""
        return self.age_seconds > TOKEN_SECONDS

    @property
    def acknowledge_seconds(self) -> float:
        """How long the bot took to answer."""
        if self.acknowledged_at is None:
            raise AssertionError("the interaction was not acknowledged")
        return self.acknowledged_at - self.created_at

    async def acknowledged(self, timeout: float = PATIENCE_SECONDS) -> Interaction:  # noqa: ASYNC109
        """Wait for the bot's first answer."""
        await self._until(lambda: self.is_acknowledged or self.failed, timeout, "acknowledged")
        if self.failed:
            raise AssertionError(f"the application did not respond: {self._describe()}")
        return self

    async def responded(self, timeout: float = PATIENCE_SECONDS) -> Message:  # noqa: ASYNC109
        """Wait until the response shows something other than "… is thinking"."""
        await self.acknowledged(timeout)
        await self._until(lambda: self._shown() is not None, timeout, "responded to")
        message = self._shown()
        assert message is not None
        return message

    async def followed_up(self, count: int = 1, timeout: float = PATIENCE_SECONDS) -> Message:  # noqa: ASYNC109
        """Wait for the `count`-th follow-up message."""
        await self._until(lambda: len(self.followups) >= count, timeout, "followed up")
        return self.followups[count - 1]

    async def modal_shown(self, timeout: float = PATIENCE_SECONDS) -> dict[str, Any]:  # noqa: ASYNC109
        """Wait for the form the bot opens."""
        await self.acknowledged(timeout)
        assert self.modal is not None, f"no form was opened: {self._describe()}"
        return self.modal

    async def suggestions(self, timeout: float = PATIENCE_SECONDS) -> list[str]:  # noqa: ASYNC109
        """Wait for the names an autocompletion offers."""
        await self.acknowledged(timeout)
        assert self.choices is not None, f"nothing was suggested: {self._describe()}"
        return [choice["name"] for choice in self.choices]

    def _shown(self) -> Message | None:
        message = self.response_message
        return None if message is None or message.is_loading else message

    async def _until(self, predicate: Any, timeout: float, what: str) -> None:  # noqa: ASYNC109
        describe = lambda: f"not {what}: {self._describe()}"  # noqa: E731
        await self.world.waiting.until(predicate, timeout, describe)

    def _describe(self) -> str:
        return (
            f"{self!r} after {self.age_seconds:.2f} s, response type {self.response_type}, "
            f"message {self.response_message!r}, follow-ups {self.followups!r}"
        )

    def payload(self) -> dict[str, Any]:
        """What INTERACTION_CREATE says."""
        bot = self.world.bot
        guild = self.channel.guild
        payload: dict[str, Any] = {
            "id": str(self.id),
            "application_id": str(self.world.application.id),
            "type": self.kind,
            "token": self.token,
            "version": 1,
            "data": self.data,
            "channel_id": str(self.channel.id),
            "channel": self.channel.partial_payload(self.person),
            "app_permissions": str(int(self.channel.permissions_of(bot))),
            "locale": "en-US",
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": self._owners(),
            "context": 1 if guild is None else 0,
            "attachment_size_limit": MAX_ATTACHMENT_BYTES,
        }
        if guild is None:
            payload["user"] = self.person.payload()
        else:
            permissions = str(int(self.channel.permissions_of(self.person)))
            member = guild.members[self.person.id].payload()
            payload["member"] = {**member, "permissions": permissions}
            payload["guild_id"] = str(guild.id)
            payload["guild"] = guild.partial_payload()
            payload["guild_locale"] = "en-US"
        if self.message is not None:
            payload["message"] = self.message.payload()
        return payload

    def _owners(self) -> dict[str, str]:
        guild = self.channel.guild
        return {"0": "0" if guild is None else str(guild.id)}

    def metadata(self) -> dict[str, Any]:
        """How a message names the interaction it answers."""
        metadata: dict[str, Any] = {
            "id": str(self.id),
            "type": self.kind,
            "user": self.person.payload(),
            "authorizing_integration_owners": self._owners(),
        }
        if self.kind == COMMAND and "target_id" in self.data and self.data["type"] == 3:
            metadata["target_message_id"] = self.data["target_id"]
        if self.kind == COMPONENT and self.message is not None:
            metadata["interacted_message_id"] = str(self.message.id)
        if self.kind == MODAL and self.opened_by is not None:
            metadata["triggering_interaction_metadata"] = self.opened_by.metadata()
        return metadata

    def message_fields(self, message: Message) -> dict[str, Any]:
        """What a message carries when it came through this interaction's token."""
        application_id = str(self.world.application.id)
        fields: dict[str, Any] = {
            "application_id": application_id,
            "webhook_id": application_id,
            "interaction_metadata": self.metadata(),
        }
        if message.type in (SLASH_COMMAND, CONTEXT_MENU):
            fields["interaction"] = {
                "id": str(self.id),
                "type": self.kind,
                "name": self.data["name"],
                "user": self.person.payload(),
            }
        return fields

    @property
    def message_type(self) -> int:
        """The type of the message that answers this interaction first."""
        if self.kind != COMMAND:
            return 0
        return SLASH_COMMAND if self.data.get("type", 1) == 1 else CONTEXT_MENU

    def __repr__(self) -> str:
        names = {COMMAND: "command", COMPONENT: "component", AUTOCOMPLETE: "autocomplete"}
        what = self.data.get("name") or self.data.get("custom_id")
        return f"<{names.get(self.kind, 'modal')} {what!r} by {self.person.name}>"
