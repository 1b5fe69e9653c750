"""`/limits`: how many questions per time, and setting that for admins."""

from typing import Literal

import discord
from discord import app_commands

from bot.cogs.client import LecternClient
from bot.cogs.people import asker_of, conversation_of
from bot.domain.server_settings import LimitSettings
from bot.service.allowance import describe

Scope = Literal["person", "channel", "server"]
PERIODS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
Period = Literal["second", "minute", "hour", "day"]


class LimitsCommands(app_commands.Group):
    """The `/limits` group."""

    def __init__(self, client: LecternClient) -> None:
        super().__init__(name="limits", description="How many questions per time", guild_only=True)
        self._settings = client.services.settings

    @app_commands.command(name="show", description="The rate limits of this server")
    async def show(self, interaction: discord.Interaction) -> None:
        """Everybody may look."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        effective = await self._settings.show(conversation_of(interaction).server)
        await interaction.edit_original_response(content=limits_text(effective.limits))

    @app_commands.command(name="set", description="Change a rate limit (admins)")
    @app_commands.describe(
        scope="For whom: each person, each channel, or the whole server",
        count="How many questions; leave out count and period for the default",
        period="Per which time",
    )
    async def set(
        self,
        interaction: discord.Interaction,
        scope: Scope,
        count: app_commands.Range[int, 1, 100_000] | None = None,
        period: Period | None = None,
    ) -> None:
        """Set one limit."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        effective = await self._settings.change_limits(
            asker_of(interaction),
            conversation_of(interaction).server,
            scope=scope,
            count=count,
            period_seconds=PERIODS[period] if period else None,
        )
        await interaction.edit_original_response(content="Done. " + limits_text(effective.limits))


def limits_text(limits: LimitSettings) -> str:
    """The three limits, one a line."""
    return "\n".join(
        (
            "The rate limits of this server:",
            f"• each person: **{describe(limits.person)}**",
            f"• each channel: **{describe(limits.channel)}**",
            f"• the whole server: **{describe(limits.server)}**",
        )
    )


def register(client: LecternClient) -> None:
    """Add the commands."""
    client.tree.add_command(LimitsCommands(client))
