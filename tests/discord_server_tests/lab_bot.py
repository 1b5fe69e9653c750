"""The lab bot: a real discord.py client with one command of every kind, to try the server on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import app_commands

Act = Callable[[discord.Interaction], Awaitable[Any]]


class LabBot(discord.Client):
    """Does what the test puts into `on_ask`; everything else is fixed."""

    def __init__(self, intents: discord.Intents | None = None) -> None:
        super().__init__(intents=intents or discord.Intents.default(), guild_ready_timeout=0.02)
        self.tree = app_commands.CommandTree(self)
        self.on_ask: Act = lambda interaction: interaction.response.send_message("hello")
        self.heard: list[discord.Message] = []
        self.events: list[str] = []
        self.task: asyncio.Task[None] | None = None
        self._add_commands()

    def _add_commands(self) -> None:
        tree = self.tree

        @tree.command(description="Ask something")
        async def ask(
            interaction: discord.Interaction,
            question: app_commands.Range[str, 2, 200],
            tokens: app_commands.Range[int, 1, 128] = 64,
        ) -> None:
            interaction.extras["question"] = question
            interaction.extras["tokens"] = tokens
            await self.on_ask(interaction)

        @ask.error
        async def failed(interaction: discord.Interaction, error: Exception) -> None:
            interaction.extras["error"] = error

        model = app_commands.Group(name="model", description="Models")

        @model.command(description="Switch")
        @app_commands.choices(size=[app_commands.Choice(name="Small", value="s")])
        async def switch(
            interaction: discord.Interaction, name: str, size: str | None = None
        ) -> None:
            await interaction.response.send_message(f"{name} {size}", ephemeral=True)

        @switch.autocomplete("name")
        async def suggest(
            interaction: discord.Interaction, current: str
        ) -> list[app_commands.Choice[str]]:
            names = ["gpt2", "gpt2-medium", "distilgpt2"]
            return [app_commands.Choice(name=n, value=n) for n in names if n.startswith(current)]

        tree.add_command(model)

        @tree.command(description="Upload a note")
        async def upload(interaction: discord.Interaction, file: discord.Attachment) -> None:
            text = (await file.read()).decode()
            await interaction.response.send_message(f"{file.filename}: {text}")

        @tree.command(description="Moderators only")
        @app_commands.default_permissions(manage_guild=True)
        async def secret(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("hush")

        @tree.context_menu(name="Ask about this message")
        async def about(interaction: discord.Interaction, message: discord.Message) -> None:
            await interaction.response.send_message(f"You mean: {message.content}", ephemeral=True)

        @tree.context_menu(name="Who is this")
        async def who(interaction: discord.Interaction, user: discord.User) -> None:
            await interaction.response.send_message(user.name)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Skip the five seconds discord.py waits before it identifies again."""

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            self.heard.append(message)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        self.events.append(event)
        super().dispatch(event, *args, **kwargs)

    async def run_in_background(self, token: str) -> None:
        """Log in and connect; raises what the login raises."""
        await self.login(token)
        self.task = asyncio.create_task(self.connect())
        ready = asyncio.create_task(self.wait_until_ready())
        await asyncio.wait([self.task, ready], timeout=5.0, return_when="FIRST_COMPLETED")
        ready.cancel()

    async def stop(self) -> None:
        """Close and wait for the end."""
        await self.close()
        if self.task is not None:
            await asyncio.wait_for(asyncio.gather(self.task, return_exceptions=True), 5.0)
