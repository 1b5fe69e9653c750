"""`/about`: which model answers here, which version runs, since when; and its next prompt."""

import time
from datetime import timedelta

import discord
from discord import app_commands

from bot.cogs.client import LecternClient
from bot.cogs.frame import escape
from bot.cogs.people import conversation_of
from bot.domain.card import Basis
from bot.domain.model_spec import ModelSpec
from bot.service.budgeting import Preview


def register(client: LecternClient) -> None:
    """Add the command."""

    @client.tree.command(name="about", description="Model, version and uptime; the next prompt")
    @app_commands.describe(
        prompt="Show how the next question's prompt would share the model's window",
        question="The question whose prompt you want to see; it is not asked",
    )
    async def about(
        interaction: discord.Interaction[LecternClient],
        prompt: bool = False,
        question: str | None = None,
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        conversation = conversation_of(interaction)
        if prompt or question is not None:
            preview = await client.services.budget.preview(conversation, question)
            text = preview_text(preview, question)
        else:
            spec = await client.services.models.current(conversation.server)
            uptime = timedelta(seconds=time.monotonic() - client.started_at)
            text = about_text(spec, client.options.version, uptime)
        await interaction.edit_original_response(content=text)


def preview_text(preview: Preview, question: str | None) -> str:
    """What the prompt of the next question would be made of."""
    budget = preview.budget
    if budget is None:
        return (
            "This was answered already here, and a teaching assistant approved it: that answer "
            "would be given again, without a prompt."
        )
    asked = "this question" if question is not None else "the next question"
    lines = [
        f"How the {budget.window:,} tokens of **{escape(preview.model)}** would be shared by "
        f"{asked} here:",
        f"```\n{budget.table}\n```",
        _turns_words(preview),
    ]
    if preview.basis is Basis.NOTES:
        lines.append("The notes answer it: they are quoted, and explained by this prompt.")
    elif question is not None:
        lines.append("The notes do not answer it, so the model is asked without passages.")
    else:
        lines.append(
            "Passages are added where the notes answer it; `question:` tells for one of yours."
        )
    return "\n".join(lines)


def _turns_words(preview: Preview) -> str:
    num_turns, num_left_out = preview.num_turns, preview.num_dropped_turns
    if not num_turns and not num_left_out:
        return "Nothing was said here before."
    turns = "1 earlier question" if num_turns == 1 else f"{num_turns} earlier questions"
    left_out = f", {num_left_out:,} older left out" if num_left_out else ""
    return f"It remembers {turns}{left_out}."


def about_text(spec: ModelSpec, version: str, uptime: timedelta) -> str:
    """A few honest lines."""
    revision = f" at revision `{spec.revision[:12]}`" if spec.revision else ""
    lines = [
        f"**Lectern {version}**, up for {uptime_words(uptime)}.",
        f"Here **{spec.name}** answers (`{spec.public_source}`{revision}), in my own process: "
        "what you write goes to no other company's model.",
    ]
    if spec.template == "starter":
        lines.append(
            "It is a tiny model that knows Lectern's handbook of deep learning and nothing else."
        )
    elif spec.template == "course":
        lines.append("It is a tiny model that learned notes of a course, and a part of them stuck.")
    else:
        lines.append(
            "GPT-2 is a language model of 2019: it writes fluently, it is often wrong, and it "
            "does not know when."
        )
    return "\n".join(lines)


def uptime_words(uptime: timedelta) -> str:
    """A time in its two largest units: "3 d 4 h", "12 s"."""
    minutes, seconds = divmod(int(uptime.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    amounts = ((days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s"))
    first = next((place for place, (amount, _) in enumerate(amounts) if amount), len(amounts) - 1)
    return " ".join(f"{amount} {unit}" for amount, unit in amounts[first : first + 2])
