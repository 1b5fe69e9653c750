"""`/ask`, and *Ask about this message* on every message."""

from typing import Any

import discord
from discord import app_commands

from bot.cogs.asking import answer_interaction
from bot.cogs.client import LecternClient
from bot.cogs.model import ModelName, model_choices
from bot.cogs.people import asker_of, conversation_of
from bot.domain.conversation import Length, Question
from bot.domain.errors import QuestionRefused
from bot.domain.question import clean_text
from bot.domain.sampling import MAX_SEED

MAX_SEED_OPTION = min(MAX_SEED, 2**53 - 1)  # Discord's integers are JSON numbers
MAX_QUOTE = 1_500
LENGTHS = [app_commands.Choice(name=length.value, value=length.value) for length in Length]
DEFAULT_QUESTION = "Can you explain this?"


def register(client: LecternClient) -> None:
    """Add the commands."""

    @client.tree.command(name="ask", description="Ask me about deep learning")
    @app_commands.describe(
        question="What do you want to know?",
        model="Which model answers, if not this server's",
        seed="The same seed, question and model give the same answer",
        length="How long the answer may become",
        private="Show the answer to me alone",
    )
    @app_commands.choices(length=LENGTHS)
    async def ask(
        interaction: discord.Interaction[LecternClient],
        question: str,
        model: ModelName | None = None,
        seed: app_commands.Range[int, 0, MAX_SEED_OPTION] | None = None,
        length: str | None = None,
        private: bool = False,
    ) -> None:
        await _answer(client, interaction, question, model, seed, length, private)

    @ask.autocomplete("model")
    async def names(
        interaction: discord.Interaction[LecternClient], current: str
    ) -> list[app_commands.Choice[str]]:
        return await model_choices(client, current)

    @client.tree.context_menu(name="Ask about this message")
    async def ask_about(
        interaction: discord.Interaction[LecternClient], message: discord.Message
    ) -> None:
        if not clean_text(message.content):
            raise QuestionRefused("This message has no text that I could read; pick another one.")
        await interaction.response.send_modal(AboutMessage(client, message))


class AboutMessage(discord.ui.Modal, title="Ask about this message"):
    """A small form: what does the person want to know of the message?"""

    question: discord.ui.TextInput[Any] = discord.ui.TextInput(
        label="Your question", default=DEFAULT_QUESTION, max_length=500
    )

    def __init__(self, client: LecternClient, message: discord.Message) -> None:
        super().__init__()
        self._client = client
        self._quote = message.content[:MAX_QUOTE]

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Ask, with the message quoted behind the question."""
        question = clean_text(self.question.value) or DEFAULT_QUESTION
        text = f'{question}\n"{self._quote}"'
        await _answer(self._client, interaction, text, None, None, None, False)

    async def on_error(  # type: ignore[override] # discord.py's own Modal narrows it so
        self, interaction: discord.Interaction, error: Exception
    ) -> None:
        """As for commands."""
        await self._client.tell_error(interaction, error)


async def _answer(
    client: LecternClient,
    interaction: discord.Interaction,
    text: str,
    model: str | None,
    seed: int | None,
    length: str | None,
    is_private: bool,
) -> None:
    asker, conversation = asker_of(interaction), conversation_of(interaction)
    await answer_interaction(
        client,
        interaction,
        lambda place: client.services.ask.ask(
            Question(
                source=f"interaction:{interaction.id}",
                asker=asker,
                conversation=conversation,
                text=text,
                model=model,
                seed=seed,
                length=Length(length) if length else None,
                is_private=is_private,
                place=place,
            )
        ),
        is_private=is_private,
    )
