"""Formulas below an answer: its text stands first, their picture follows when it is drawn."""

import dataclasses
import io
from collections.abc import Awaitable, Callable

import discord
import structlog

from bot.cogs.buttons import answer_view
from bot.cogs.canvas import Canvas
from bot.cogs.client import LecternClient
from bot.cogs.frame import Frame
from bot.cogs.stumbles import STUMBLES, code_of
from bot.service.pictures import Illustration
from bot.service.snapshot import Snapshot

FILE_NAME = "formulas.png"
log = structlog.get_logger("lectern.discord")


async def illustrate(
    client: LecternClient,
    canvas: Canvas,
    frame: Frame,
    final: Snapshot,
    *,
    has_thread_button: bool = False,
) -> None:
    """Put a picture of an ended answer's formulas below it, or their source if it has to be.

    Whatever goes wrong is logged: the answer stands without its picture.
    """
    if client.is_retiring:
        return
    illustration = await client.services.pictures.of(final.text)
    if illustration is None or not await _is_shown(client, canvas, final.answer_id):
        return
    try:
        if illustration.png is not None:
            await canvas.attach(lambda: picture_file(illustration))
            return
        below = dataclasses.replace(final, text=f"{final.text}\n{illustration.source}")
        parts = frame.parts(below)
        view = answer_view(final, frame.answer, has_thread_button=has_thread_button)
        await canvas.show(final.answer_id, parts, view)
    except STUMBLES as error:
        log.warning("formulas not shown", answer=final.answer_id, code=code_of(error))


async def illustrate_reply(
    client: LecternClient, attach: Callable[[discord.File], Awaitable[object]], text: str
) -> None:
    """Put a picture of a text's formulas below it, by what can reach its message.

    Whatever goes wrong is logged.
    """
    illustration = await client.services.pictures.of(text)
    if illustration is None or illustration.png is None:
        return
    try:
        await attach(picture_file(illustration))
    except STUMBLES as error:
        log.warning("formulas not shown", code=code_of(error))


def picture_file(illustration: Illustration) -> discord.File:
    """The picture as a file to be sent, which can be done once only."""
    return discord.File(
        io.BytesIO(illustration.png or b""), FILE_NAME, description=illustration.alt
    )


async def _is_shown(client: LecternClient, canvas: Canvas, answer_id: int) -> bool:
    """Whether the message still shows this answer: somebody may have pressed Regenerate."""
    newest = await client.services.delivery.answer_in(str(canvas.first_message_id))
    return newest is not None and newest.id == answer_id
