"""A look inside, shown to one person: the picture, its words, and the controls below it."""

import asyncio
import contextlib
import io
from collections.abc import Awaitable, Callable
from dataclasses import replace

import discord

from bot.cogs.canvas import MENTIONS
from bot.cogs.client import HAS_ANSWER, RETIRING, LecternClient
from bot.cogs.frame import escape
from bot.cogs.look_controls import LookButton, LookMenu, Page, look_controls
from bot.cogs.model import FAREWELL_SECONDS, progress_line
from bot.cogs.people import asker_of, conversation_of
from bot.cogs.progress import ProgressLine, showing_progress
from bot.cogs.stumbles import STUMBLES
from bot.domain.errors import NotFound, QuestionRefused
from bot.domain.look import NAMES, Look
from bot.domain.mentions import neutralise_mentions
from bot.domain.progress import LoadProgress
from bot.domain.splitting import MESSAGE_LIMIT, split_message
from bot.service.explain import Insight

MAX_ALT = 1_024
GONE = "I no longer have this text; please ask again, or give it to /explain."
DRAWING = "⏳ Drawing: {}."
OnProgress = Callable[[LoadProgress], None]
LookInto = Callable[[OnProgress], Awaitable[tuple[Insight, Page]]]


class Looking:
    """Shows to whoever presses what they look at."""

    def __init__(self, client: LecternClient) -> None:
        self._client = client

    async def press(self, interaction: discord.Interaction, control: LookButton | LookMenu) -> None:
        """Show the page that a control leads to.

        Raises:
            BotError: a sentence for the presser.
        """
        self._client.hold_farewell()
        await self.open(interaction, control.page)

    async def open(self, interaction: discord.Interaction, page: Page) -> None:
        """Show a page of an answer: in a message of its own, or where its controls stand.

        Raises:
            BotError: a sentence for the presser.
        """
        if page.is_new:
            await interaction.response.defer(thinking=True, ephemeral=True)
        else:
            await interaction.response.defer()
            interaction.extras[HAS_ANSWER] = True
        await self._show(
            interaction, page.look, lambda report: self._of_answer(interaction, page, report)
        )

    async def explain(
        self, interaction: discord.Interaction, text: str, look: Look, model: str | None
    ) -> None:
        """Show a person's own text, and keep it for the controls.

        Raises:
            BotError: a sentence for the person.
        """
        await interaction.response.defer(thinking=True, ephemeral=True)
        asker, conversation = asker_of(interaction), conversation_of(interaction)
        services = self._client.services

        async def look_into(report: OnProgress) -> tuple[Insight, Page]:
            seen = await services.explain.of_text(
                asker, conversation, text, look, model, on_progress=report
            )
            source = f"interaction:{interaction.id}"
            number = await services.explained.keep(source, asker, conversation, text, seen.model)
            return seen, Page(number, look)

        await self._show(interaction, look, look_into)

    async def _of_answer(
        self, interaction: discord.Interaction, page: Page, report: OnProgress
    ) -> tuple[Insight, Page]:
        server = conversation_of(interaction).server
        try:
            seen = await self._client.services.explain.of_answer(
                asker_of(interaction), server, page.answer_id, page.asked, on_progress=report
            )
        except NotFound:
            raise NotFound(GONE) from None
        return seen, page

    async def _show(
        self,
        interaction: discord.Interaction,
        look: Look,
        look_into: LookInto,
    ) -> None:
        """Put what is seen into the response."""
        if self._client.is_retiring:
            raise QuestionRefused(RETIRING)
        seen, page = await self._seen(interaction, look, look_into)
        await interaction.edit_original_response(
            content=page_text(seen),
            attachments=[picture_of(seen)],
            view=look_controls(replace(page.at(seen.look), is_new=False), seen.view),
            allowed_mentions=MENTIONS,
        )

    async def _seen(
        self, interaction: discord.Interaction, look: Look, look_into: LookInto
    ) -> tuple[Insight, Page]:
        """Look, with progress where that takes long; what stood there before comes back."""
        line = ProgressLine()
        line.publish(DRAWING.format(NAMES[look.view][0]))
        try:
            async with showing_progress(interaction, line):
                return await look_into(lambda newest: line.publish(progress_line(newest)))
        except asyncio.CancelledError:
            with contextlib.suppress(TimeoutError, *STUMBLES):
                async with asyncio.timeout(FAREWELL_SECONDS):
                    await interaction.followup.send(RETIRING, ephemeral=True)
            raise
        except Exception:
            page = interaction.message if interaction.extras.get(HAS_ANSWER) else None
            if page is not None and line.was_shown:
                with contextlib.suppress(*STUMBLES):
                    await interaction.edit_original_response(content=page.content)
            raise


def page_text(seen: Insight) -> str:
    """What stands above the picture."""
    name, _ = NAMES[seen.look.view]
    heading = f"**{name}** · {escape(seen.model)}"
    remark = f"\n-# {seen.remark}" if seen.remark else ""
    words = neutralise_mentions(escape(seen.words))
    return split_message(f"{heading}{remark}\n{words}", MESSAGE_LIMIT)[0]


def picture_of(seen: Insight) -> discord.File:
    """The picture as a file, with its words for people who cannot see it."""
    name = f"{seen.look.view}.png"
    return discord.File(io.BytesIO(seen.png), name, description=seen.alt[:MAX_ALT])
