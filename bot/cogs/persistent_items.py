"""Persistent items: buttons and menus whose ids say all they do, so that a restart is no loss."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord

Item = discord.ui.Item[Any]
Press = Callable[[discord.Interaction, Any], Awaitable[None]]
"""Does what an item says, which is the second argument."""


class HandedOn:
    """What items have in common; name it before `DynamicItem`, whose callback does nothing."""

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press to whoever does what items say."""
        await interaction.client.items(interaction, self)


class PersistentItems:
    """Each kind of item, and who does what its items say; an item hands itself on to here.

    `tell_error` gets what went wrong, which the presser alone is told.
    """

    def __init__(
        self, tell_error: Callable[[discord.Interaction, BaseException], Awaitable[None]]
    ) -> None:
        self._tell_error = tell_error
        self._presses: dict[type[Item], Press] = {}

    def add(self, press: Press, *kinds: type[Item]) -> None:
        """From now on `press` does what items of these kinds say."""
        self._presses.update(dict.fromkeys(kinds, press))

    async def __call__(self, interaction: discord.Interaction, item: Item) -> None:
        """Do what an item says."""
        try:
            await self._presses[type(item)](interaction, item)
        except Exception as error:  # noqa: BLE001 - the edge: a sentence for the presser
            await self._tell_error(interaction, error)
