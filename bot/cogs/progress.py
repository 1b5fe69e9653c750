"""Progress of long work in a message, which says about once a second how far it is."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

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
    """Edits the response while the block runs, from a second on; what else it shows stays."""

    async def write(words: str) -> None:
        await interaction.edit_original_response(content=words)

    async with writing_progress(write, line, wait_seconds=PROGRESS_SECONDS):
        yield


@contextlib.asynccontextmanager
async def writing_progress(
    write: Callable[[str], Awaitable[None]], line: ProgressLine, wait_seconds: float = 0.0
) -> AsyncIterator[None]:
    """Writes about once a second while the block runs, and not after it.

    The first words wait for so long: what is soon done needs none.
    """
    writing = asyncio.Lock()

    async def show() -> None:
        await asyncio.sleep(wait_seconds)
        async for words in line.words:
            async with writing:
                line.was_shown = True
                await write(words)
            await asyncio.sleep(PROGRESS_SECONDS)

    showing = asyncio.create_task(show(), name="progress")
    try:
        yield
    finally:
        line.words.close()
        async with writing:  # an edit that is under way must not arrive after the last one
            showing.cancel()
        await asyncio.gather(showing, return_exceptions=True)
