"""`/about`: which model answers here, which version runs, and since when."""

import time
from datetime import timedelta

import discord

from bot.cogs.client import LecternClient
from bot.cogs.people import conversation_of
from bot.domain.model_spec import ModelSpec


def register(client: LecternClient) -> None:
    """Add the command."""

    @client.tree.command(name="about", description="Model, version and uptime")
    async def about(interaction: discord.Interaction[LecternClient]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        spec = await client.services.models.current(conversation_of(interaction).server)
        uptime = timedelta(seconds=time.monotonic() - client.started_at)
        await interaction.edit_original_response(
            content=about_text(spec, client.options.version, uptime)
        )


def about_text(spec: ModelSpec, version: str, uptime: timedelta) -> str:
    """A few honest lines."""
    revision = f" at revision `{spec.revision[:12]}`" if spec.revision else ""
    lines = [
        f"**Lectern {version}**, up for {uptime_words(uptime)}.",
        f"Here **{spec.name}** answers (`{spec.source}`{revision}), in my own process: "
        "what you write goes to no other company's model.",
    ]
    if spec.template == "starter":
        lines.append(
            "It is a tiny model that knows Lectern's handbook of deep learning and nothing else."
        )
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
