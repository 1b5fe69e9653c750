"""`/quiz`: a question of the handbook, for the person alone, and their schedule."""

from datetime import timedelta

import discord
from discord import app_commands

from bot.cogs.canvas import MENTIONS
from bot.cogs.client import LecternClient
from bot.cogs.frame import escape
from bot.cogs.learn import MAX_CHOICES, TopicName, topic_choices
from bot.cogs.people import asker_of
from bot.cogs.study_buttons import choices_view, marked_view
from bot.domain.deck import BLANK
from bot.domain.mentions import neutralise_mentions
from bot.domain.plain_formulas import with_plain_formulas
from bot.domain.quiz_ref import QuizRef
from bot.domain.spoken import counted
from bot.service.quiz import Asked, Marked, Reason, Standing

SCHEDULES = [
    app_commands.Choice(name="show – what is due", value="show"),
    app_commands.Choice(name="stop – delete my schedule and keep none", value="stop"),
    app_commands.Choice(name="start – keep a schedule again", value="start"),
]
STOPPED = (
    "Your schedule ({number}) is deleted, and from now on I remember none of your answers. "
    "Quizzes still work; `/quiz schedule: start` lets me keep a schedule again."
)
STARTED = "From now on I remember which questions you have answered and ask them again in time."
NONE_KEPT = (
    "I keep no schedule of yours, so nothing is ever due; `/quiz schedule: start` changes that."
)
NOTHING_YET = "You have not answered a question yet; `/quiz` asks the first."


def register(client: LecternClient) -> None:
    """Add the command."""

    @client.tree.command(name="quiz", description="A question to test yourself; due ones first")
    @app_commands.describe(
        topic="What it shall be about; leave it out for what is due, or something new",
        schedule="When I ask you again: show it, stop it, start it",
    )
    @app_commands.choices(schedule=SCHEDULES)
    async def quiz(
        interaction: discord.Interaction[LecternClient],
        topic: TopicName | None = None,
        schedule: str | None = None,
    ) -> None:
        if schedule is None:
            await ask_quiz(client, interaction, topic)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        words = await _scheduled(client, interaction, schedule)
        await interaction.edit_original_response(content=words)

    @quiz.autocomplete("topic")
    async def topics(
        interaction: discord.Interaction[LecternClient], typed: str
    ) -> list[app_commands.Choice[str]]:
        return topic_choices(client.services.quiz.suggest(typed, MAX_CHOICES))


async def ask_quiz(
    client: LecternClient, interaction: discord.Interaction, topic: str | None, after: str = ""
) -> None:
    """Defer first, then ask the person alone.

    Raises:
        BotError: a sentence for the person.
    """
    await interaction.response.defer(ephemeral=True, thinking=True)
    asked = await client.services.quiz.ask(asker_of(interaction), topic, after)
    await interaction.edit_original_response(
        content=asked_text(asked),
        view=choices_view(asked.ref, len(asked.quiz.options)),
        allowed_mentions=MENTIONS,
    )


async def answer_quiz(
    client: LecternClient, interaction: discord.Interaction, ref: QuizRef, choice: int
) -> None:
    """Show in the question's place what was right; the interaction was deferred.

    Raises:
        BotError: a sentence for the person.
    """
    marked = await client.services.quiz.answer(asker_of(interaction), ref, choice)
    await interaction.edit_original_response(
        content=marked_text(marked),
        view=marked_view(ref, client.services.quiz.lesson_of(marked.quiz.card)),
        allowed_mentions=MENTIONS,
    )


async def _scheduled(client: LecternClient, interaction: discord.Interaction, deed: str) -> str:
    service, asker = client.services.quiz, asker_of(interaction)
    if deed == "stop":
        number = await service.stop(asker)
        return STOPPED.format(number=counted(number, "question"))
    if deed == "start":
        await service.start(asker)
        return STARTED
    return standing_text(await service.standing(asker))


def asked_text(asked: Asked) -> str:
    """A question with its answers to choose from."""
    card = asked.quiz.card
    lines = [f"-# {_reason(asked)}", f"**{_plain(card.question)}**"]
    lines += [
        f"**{number}.** {_plain(option)}" for number, option in enumerate(asked.quiz.options, 1)
    ]
    if any(BLANK in option for option in asked.quiz.options):
        lines.append(f"-# {BLANK} hides what an answer is about.")
    return "\n".join(lines)


def marked_text(marked: Marked) -> str:
    """Whether the answer was right, what is right, and when the question comes again."""
    card, quiz = marked.quiz.card, marked.quiz
    if marked.is_right:
        verdict = "✅ Right."
    else:
        chosen = _plain(quiz.options[marked.choice])
        verdict = f"❌ Not this time. You chose {marked.choice + 1}: {chosen}"
    return "\n".join(
        (
            f"**{_plain(card.question)}**",
            verdict,
            f"**Right answer:** {_plain(card.answer)}",
            f"-# {escape(card.title)} — {_plain(card.question)} (handbook)",
            f"-# {_again(marked)}",
        )
    )


def standing_text(standing: Standing) -> str:
    """A schedule in a sentence or two."""
    if standing.is_off:
        return NONE_KEPT
    if not standing.num_cards or standing.next_due is None:
        return NOTHING_YET
    known = counted(standing.num_cards, "question")
    if standing.num_due:
        return f"I remember {known} of yours; {standing.num_due} due now, which `/quiz` asks."
    moment = int(standing.next_due.timestamp())
    return f"I remember {known} of yours; none is due now, the next <t:{moment}:R>."


def _reason(asked: Asked) -> str:
    topic = f"Topic: {escape(asked.quiz.card.title)}"
    match asked.reason:
        case Reason.DUE:
            return f"Due again · {asked.num_due} due now · {topic}"
        case Reason.NEW:
            due = f"{asked.num_due} due in other topics" if asked.num_due else "nothing is due"
            return f"A new question · {due} · {topic}"
        case Reason.EARLY:
            return f"Nothing is due; this comes next · {topic}"
        case Reason.ANY:
            return topic


def _again(marked: Marked) -> str:
    if marked.due is None:
        return "I keep no schedule of yours; /quiz schedule: start changes that."
    more = f" {marked.num_due} more due now." if marked.num_due else ""
    return f"I ask this again in {_span(marked.due - marked.now)}.{more}"


def _span(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    if minutes < 120:
        return counted(minutes, "minute")
    hours = round(minutes / 60)
    return counted(hours, "hour") if hours < 24 else counted(round(hours / 24), "day")


def _plain(text: str) -> str:
    return neutralise_mentions(with_plain_formulas(text))
