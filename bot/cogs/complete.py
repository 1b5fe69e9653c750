"""`/complete`: GPT-2's plain continuation of a text."""

import discord
from discord import app_commands

from bot.cogs.ask import LENGTHS, MAX_SEED_OPTION
from bot.cogs.asking import answer_interaction
from bot.cogs.client import LecternClient
from bot.cogs.model import ModelName, model_choices
from bot.cogs.people import asker_of, conversation_of
from bot.domain.conversation import Length
from bot.service.complete import MAX_SAMPLES, Wish


def register(client: LecternClient) -> None:
    """Add the command."""

    @client.tree.command(name="complete", description="Let GPT-2 continue your text")
    @app_commands.describe(
        text="The beginning",
        max_new_tokens="How many tokens to write at most",
        temperature="Randomness; 0 always takes the likeliest token",
        top_k="Sample from this many likeliest tokens; 0 is no limit",
        top_p="Sample from the likeliest tokens of this total probability",
        repetition_penalty="Over 1 avoids tokens that were written already",
        seed="The same seed gives the same text",
        samples="How many different texts",
        length="essay makes a small essay of a phrase",
        model="Which model writes, if not this server's",
        private="Show the text to me alone",
    )
    @app_commands.choices(length=LENGTHS)
    async def complete(
        interaction: discord.Interaction[LecternClient],
        text: str,
        max_new_tokens: app_commands.Range[int, 1, 1024] | None = None,
        temperature: app_commands.Range[float, 0.0, 5.0] | None = None,
        top_k: app_commands.Range[int, 0, 50_257] | None = None,
        top_p: app_commands.Range[float, 0.01, 1.0] | None = None,
        repetition_penalty: app_commands.Range[float, 1.0, 2.0] | None = None,
        seed: app_commands.Range[int, 0, MAX_SEED_OPTION] | None = None,
        samples: app_commands.Range[int, 1, MAX_SAMPLES] = 1,
        length: str | None = None,
        model: ModelName | None = None,
        private: bool = False,
    ) -> None:
        asker, conversation = asker_of(interaction), conversation_of(interaction)
        await answer_interaction(
            client,
            interaction,
            lambda place: client.services.complete.complete(
                Wish(
                    source=f"interaction:{interaction.id}",
                    asker=asker,
                    conversation=conversation,
                    text=text,
                    max_new_tokens=max_new_tokens,
                    temperature=temperature,
                    top_k=top_k,
                    top_p=top_p,
                    repetition_penalty=repetition_penalty,
                    seed=seed,
                    num_samples=samples,
                    length=Length(length) if length else None,
                    model=model,
                    is_private=private,
                    place=place,
                )
            ),
            is_private=private,
        )

    @complete.autocomplete("model")
    async def names(
        interaction: discord.Interaction[LecternClient], current: str
    ) -> list[app_commands.Choice[str]]:
        return await model_choices(client, current)
