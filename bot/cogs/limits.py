"""`/limits`: how many questions per time, and setting that for admins."""

from typing import Literal

import discord
from discord import app_commands

from bot.cogs.client import LecternClient
from bot.cogs.people import asker_of, conversation_of
from bot.domain.rate_limit import Limit
from bot.service.allowance import describe
from bot.service.settings import EffectiveSettings

Scope = Literal["person", "channel", "server"]
PERIODS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}
Period = Literal["second", "minute", "hour", "day"]


class LimitsCommands(app_commands.Group):
    """The `/limits` group."""

    def __init__(self, client: LecternClient) -> None:
        super().__init__(
            name="limits",
            description="How many questions per time",
            allowed_contexts=app_commands.AppCommandContext(guild=True),
        )
        self._settings = client.services.settings

    @app_commands.command(name="show", description="The rate limits of this server")
    async def show(self, interaction: discord.Interaction) -> None:
        """Everybody may look."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        effective = await self._settings.show(conversation_of(interaction).server)
        await interaction.edit_original_response(content=limits_text(effective))

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
        await interaction.edit_original_response(content="Done. " + limits_text(effective))


def limits_text(effective: EffectiveSettings) -> str:
    """The three limits, one a line; what admins set is marked."""
    limits, stored = effective.limits, effective.stored

    def line(name: str, limit: Limit, is_set: bool) -> str:
        return f"• {name}: **{describe(limit)}**" + (" (set here)" if is_set else "")

    return "\n".join(
        (
            "The rate limits of this server:",
            line("each person", limits.person, stored.person_limit is not None),
            line("each channel", limits.channel, stored.channel_limit is not None),
            line("the whole server", limits.server, stored.server_limit is not None),
        )
    )


def register(client: LecternClient) -> None:
    """Add the commands."""
    client.tree.add_command(LimitsCommands(client))
