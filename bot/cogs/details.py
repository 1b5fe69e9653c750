"""*Details*: how an answer came about, for whoever presses the button."""

import discord

from bot.cogs.client import LecternClient
from bot.cogs.frame import escape
from bot.cogs.people import asker_of, conversation_of
from bot.domain.answer import Answer
from bot.domain.details import Detail, details_of
from bot.domain.mentions import neutralise_mentions
from bot.domain.splitting import MESSAGE_LIMIT, message_length

MENTIONS = discord.AllowedMentions.none()
CUT = "…"


async def show_details(
    client: LecternClient, interaction: discord.Interaction, answer_id: int
) -> None:
    """Reply to the presser alone.

    Raises:
        NotFound: the answer is not of this server, or somebody else's private one.
    """
    await interaction.response.defer(thinking=True, ephemeral=True)
    server = conversation_of(interaction).server
    answer = await client.services.details.answer(asker_of(interaction), server, answer_id)
    await interaction.edit_original_response(
        content=details_text(answer), allowed_mentions=MENTIONS
    )


def details_text(answer: Answer) -> str:
    """The details in one message; what does not fit is left out line by line."""
    shown = ""
    for line in map(_line, details_of(answer)):
        longer = f"{shown}\n{line}" if shown else line
        if message_length(f"{longer}\n{CUT}") > MESSAGE_LIMIT:
            return f"{shown}\n{CUT}"
        shown = longer
    return shown


def _line(detail: Detail) -> str:
    if detail.is_table:
        return f"```\n{detail.text}\n```"
    text = neutralise_mentions(escape(detail.text)) if detail.is_foreign else detail.text
    if "\n" in text:
        text = "\n" + "\n".join(f"-# {line}" for line in text.split("\n"))
    return f"**{detail.label}:** {text}"
