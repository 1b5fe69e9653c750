"""`/model`: which sizes there are, which one answers here, and switching for admins."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import discord
from discord import app_commands

from bot.cogs.client import LecternClient
from bot.cogs.frame import shortened
from bot.cogs.people import asker_of, conversation_of
from bot.cogs.progress import ProgressLine, writing_progress
from bot.cogs.stumbles import STUMBLES, TOKEN_EXPIRED, code_of
from bot.domain.errors import BotError, NotAllowed
from bot.domain.model_spec import ModelSpec, ModelStatus
from bot.domain.progress import LoadProgress
from bot.domain.splitting import MESSAGE_LIMIT, message_length

BAR_WIDTH = 20
MAX_CHOICES = 25
MAX_NAME = 100
MAX_TABLE = MESSAGE_LIMIT - 200  # room for the fence and the line below
FAREWELL_SECONDS = 2.0
NOT_IN_PRIVATE = (
    "In direct messages no model can be switched; name one with each question instead: "
    "`/ask model:`."
)
RESTARTING = "I am restarting, so nothing was switched; please try again in a minute."
MESSAGE_ID = "message id"
"""Key in an interaction's extras: the message of its response."""

ModelName = app_commands.Range[str, 1, MAX_NAME]
Change = Callable[[Callable[[LoadProgress], None]], Awaitable[ModelSpec]]


class ModelCommands(app_commands.Group):
    """The `/model` group."""

    def __init__(self, client: LecternClient) -> None:
        super().__init__(name="model", description="List the models, or switch which one answers")
        self._client = client
        self._models = client.services.models

    @app_commands.command(name="list", description="All models, their sizes, and what is here")
    async def list_models(self, interaction: discord.Interaction) -> None:
        """Everybody may look."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        statuses = await self._models.list()
        current = await self._models.current_name(conversation_of(interaction).server)
        first, *others = model_tables(statuses, current)
        await interaction.edit_original_response(content=first)
        for other in others:
            await interaction.followup.send(other, ephemeral=True)

    @app_commands.command(name="show", description="One model in detail")
    @app_commands.describe(model="Which model")
    async def show(self, interaction: discord.Interaction, model: ModelName) -> None:
        """Everybody may look."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        status = await self._models.show(model)
        await interaction.edit_original_response(content=model_details(status))

    @app_commands.command(name="switch", description="Let another model answer here (admins)")
    @app_commands.describe(model="Which model answers on this server from now on")
    async def switch(self, interaction: discord.Interaction, model: ModelName) -> None:
        """Load beside the old model, with progress in the message; then switch."""
        asker, server = asker_of(interaction), conversation_of(interaction).server
        spec = await self._change(
            interaction, lambda show: self._models.switch(asker, server, model, show)
        )
        if spec is not None:
            text = f"**{spec.name}** answers on this server from now on."
            await self._write(interaction, f"{text}\n-# {spec.figures}" if spec.figures else text)

    @app_commands.command(name="default", description="Go back to the default model (admins)")
    async def default(self, interaction: discord.Interaction) -> None:
        """Forget this server's choice; the default is loaded like any other model."""
        asker, server = asker_of(interaction), conversation_of(interaction).server
        spec = await self._change(
            interaction, lambda show: self._models.use_default(asker, server, show)
        )
        if spec is not None:
            text = f"The default model, **{spec.name}**, answers on this server from now on."
            await self._write(interaction, text)

    async def _change(self, interaction: discord.Interaction, change: Change) -> ModelSpec | None:
        """Show the progress of a change; None after a refusal, which is shown as well."""
        response = await interaction.response.defer(thinking=True)
        if response is not None:
            interaction.extras[MESSAGE_ID] = response.message_id
        if interaction.guild_id is None:
            raise NotAllowed(NOT_IN_PRIVATE)
        line = ProgressLine()
        try:
            async with writing_progress(partial(self._write, interaction), line):
                return await change(lambda newest: line.publish(progress_line(newest)))
        except BotError as refusal:
            await self._write(interaction, refusal.text)
        except asyncio.CancelledError:
            with contextlib.suppress(TimeoutError, *STUMBLES):
                async with asyncio.timeout(FAREWELL_SECONDS):
                    await self._write(interaction, RESTARTING)
            raise
        return None

    async def _write(self, interaction: discord.Interaction, text: str) -> None:
        """Put text into the response, also when its token has expired during a download."""
        try:
            await interaction.edit_original_response(content=text)
        except discord.HTTPException as error:
            message_id = interaction.extras.get(MESSAGE_ID)
            if code_of(error) not in TOKEN_EXPIRED or message_id is None:
                raise
            channel = self._client.get_partial_messageable(interaction.channel_id or 0)
            await channel.get_partial_message(message_id).edit(content=text)

    @show.autocomplete("model")
    @switch.autocomplete("model")
    async def names(
        self, interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        """Names that contain what was typed so far."""
        return await model_choices(self._client, current)


async def model_choices(client: LecternClient, typed: str) -> list[app_commands.Choice[str]]:
    """Choices for an option that names a model."""
    names = [status.spec.name for status in await client.services.models.list()]
    matching = [name for name in names if typed.lower() in name.lower()]
    return [app_commands.Choice(name=name, value=name) for name in matching[:MAX_CHOICES]]


def model_tables(statuses: Sequence[ModelStatus], current: str) -> list[str]:
    """The catalogue as tables in code blocks, so that columns stand under each other.

    Each is one message; all have the same columns.
    """
    rows = [("model", "layers", "params", "disk", "memory", "state")]
    for status in statuses:
        spec, shape = status.spec, status.shape
        rows.append(
            (
                ("→ " if spec.name == current else "  ") + shortened(spec.name, MAX_NAME),
                str(shape.num_layers) if shape else "?",
                f"{shape.num_parameters / 1e6:,.0f} M" if shape else "?",
                size(status.disk_bytes),
                size(status.memory_bytes),
                "loaded" if status.is_loaded else "on disk" if status.on_disk else "not here yet",
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    heading, *lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    below = "→ answers here"
    if current not in [status.spec.name for status in statuses]:
        name = shortened(current, MAX_NAME)
        below = f"{name} was chosen here but is no longer listed; an admin must switch."
    tables = [heading]
    for line in lines:
        if message_length(f"{tables[-1]}\n{line}") > MAX_TABLE:
            tables.append(heading)
        tables[-1] += f"\n{line}"
    messages = [f"```\n{table}\n```" for table in tables]
    messages[-1] += f"\n-# {below}"
    return messages


def model_details(status: ModelStatus) -> str:
    """One model in a few lines."""
    spec, shape = status.spec, status.shape
    state = "loaded" if status.is_loaded else "on disk" if status.on_disk else "not here yet"
    lines = [f"**{spec.name}** · {state}", f"Source: `{spec.public_source}`"]
    if spec.revision:
        lines.append(f"Revision: `{spec.revision}`")
    if shape:
        lines.append(
            f"{shape.num_layers} layers × {shape.width} wide, {shape.num_heads} heads, "
            f"{shape.num_parameters / 1e6:,.1f} million parameters, reads {shape.window:,} tokens"
        )
    if spec.figures:
        lines.append(spec.figures)
    lines.append(f"Disk: {size(status.disk_bytes)} · memory: {size(status.memory_bytes)}")
    if status.num_prompt_tokens:
        share = status.num_reused_tokens / status.num_prompt_tokens
        lines.append(
            f"Read since it was loaded: {status.num_prompt_tokens:,} tokens of prompts, "
            f"{share:.0%} of them known from earlier ones"
        )
    return "\n".join(lines)


def progress_line(progress: LoadProgress) -> str:
    """A bar of text: "loading gpt2-large ▓▓▓▓░░░░ 40 %"."""
    filled = round(progress.share * BAR_WIDTH)
    bar = "▓" * filled + "░" * (BAR_WIDTH - filled)
    return f"⏳ {progress.words} `{bar}` {progress.share:.0%}"


def size(count: int | None) -> str:
    """Bytes in GB or MB, a question mark where unknown."""
    if count is None:
        return "?"
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def register(client: LecternClient) -> None:
    """Add the commands."""
    client.tree.add_command(ModelCommands(client))
