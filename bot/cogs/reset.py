"""`/reset`: forget what was said in this channel or thread."""

import discord

from bot.cogs.client import LecternClient
from bot.cogs.people import conversation_of


def register(client: LecternClient) -> None:
    """Add the command."""

    @client.tree.command(name="reset", description="Forget this channel's earlier questions")
    async def reset(interaction: discord.Interaction[LecternClient]) -> None:
        await interaction.response.defer(thinking=True)
        conversation = conversation_of(interaction)
        client.services.answering.forget(conversation)
        num_turns = await client.services.settings.reset(conversation)
        await interaction.edit_original_response(content=reset_text(num_turns))


def reset_text(num_turns: int) -> str:
    """What was forgotten, for everybody in the channel to see."""
    if num_turns == 0:
        return "There was nothing to forget here: the next question starts afresh anyway."
    turns = "1 question and its answer" if num_turns == 1 else f"{num_turns} questions and answers"
    return f"I have forgotten {turns} here; the next question starts afresh."
