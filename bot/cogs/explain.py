"""`/explain`: a look inside the model at work on any text."""

import discord
from discord import app_commands

from bot.cogs.client import LecternClient
from bot.cogs.look_controls import FIRST_LOOK, LookButton, LookMenu
from bot.cogs.looking import Looking
from bot.cogs.model import ModelName, model_choices
from bot.domain.look import NAMES, Look, View

VIEWS = [
    app_commands.Choice(name=f"{name}: {words[0].lower()}{words[1:]}", value=view.value)
    for view, (name, words) in NAMES.items()
]


def register(client: LecternClient) -> None:
    """Add the command, and let the controls below its pictures work, also after a restart."""
    looking = Looking(client)
    client.let_press(looking.press, LookButton, LookMenu)

    @client.tree.command(name="explain", description="Look inside the model as it reads your text")
    @app_commands.describe(
        text="What the model shall read",
        view="What to look at first; a menu below the picture has the others",
        model="Which model reads it, if not this server's",
    )
    @app_commands.choices(view=VIEWS)
    async def explain(
        interaction: discord.Interaction[LecternClient],
        text: str,
        view: str | None = None,
        model: ModelName | None = None,
    ) -> None:
        look = Look(View(view)) if view else FIRST_LOOK
        await looking.explain(interaction, text, look, model)

    @explain.autocomplete("model")
    async def names(
        interaction: discord.Interaction[LecternClient], current: str
    ) -> list[app_commands.Choice[str]]:
        return await model_choices(client, current)
