"""A comparison's way through Discord: its message while it grows, and the presses below it."""

import asyncio
import io
from weakref import WeakValueDictionary

import discord
import structlog

from bot.cogs.canvas import MENTIONS
from bot.cogs.client import HAS_ANSWER, LecternClient
from bot.cogs.comparison_buttons import ComparisonButton, comparison_view
from bot.cogs.comparison_text import comparison_text, vote_text, whole_text
from bot.cogs.people import asker_of, conversation_of
from bot.cogs.stumbles import STUMBLES, TOKEN_EXPIRED, code_of, is_final
from bot.domain.comparison import Comparison
from bot.service.ballot import GONE
from bot.service.compare import CompareWish
from bot.service.live_comparison import ComparisonSnapshot, LiveComparison

INTERVAL_SECONDS = 1.2
FINAL_TRIES = 8  # in a minute
RETRY_SECONDS = 0.5
REVEALED = "Everybody sees the models and the votes now."
STOPPING = "The models that have not answered yet are left out."


class Comparing:
    """Shows comparisons and does what their buttons say; one edit of a message at a time."""

    def __init__(self, client: LecternClient) -> None:
        self._client = client
        self._compare = client.services.compare
        self._ballot = client.services.ballot
        self._stale: list[Comparison] = []
        self._showing: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._log = structlog.get_logger("lectern.discord")

    async def compare(self, interaction: discord.Interaction, wish: CompareWish) -> None:
        """Compare, showing each answer as it comes; the interaction was deferred.

        Raises:
            BotError: a refusal, before anything is shown.
        """
        async with self._compare.compare(wish) as live:
            await self._show_live(interaction, live)

    async def press(self, interaction: discord.Interaction, button: ComparisonButton) -> None:
        """Do what a button says.

        Raises:
            BotError: a sentence for the presser.
        """
        self._client.hold_farewell()
        asker, server = asker_of(interaction), conversation_of(interaction).server
        number = button.number
        interaction.extras[HAS_ANSWER] = True  # whatever goes wrong, the message stays
        await interaction.response.defer()
        if button.deed == "vote":
            voted = await self._ballot.vote(asker, server, number, button.position)
            await _tell(interaction, vote_text(voted))
            await self._show_end(number, interaction)
        elif button.deed == "reveal":
            await self._ballot.reveal(asker, server, number)
            await self._show_end(number, interaction)
            await _tell(interaction, REVEALED)
        elif button.deed == "stop":
            await self._compare.stop(asker, server, number)
            await _tell(interaction, STOPPING)
        else:
            seen = await self._ballot.seen(asker, server, number)
            text = whole_text(seen.comparison, knows_names=seen.knows_names)
            file = discord.File(io.BytesIO(text.encode()), f"comparison-{number}.txt")
            await interaction.followup.send(file=file, ephemeral=True)

    async def collect(self) -> None:
        """Close what the last process left open, and note which messages do not show their end."""
        self._stale = list(await self._ballot.recover())

    async def show_stale(self) -> None:
        """Bring the ends to their messages, one after the other, beside the gateway."""
        self._client.hold_farewell()
        while self._stale and not self._client.is_retiring:
            number = self._stale.pop(0).id
            try:
                await self._show_end(number)
            except STUMBLES as error:
                self._log.warning("comparison not shown", comparison=number, code=code_of(error))
                if is_final(error):
                    await self._ballot.shown(number)
            except Exception as error:  # noqa: BLE001 - one comparison's trouble, not the others'
                self._client.options.report(error)

    async def _show_live(self, interaction: discord.Interaction, live: LiveComparison) -> None:
        """Edit the message at a calm pace; whoever deletes it ends the comparison."""
        number = live.comparison.id
        async for snapshot in live.snapshots():
            if snapshot.is_final:
                await self._insist(interaction, number, snapshot)
                return
            try:
                await self._write(interaction, snapshot)
            except discord.NotFound:
                raise
            except STUMBLES as error:  # a stale frame is not worth a second try
                self._log.info("comparison frame lost", code=code_of(error))
            interaction.extras[HAS_ANSWER] = True
            await asyncio.sleep(INTERVAL_SECONDS)

    async def _insist(
        self, interaction: discord.Interaction, number: int, last: ComparisonSnapshot
    ) -> None:
        """Bring the end to its message, also over a stumbling connection."""
        for attempt in range(FINAL_TRIES):
            try:
                await self._show_end(number, interaction, last)
            except STUMBLES as error:
                is_last = attempt == FINAL_TRIES - 1
                if is_final(error) or is_last or self._client.is_closed():
                    raise
                await asyncio.sleep(RETRY_SECONDS * 2**attempt)
            else:
                return

    async def _show_end(
        self,
        number: int,
        interaction: discord.Interaction | None = None,
        last: ComparisonSnapshot | None = None,
    ) -> None:
        """Let a comparison's message say what holds now."""
        async with self._showing.setdefault(number, asyncio.Lock()):
            comparison = await self._ballot.latest(number)
            if comparison is None:  # its person let everything of theirs be deleted
                if interaction is not None:
                    await interaction.edit_original_response(content=GONE, view=None)
                return
            snapshot = ComparisonSnapshot(comparison, error=last.error if last else None)
            await self._write(interaction, snapshot)
            if comparison.state.is_final:
                await self._ballot.shown(number)

    async def _write(
        self, interaction: discord.Interaction | None, snapshot: ComparisonSnapshot
    ) -> None:
        """Put a snapshot into the message, by the interaction's token as long as it lives."""
        comparison = snapshot.comparison
        text, view = comparison_text(snapshot), comparison_view(comparison)
        if interaction is not None:
            try:
                await interaction.edit_original_response(
                    content=text, view=view, allowed_mentions=MENTIONS
                )
                return
            except discord.HTTPException as error:
                if code_of(error) not in TOKEN_EXPIRED or comparison.message_id is None:
                    raise
        if comparison.message_id is None:
            return
        channel = self._client.get_partial_messageable(int(comparison.channel_id))
        await channel.get_partial_message(int(comparison.message_id)).edit(
            content=text, view=view, allowed_mentions=MENTIONS
        )


async def _tell(interaction: discord.Interaction, text: str) -> None:
    await interaction.followup.send(text, ephemeral=True, allowed_mentions=MENTIONS)


def register(client: LecternClient) -> Comparing:
    """Let the buttons work, also those of earlier processes, and look after stale messages."""
    comparing = Comparing(client)
    client.let_press(comparing.press, ComparisonButton)
    client.starters.append(comparing.collect)
    client.companions.append(comparing.show_stale)
    return comparing
