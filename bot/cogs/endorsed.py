"""`/notes answers` and `/notes take-back`: what assistants endorsed and corrected."""

from collections.abc import Sequence

import discord
from discord import app_commands

from bot.cogs.client import LecternClient
from bot.cogs.frame import escape, shortened
from bot.cogs.judging import Judging
from bot.cogs.people import conversation_of
from bot.cogs.replies import reply
from bot.domain.errors import NotFound
from bot.domain.feedback import Endorsed, Verdict

MAX_CHOICES = 25
MAX_CHOICE = 100
MAX_QUESTION, MAX_TEXT = 120, 160
NONE_YET = (
    "No answer is endorsed here yet. A teaching assistant presses Endorse or Correct below one; "
    "then whoever asks the same reads that first."
)


def add_commands(client: LecternClient, judging: Judging) -> None:
    """Let `/notes`, which is there already, have them too."""
    feedback = client.services.feedback
    group = client.tree.get_command("notes")
    if not isinstance(group, app_commands.Group):
        raise TypeError("/notes must be registered first")

    @group.command(name="answers", description="The answers that assistants endorsed or corrected")
    async def answers(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await reply(interaction, answers_text(await feedback.endorsed(_server(interaction))))

    @group.command(name="take-back", description="Endorse an answer no longer (assistants)")
    @app_commands.describe(answer="Which answer")
    async def take_back(
        interaction: discord.Interaction, answer: app_commands.Range[str, 1, MAX_CHOICE]
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        if not answer.isdecimal():
            raise NotFound("Please choose an answer from the list; /notes answers shows them all.")
        await judging.take_back(interaction, int(answer))

    @take_back.autocomplete("answer")
    async def choices(
        interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        known = await feedback.endorsed(_server(interaction))
        return [
            app_commands.Choice(
                name=shortened(each.question, MAX_CHOICE), value=str(each.answer_id)
            )
            for each in known
            if typed.lower() in each.question.lower()
        ][:MAX_CHOICES]


def _server(interaction: discord.Interaction) -> str:
    return conversation_of(interaction).server


def answers_text(answers: Sequence[Endorsed]) -> str:
    """Every endorsed answer in one line, the newest first."""
    if not answers:
        return NONE_YET
    number = len(answers)
    lines = [f"{number} endorsed {'answer' if number == 1 else 'answers'}, newest first:"]
    for each in answers:
        deed = "corrected" if each.verdict is Verdict.CORRECTED else "endorsed"
        by = f" ({deed} by {escape(shortened(each.person_name, 40))})" if each.person_name else ""
        link = f" {each.link}" if each.link is not None else ""
        question = escape(shortened(each.question, MAX_QUESTION))
        lines.append(f"• **{question}** {escape(shortened(each.text, MAX_TEXT))}{by}{link}")
    return "\n".join(lines)
