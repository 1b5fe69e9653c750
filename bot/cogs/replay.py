"""`/replay`: an answer is written again, to see whether it comes out the same."""

import asyncio
import contextlib

import discord
from discord import app_commands

from bot.cogs.canvas import MENTIONS
from bot.cogs.client import LecternClient
from bot.cogs.frame import escape
from bot.cogs.model import FAREWELL_SECONDS, progress_line
from bot.cogs.people import asker_of, conversation_of
from bot.cogs.progress import ProgressLine, showing_progress
from bot.cogs.stumbles import STUMBLES
from bot.domain.neutral import neutralise
from bot.domain.progress import LoadProgress
from bot.domain.replay import Replay
from bot.domain.splitting import MESSAGE_LIMIT, split_message
from bot.service.replay import ReplayWish

MAX_ID = 2**53 - 1  # Discord's integers are JSON numbers
RESTARTING = "I am restarting, so nothing was compared; please try again in a minute."


def register(client: LecternClient) -> None:
    """Add the command."""

    @client.tree.command(name="replay", description="Write an answer again: is it the same?")
    @app_commands.rename(number="id")
    @app_commands.describe(number="The number of the answer, which Details below it tells")
    async def replay(
        interaction: discord.Interaction[LecternClient],
        number: app_commands.Range[int, 1, MAX_ID],
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        wish = ReplayWish(asker_of(interaction), conversation_of(interaction), number)
        progress = ProgressLine()
        try:
            async with showing_progress(interaction, progress):

                def loading(newest: LoadProgress) -> None:
                    progress.publish(progress_line(newest))

                def writing(num_tokens: int) -> None:
                    progress.publish(f"⏳ Writing answer {number} again: token {num_tokens}.")

                made = await client.services.replay.replay(wish, loading, writing)
        except asyncio.CancelledError:
            with contextlib.suppress(TimeoutError, *STUMBLES):
                async with asyncio.timeout(FAREWELL_SECONDS):
                    await interaction.edit_original_response(content=RESTARTING)
            raise
        await interaction.edit_original_response(
            content=replay_text(made), allowed_mentions=MENTIONS
        )


def replay_text(replay: Replay) -> str:
    """The verdict, and where the text differs as much of the new one as fits."""
    difference = replay.difference
    if difference is None:
        return f"✅ {replay.verdict}"
    lines = escape(neutralise(difference.text.strip())).split("\n")
    quoted = "\n".join(f"> {line}" for line in lines)
    return split_message(f"❌ {replay.verdict}\n{quoted}", MESSAGE_LIMIT)[0]
