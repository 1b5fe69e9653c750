"""The way of one answer through Discord, the same for commands, messages and modals."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import discord

from bot.cogs.canvas import Canvas, new_nonce
from bot.cogs.client import HAS_ANSWER, LecternClient
from bot.cogs.frame import Frame
from bot.cogs.pictures import illustrate
from bot.cogs.streaming import show
from bot.cogs.stumbles import UNKNOWN_MESSAGE, code_of
from bot.cogs.threads import open_thread, threads_mode
from bot.domain.answer import AnswerState
from bot.domain.conversation import Place
from bot.domain.errors import NotFound
from bot.domain.server_settings import ThreadsMode
from bot.service.live_answer import LiveAnswer
from bot.service.snapshot import Snapshot

DELETED = "A message of this answer was deleted, so please ask your question again."
OpenAnswer = Callable[[Place], AbstractAsyncContextManager[LiveAnswer]]


async def answer_interaction(
    client: LecternClient,
    interaction: discord.Interaction,
    open_answer: OpenAnswer,
    *,
    is_private: bool,
) -> None:
    """Defer first, then answer in the interaction's response.

    Raises:
        NotFound: a message of the answer was deleted meanwhile.
    """
    response = await interaction.response.defer(thinking=True, ephemeral=is_private)
    message_id = response.message_id if response is not None else None
    channel_id = interaction.channel_id or 0
    place = Place(
        str(channel_id),
        new_nonce(),
        None if message_id is None else str(message_id),
        interaction.token if is_private else None,
    )
    canvas = Canvas(
        client.services.delivery,
        client.get_partial_messageable(channel_id, guild_id=interaction.guild_id),
        channel_id,
        interaction=interaction,
        is_private=is_private,
        message_ids=[message_id or 0],
    )
    client.hold_farewell()
    try:
        missing = await answer_on(client, canvas, open_answer(place), quotes_question=True)
    except discord.NotFound as error:
        if code_of(error) != UNKNOWN_MESSAGE:
            raise
        raise NotFound(DELETED) from error
    finally:
        interaction.extras[HAS_ANSWER] = canvas.has_shown
    if missing:
        await interaction.followup.send(missing, ephemeral=True)


async def answer_on(
    client: LecternClient,
    canvas: Canvas,
    opened: AbstractAsyncContextManager[LiveAnswer],
    *,
    quotes_question: bool,
    note: str | None = None,
) -> str | None:
    """Show an answer, then open its thread; returns a sentence if a permission is missing.

    A picture of its formulas comes last, so that nobody waits for it.
    """
    async with opened as live:
        answer = live.answer
        mode = await threads_mode(client, answer)

        def has_thread_button(snapshot: Snapshot) -> bool:
            return mode is ThreadsMode.BUTTON

        frame = Frame(answer, quotes_question, note)
        final = await show(client, live, canvas, frame, has_thread_button=has_thread_button)
    missing = None
    opens = mode is ThreadsMode.AUTO and final.state is AnswerState.DONE
    if opens and canvas.first_message_id is not None:
        missing = await open_thread(client, answer, canvas.first_message_id)
    await illustrate(client, canvas, frame, final, has_thread_button=has_thread_button(final))
    return missing
