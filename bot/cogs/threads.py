"""Threads: an answer opens one, and says how to ask on in it."""

import discord

from bot.cogs.canvas import MENTIONS, new_nonce
from bot.cogs.client import LecternClient
from bot.cogs.frame import shortened
from bot.cogs.stumbles import MISSING_ACCESS, code_of
from bot.domain.answer import Answer, AnswerKind
from bot.domain.conversation import Conversation
from bot.domain.mentions import neutralise_mentions
from bot.domain.server_settings import ThreadsMode

MAX_NAME = 90
ALREADY_HAS_THREAD = 160004
HOW_TO_ASK = "Ask on here: {how}."
WITH_CONTENT = "just write"
WITHOUT_CONTENT = "reply to this message, mention me, or use `/ask`"


def can_have_threads(channel: object) -> bool:
    """Whether threads open below messages of this channel."""
    return isinstance(channel, discord.TextChannel)


async def threads_mode(client: LecternClient, answer: Answer) -> ThreadsMode:
    """Whether a thread opens below an answer, by itself or by a button."""
    is_public_answer = answer.kind is AnswerKind.ASK and not answer.is_private
    channel = client.get_channel(int(answer.conversation.channel))
    if not is_public_answer or not can_have_threads(channel):
        return ThreadsMode.OFF
    settings = await client.services.settings.show(answer.conversation.server)
    return ThreadsMode(settings.threads)


async def open_thread(client: LecternClient, answer: Answer, message_id: int) -> str | None:
    """Open a thread below an answer; returns a sentence if a permission is missing."""
    channel = client.get_channel(int(answer.conversation.channel))
    if not isinstance(channel, discord.TextChannel):
        return None
    message = channel.get_partial_message(message_id)
    name = neutralise_mentions(shortened(answer.question, MAX_NAME)) or "Answer"
    try:
        thread = await message.create_thread(name=name)
    except discord.Forbidden as error:
        sees = code_of(error) != MISSING_ACCESS
        return _missing("open a thread", "Create Public Threads" if sees else "View Channel")
    except discord.HTTPException as error:
        if error.code == ALREADY_HAS_THREAD or error.status == 404:
            return None
        raise
    conversation = Conversation(answer.conversation.server, str(thread.id))
    await client.services.ask.carry_over(answer.id, conversation)
    how = WITH_CONTENT if client.options.message_content else WITHOUT_CONTENT
    try:
        await thread.send(HOW_TO_ASK.format(how=how), nonce=new_nonce(), allowed_mentions=MENTIONS)
    except discord.Forbidden:
        return _missing("write in the thread", "Send Messages in Threads")
    return None


def _missing(deed: str, permission: str) -> str:
    return (
        f"I could not {deed}: an admin must give me the permission {permission} in this channel. "
        "Until then ask on here with `/ask`."
    )
