"""`/settings block`: words and phrases that are never shown on this server, for admins."""

from collections.abc import Sequence

import discord
from discord import app_commands

from bot.cogs.client import LecternClient
from bot.cogs.frame import escape
from bot.cogs.people import asker_of, conversation_of
from bot.domain.blocked import MAX_BLOCKED_CHARACTERS
from bot.domain.mentions import neutralise_mentions
from bot.domain.splitting import MESSAGE_LIMIT, message_length

MENTIONS = discord.AllowedMentions.none()
Entry = app_commands.Range[str, 1, MAX_BLOCKED_CHARACTERS]


class BlockCommands(app_commands.Group):
    """The `/settings block` group; only who asks sees the replies."""

    def __init__(self, client: LecternClient) -> None:
        super().__init__(name="block", description="Words that I never show on this server")
        self._settings = client.services.settings

    @app_commands.command(name="add", description="Never show a word or phrase (admins)")
    @app_commands.describe(text="A word or a phrase; upper and lower case are the same")
    async def add(self, interaction: discord.Interaction, text: Entry) -> None:
        """One more."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        server = conversation_of(interaction).server
        await self._show(
            interaction, await self._settings.block(asker_of(interaction), server, text)
        )

    @app_commands.command(name="remove", description="Show a word or phrase again (admins)")
    @app_commands.describe(text="A word or phrase that is blocked")
    async def remove(self, interaction: discord.Interaction, text: Entry) -> None:
        """One less."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        server = conversation_of(interaction).server
        await self._show(
            interaction, await self._settings.unblock(asker_of(interaction), server, text)
        )

    @app_commands.command(name="list", description="Words that I never show here (admins)")
    async def list_blocked(self, interaction: discord.Interaction) -> None:
        """All of them."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        server = conversation_of(interaction).server
        await self._show(interaction, await self._settings.blocked(asker_of(interaction), server))

    async def _show(self, interaction: discord.Interaction, blocked: Sequence[str]) -> None:
        await interaction.edit_original_response(
            content=blocked_text(blocked), allowed_mentions=MENTIONS
        )


def blocked_text(blocked: Sequence[str]) -> str:
    """All entries in one line, hidden until they are clicked; what does not fit is counted."""
    if not blocked:
        return "No words are blocked on this server."
    number = "1 word or phrase is" if len(blocked) == 1 else f"{len(blocked)} words and phrases are"
    shown: list[str] = []
    for entry in blocked:
        text = _line(number, [*shown, escape(neutralise_mentions(entry))], len(blocked))
        if message_length(text) > MESSAGE_LIMIT:
            break
        shown.append(escape(neutralise_mentions(entry)))
    return _line(number, shown, len(blocked))


def _line(number: str, shown: Sequence[str], count: int) -> str:
    rest = f" and {count - len(shown)} more" if len(shown) < count else ""
    return f"{number} blocked: ||{' · '.join(shown)}||{rest}."
