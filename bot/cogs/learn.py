"""`/learn`: a concept explained, with a picture and what to learn next."""

import discord
from discord import app_commands

from bot.cogs.client import LecternClient
from bot.cogs.frame import shortened
from bot.cogs.lesson_message import LessonMessage
from bot.cogs.people import asker_of, conversation_of
from bot.domain.lesson import Lesson
from bot.service.learn import MAX_SENTENCE

MAX_CHOICES = 25
MAX_NAME = 100
TopicName = app_commands.Range[str, 1, MAX_NAME]
Sentence = app_commands.Range[str, 1, MAX_SENTENCE]


def register(client: LecternClient) -> None:
    """Add the command."""

    @client.tree.command(name="learn", description="A concept of deep learning, explained")
    @app_commands.describe(
        topic="What to explain",
        sentence="A sentence of your own for the picture, where the topic has one of a sentence",
        private="Show it to me alone",
    )
    async def learn(
        interaction: discord.Interaction[LecternClient],
        topic: TopicName,
        sentence: Sentence | None = None,
        private: bool = False,
    ) -> None:
        await show_lesson(client, interaction, topic, sentence, is_private=private)

    @learn.autocomplete("topic")
    async def topics(
        interaction: discord.Interaction[LecternClient], typed: str
    ) -> list[app_commands.Choice[str]]:
        return topic_choices(client.services.learn.suggest(typed, MAX_CHOICES))


async def show_lesson(
    client: LecternClient,
    interaction: discord.Interaction,
    topic: str,
    sentence: str | None = None,
    *,
    is_private: bool,
) -> None:
    """Defer first, then show a lesson in the response.

    Raises:
        BotError: a sentence for the person.
    """
    await interaction.response.defer(ephemeral=is_private, thinking=True)
    opened = await client.services.learn.open(
        asker_of(interaction), conversation_of(interaction), topic, sentence
    )
    await LessonMessage(client, interaction, opened).show(is_private=is_private)


def topic_choices(lessons: tuple[Lesson, ...]) -> list[app_commands.Choice[str]]:
    """Lessons as suggestions."""
    return [
        app_commands.Choice(name=shortened(lesson.title, MAX_NAME), value=lesson.slug)
        for lesson in lessons
    ]
