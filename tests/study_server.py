"""A study server with people and the bot in it, and what a test waits for there."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from bot.cogs.client import LecternClient
from bot.service.services import Services
from tests.discord_server import (
    DiscordServer,
    Guild,
    Interaction,
    Message,
    Permission,
    Person,
    TextChannel,
    Thread,
)

JUDGING = ("👍", "👎", "Endorse", "Correct")
"""The buttons below every public answer to a question that nobody has reviewed."""


@dataclass
class StudyServer:
    """Two students and an admin; `client` and `services` are those of the bot that runs now."""

    patience_seconds: ClassVar[float] = 5.0

    server: DiscordServer
    guild: Guild
    channel: TextChannel
    ada: Person
    bob: Person
    admin: Person
    bugs: list[BaseException] = field(default_factory=list, kw_only=True)
    client: LecternClient | None = field(default=None, kw_only=True)
    services: Services | None = field(default=None, kw_only=True)

    @classmethod
    def build(cls, server: DiscordServer, **parts: Any) -> Self:
        """Deep Learning 101; `parts` are the fields that a subclass adds."""
        ada, bob, admin = (server.add_person(name) for name in ("ada", "bob", "admin"))
        guild = server.add_guild("Deep Learning 101")
        channel = guild.add_channel("general")
        managers = guild.add_role(
            "managers", permissions=Permission.MANAGE_GUILD | Permission.MANAGE_MESSAGES
        )
        for student in (ada, bob):
            guild.join(student)
        guild.join(admin, roles=[managers])
        return cls(server, guild, channel, ada, bob, admin, **parts)

    async def ended(self, message: Message) -> Message:
        """A message once its answer has ended."""
        await self.server.until(
            lambda: message.deleted or "Regenerate" in message.buttons, self.patience_seconds
        )
        return message

    async def settled(self, interaction: Interaction) -> Message:
        """The response once it no longer shows progress."""
        message = await interaction.responded(self.patience_seconds)
        await self.server.until(lambda: not message.content.startswith("⏳"), self.patience_seconds)
        return message

    async def switch(
        self, model: str, person: Person | None = None, channel: TextChannel | None = None
    ) -> Message:
        """Switch a server's model, by default as the admin of this one; the last word about it."""
        place = channel or self.channel
        asked = await (person or self.admin).slash(place, "model switch", model=model)
        return await self.settled(asked)

    async def thread_of(self, message: Message) -> Thread:
        """The thread below a message, with the bot's first words in it."""
        thread = await self.server.until(lambda: message.thread, self.patience_seconds)
        await self.server.until(
            lambda: thread.messages and thread.messages[-1].content, self.patience_seconds
        )
        return thread


def answers_from_now_on(model: str) -> str:
    """The last word about a switch that went well."""
    return f"**{model}** answers on this server from now on."


def model_of(message: Message) -> str:
    """The model that wrote an answer, as its footer says."""
    return message.content.rsplit("-# ", 1)[1].split(" · ")[0]
