"""`/compare`: the same question to several models, side by side, and a vote."""

import discord
from discord import app_commands

from bot.cogs import comparing
from bot.cogs.ask import MAX_SEED_OPTION
from bot.cogs.client import LecternClient
from bot.cogs.model import MAX_CHOICES, MAX_NAME
from bot.cogs.people import asker_of, conversation_of
from bot.domain.comparison import MAX_MODELS
from bot.domain.errors import NotFound
from bot.service.compare import CompareWish

DELETED = "The message of this comparison was deleted, so I stopped; please ask for a new one."


def register(client: LecternClient) -> None:
    """Add the command, and the buttons below what it shows."""
    shown = comparing.register(client)

    @client.tree.command(name="compare", description="Several models answer; you vote")
    @app_commands.describe(
        question="What shall they answer?",
        models="Two to five names with commas between them; those on this machine if you name none",
        seed="The same for all; the same again gives the same answers",
        blind="Whether names and figures stay secret until you have voted (yes, if you do not say)",
    )
    async def compare(
        interaction: discord.Interaction[LecternClient],
        question: str,
        models: str | None = None,
        seed: app_commands.Range[int, 0, MAX_SEED_OPTION] | None = None,
        blind: bool = True,
    ) -> None:
        response = await interaction.response.defer(thinking=True)
        message_id = response.message_id if response is not None else None
        wish = CompareWish(
            source=f"interaction:{interaction.id}",
            asker=asker_of(interaction),
            conversation=conversation_of(interaction),
            text=question,
            models=tuple((models or "").split(",")),
            seed=seed,
            is_blind=blind,
            channel_id=str(interaction.channel_id or 0),
            message_id=None if message_id is None else str(message_id),
        )
        client.hold_farewell()
        try:
            await shown.compare(interaction, wish)
        except discord.NotFound as error:
            raise NotFound(DELETED) from error

    @compare.autocomplete("models")
    async def names(
        interaction: discord.Interaction[LecternClient], current: str
    ) -> list[app_commands.Choice[str]]:
        statuses = await client.services.models.list()
        return model_lists([status.spec.name for status in statuses], current)


def model_lists(names: list[str], typed: str) -> list[app_commands.Choice[str]]:
    """What was typed so far with each model that could come next."""
    *before, last = (part.strip() for part in typed.split(","))
    known = [name for name in before if name in names]
    if last in names:  # the name is whole: offer it alone, and with each that may follow
        known, last = [*known, last], ""
    found = [", ".join(known)] if known else []
    if len(known) < MAX_MODELS:
        rest = (name for name in names if name not in known and last.lower() in name.lower())
        found += [", ".join([*known, name]) for name in rest]
    fitting = [each for each in found if len(each) <= MAX_NAME]
    return [app_commands.Choice(name=each, value=each) for each in fitting[:MAX_CHOICES]]
