"""The one place that presses of lasting buttons and menus go through."""

from typing import Any, cast

import discord

from bot.cogs.persistent_items import PersistentItems


class Yes(discord.ui.Button[Any]):
    pass


class No(discord.ui.Button[Any]):
    pass


PRESSED = cast("discord.Interaction", object())


async def test_each_kind_of_item_is_handed_to_who_does_what_it_says() -> None:
    done: list[tuple[str, discord.ui.Item[Any]]] = []

    async def agree(interaction: discord.Interaction, item: Yes) -> None:
        done.append(("agreed", item))

    async def refuse(interaction: discord.Interaction, item: No) -> None:
        done.append(("refused", item))

    async def tell(interaction: discord.Interaction, error: BaseException) -> None:
        raise error

    items = PersistentItems(tell)
    items.add(agree, Yes)
    items.add(refuse, No)
    pressed = [Yes(), No(), Yes()]
    for item in pressed:
        await items(PRESSED, item)
    assert done == list(zip(("agreed", "refused", "agreed"), pressed, strict=True))


async def test_what_goes_wrong_is_told_to_the_presser() -> None:
    told: list[tuple[discord.Interaction, str]] = []

    async def fail(interaction: discord.Interaction, item: Yes) -> None:
        raise RuntimeError("broken")

    async def tell(interaction: discord.Interaction, error: BaseException) -> None:
        told.append((interaction, str(error)))

    items = PersistentItems(tell)
    items.add(fail, Yes)
    await items(PRESSED, Yes())
    assert told == [(PRESSED, "broken")]
