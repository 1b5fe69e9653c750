"""Progress of long work in the response of an interaction."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import discord

from bot.domain.latest import Latest

PROGRESS_SECONDS = 1.0


class ProgressLine:
    """What is going on, in words; the newest ones are shown."""

    def __init__(self) -> None:
        self.words: Latest[str] = Latest()
        self.was_shown = False

    def publish(self, words: str) -> None:
        """Show these words, unless newer ones come first."""
        self.words.publish(words)


@contextlib.asynccontextmanager
async def showing_progress(
    interaction: discord.Interaction, line: ProgressLine
) -> AsyncIterator[None]:
    """Edits the response about once a second while the block runs, and not after it.

    Only the words change: whatever else the response shows stays.
    """
    writing = asyncio.Lock()

    async def show() -> None:
        await asyncio.sleep(PROGRESS_SECONDS)
        async for words in line.words:
            async with writing:
                line.was_shown = True
                await interaction.edit_original_response(content=words)
            await asyncio.sleep(PROGRESS_SECONDS)

    showing = asyncio.create_task(show(), name=f"progress-{interaction.id}")
    try:
        yield
    finally:
        line.words.close()
        async with writing:  # an edit that is under way must not arrive after the last one
            showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)
