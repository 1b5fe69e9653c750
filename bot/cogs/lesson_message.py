"""The messages that show one lesson: its text, then what is drawn for it."""

import io

import discord
import structlog

from bot.cogs.canvas import MENTIONS
from bot.cogs.client import HAS_ANSWER, LecternClient
from bot.cogs.frame import shortened
from bot.cogs.model import progress_line
from bot.cogs.pictures import picture_file
from bot.cogs.progress import ProgressLine, writing_progress
from bot.cogs.study_buttons import lesson_view
from bot.cogs.stumbles import STUMBLES, code_of
from bot.domain.mentions import neutralise_mentions
from bot.domain.plain_formulas import hard_formulas, with_plain_formulas
from bot.domain.reflow import reflowed
from bot.domain.splitting import MESSAGE_LIMIT, message_length, split_message
from bot.service.learn import Opened

FILE_NAME = "illustration.png"
MAX_BELOW = 500
"""What may stand below the text: the caption, or why there is no picture."""
log = structlog.get_logger("lectern.discord")


class LessonMessage:
    """A lesson in the response of an interaction, which was deferred."""

    def __init__(
        self, client: LecternClient, interaction: discord.Interaction, opened: Opened
    ) -> None:
        self._client = client
        self._interaction = interaction
        self._opened = opened
        self._message: discord.InteractionMessage | discord.WebhookMessage | None = None
        self._text = ""

    async def show(self, *, is_private: bool) -> None:
        """Put the text there, then the pictures below it as they are drawn."""
        await self._put_text(is_private)
        self._interaction.extras[HAS_ANSWER] = True
        if self._client.is_retiring:
            return
        try:
            await self._put_formulas()
            await self._put_illustration()
        except STUMBLES as error:
            log.warning("lesson not illustrated", code=code_of(error))

    async def _put_text(self, is_private: bool) -> None:
        *before, last = lesson_parts(self._opened)
        view = lesson_view(self._opened.lesson, self._opened.see_also)
        self._text = last
        if not before:
            self._message = await self._interaction.edit_original_response(
                content=self._with(""), view=view, allowed_mentions=MENTIONS
            )
            return
        await self._interaction.edit_original_response(content=before[0], allowed_mentions=MENTIONS)
        for part in before[1:]:
            await self._interaction.followup.send(
                part, ephemeral=is_private, allowed_mentions=MENTIONS
            )
        self._message = await self._interaction.followup.send(
            self._with(""), view=view, ephemeral=is_private, allowed_mentions=MENTIONS, wait=True
        )

    async def _put_formulas(self) -> None:
        """What words cannot show is drawn."""
        hard = hard_formulas(self._opened.lesson.text)
        drawn = await self._client.services.pictures.of(hard) if hard else None
        if drawn is not None and drawn.png is not None:
            await self._edit("", picture_file(drawn))

    async def _put_illustration(self) -> None:
        if self._opened.illustration is None:
            return
        line = ProgressLine()
        async with writing_progress(self._edit, line):
            picture = await self._client.services.learn.picture(
                self._opened, on_progress=lambda newest: line.publish(progress_line(newest))
            )
        if picture is None:
            return
        if picture.png is None:
            await self._edit(picture.caption)
            return
        file = discord.File(io.BytesIO(picture.png), FILE_NAME, description=picture.alt)
        await self._edit(picture.caption, file)

    async def _edit(self, below: str, *files: discord.File) -> None:
        """Show other words below the text, and more files beside those that are there."""
        if self._message is None:
            return
        content = self._with(below)
        if files:
            shown: list[discord.Attachment | discord.File] = [*self._message.attachments, *files]
            self._message = await self._message.edit(content=content, attachments=shown)
        else:
            self._message = await self._message.edit(content=content)

    def _with(self, below: str) -> str:
        cut = shortened(below, MAX_BELOW - len(self._opened.note) - 10)
        lines = [f"-# {line}" for line in (self._opened.note, cut) if line]
        return "\n".join((self._text, *lines))


def lesson_parts(opened: Opened) -> list[str]:
    """The lesson's text as messages, with room below the last."""
    lesson = opened.lesson
    text = neutralise_mentions(f"**{lesson.title}**\n{with_plain_formulas(reflowed(lesson.text))}")
    parts = split_message(text, MESSAGE_LIMIT)
    if message_length(parts[-1]) > MESSAGE_LIMIT - MAX_BELOW:
        parts[-1:] = split_message(parts[-1], MESSAGE_LIMIT - MAX_BELOW)
    return parts
