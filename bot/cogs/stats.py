"""`/stats`: how much was asked and answered, as a picture and a small table."""

import io

import discord
from discord import app_commands

from bot.cogs.canvas import MENTIONS
from bot.cogs.client import LecternClient
from bot.cogs.people import asker_of, conversation_of
from bot.cogs.statistics_text import report_text, standings_text
from bot.service.statistics import Period, Report

FILE_NAME = "statistics.png"
PERIODS = [app_commands.Choice(name=f"{days:d} days", value=int(days)) for days in Period]
NONE_OF_YOURS = "You have not asked anything here in the last {} days; use `/ask`."
NONE_AT_ALL = "Nobody has asked anything here in the last {} days; `/ask` is the beginning."


class StatsCommands(app_commands.Group):
    """The `/stats` group."""

    def __init__(self, client: LecternClient) -> None:
        super().__init__(name="stats", description="How much was asked, and how it was answered")
        self._statistics = client.services.statistics

    @app_commands.command(name="me", description="What you asked here, for you alone")
    @app_commands.describe(period="How far back; 30 days if you do not say")
    @app_commands.choices(period=PERIODS)
    async def me(self, interaction: discord.Interaction, period: int = Period.MONTH) -> None:
        """Everybody may look at their own."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        server = conversation_of(interaction).server
        made = await self._statistics.of_person(asker_of(interaction), server, Period(period))
        text = report_text(made.statistics, "Your questions here", NONE_OF_YOURS.format(period))
        await _reply(interaction, made, text)

    @app_commands.command(name="server", description="What was asked on this server (admins)")
    @app_commands.describe(period="How far back; 30 days if you do not say")
    @app_commands.choices(period=PERIODS)
    async def server(self, interaction: discord.Interaction, period: int = Period.MONTH) -> None:
        """For admins, who see numbers and no names."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        server = conversation_of(interaction).server
        made = await self._statistics.of_server(asker_of(interaction), server, Period(period))
        text = report_text(made.statistics, "This server", NONE_AT_ALL.format(period))
        await _reply(interaction, made, text)

    @app_commands.command(name="standings", description="Which models won your comparisons")
    @app_commands.describe(period="How far back; 30 days if you do not say")
    @app_commands.choices(period=PERIODS)
    async def standings(self, interaction: discord.Interaction, period: int = Period.MONTH) -> None:
        """For everybody, and seen by everybody."""
        await interaction.response.defer(thinking=True)
        server = conversation_of(interaction).server
        made = await self._statistics.of_standings(server, Period(period))
        await _reply(interaction, made, standings_text(made.statistics))


async def _reply(interaction: discord.Interaction, made: Report, text: str) -> None:
    """The text, with the picture below it where there is one."""
    if made.png is None:
        await interaction.edit_original_response(content=text, allowed_mentions=MENTIONS)
        return
    picture = discord.File(io.BytesIO(made.png), FILE_NAME, description=made.alt)
    await interaction.edit_original_response(
        content=text, attachments=[picture], allowed_mentions=MENTIONS
    )


def register(client: LecternClient) -> None:
    """Add the commands."""
    client.tree.add_command(StatsCommands(client))
