"""What happens when somebody presses a button of a lesson or a quiz."""

from typing import Any

import discord

from bot.cogs.client import HAS_ANSWER, RETIRING, LecternClient
from bot.cogs.learn import show_lesson
from bot.cogs.quiz import answer_quiz, ask_quiz
from bot.cogs.study_buttons import BUTTONS, ChoiceButton, LessonButton, NextButton
from bot.domain.errors import QuestionRefused


class StudyPresses:
    """Everybody's presses; what they lead to is for the presser alone."""

    def __init__(self, client: LecternClient) -> None:
        self._client = client

    async def __call__(
        self, interaction: discord.Interaction, button: discord.ui.Item[Any]
    ) -> None:
        """Do what the button says.

        Raises:
            BotError: a sentence for the presser.
        """
        self._client.hold_farewell()
        if self._client.is_retiring:
            raise QuestionRefused(RETIRING)
        if isinstance(button, ChoiceButton):
            interaction.extras[HAS_ANSWER] = True  # the question stays when this is refused
            await interaction.response.defer()
            await answer_quiz(self._client, interaction, button.ref, button.choice)
        elif isinstance(button, NextButton):
            await ask_quiz(self._client, interaction, button.lesson or None, button.card)
        elif isinstance(button, LessonButton) and button.deed == "quizme":
            await ask_quiz(self._client, interaction, button.slug)
        elif isinstance(button, LessonButton):
            await show_lesson(self._client, interaction, button.slug, is_private=True)


def register(client: LecternClient) -> None:
    """Let buttons work, also those of earlier processes."""
    client.let_press(StudyPresses(client), *BUTTONS)
