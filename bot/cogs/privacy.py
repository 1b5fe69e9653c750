"""`/privacy`: what is stored about a person, shown to them alone, and deleted if they say so."""

import re
from collections.abc import Sequence
from typing import Any, Self

import discord
from discord import app_commands

from bot.cogs.client import HAS_ANSWER, LecternClient
from bot.cogs.people import asker_of
from bot.cogs.persistent_items import HandedOn
from bot.domain.errors import NotAllowed
from bot.domain.personal import Holding

NOTHING = "Nothing is stored about you here."
INTRODUCTION = "**What is stored about you**, on every server where I am:"
KEPT = (
    "It lies in one database on the machine where I run, and stays until you delete it with "
    "`/privacy delete`. Admins of that machine can read it; nobody trains a model on it."
)
WARNING = "**This deletes what is yours for good**, on every server where I am:"
BECOMES = "These stay as the course's, without your name:"
ELSEWHERE = (
    "Messages on Discord stay until you or an admin delete them there. Prompts of others who asked "
    "on after you keep what was said before, without your name."
)
DONE = "Done. Deleted: {}."
DONE_ALREADY = "There was nothing to delete: nothing is stored about you here."
KEEP = "Nothing was deleted."
NOT_YOURS = "This button deletes somebody else's data; use `/privacy delete` for your own."


class ConfirmButton(
    HandedOn,
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"lectern:privacy:(?P<deed>delete|keep):(?P<person_id>\d+)",
):
    """Yes or no, for the person whose data it is."""

    def __init__(self, deed: str, person_id: int) -> None:
        is_deleting = deed == "delete"
        button = discord.ui.Button[Any](
            label="Delete it all" if is_deleting else "Keep it",
            style=discord.ButtonStyle.danger if is_deleting else discord.ButtonStyle.secondary,
            custom_id=f"lectern:privacy:{deed}:{person_id}",
        )
        super().__init__(button)
        self.deed = deed
        self.person_id = person_id

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """The button as it was, from its id alone."""
        return cls(match["deed"], int(match["person_id"]))


class PrivacyCommands(app_commands.Group):
    """The `/privacy` group."""

    def __init__(self, client: LecternClient) -> None:
        super().__init__(name="privacy", description="See or delete what is stored about you")
        self._client = client
        self._privacy = client.services.privacy

    @app_commands.command(name="show", description="What is stored about you, in numbers")
    async def show(self, interaction: discord.Interaction) -> None:
        """Everybody may see their own."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        holdings = await self._privacy.show(asker_of(interaction))
        await interaction.edit_original_response(content=holdings_text(holdings))

    @app_commands.command(name="delete", description="Delete all that is yours, after asking once")
    async def delete(self, interaction: discord.Interaction) -> None:
        """Ask first: what is deleted does not come back."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        holdings = await self._privacy.show(asker_of(interaction))
        if not holdings:
            await interaction.edit_original_response(content=NOTHING)
            return
        view = discord.ui.View(timeout=None)
        for deed in ("delete", "keep"):
            view.add_item(ConfirmButton(deed, interaction.user.id))
        await interaction.edit_original_response(content=warning_text(holdings), view=view)

    async def confirm(self, interaction: discord.Interaction, button: ConfirmButton) -> None:
        """Do what the button says, and say so where the buttons were.

        Raises:
            NotAllowed: it is somebody else's.
        """
        self._client.hold_farewell()
        await interaction.response.defer()
        interaction.extras[HAS_ANSWER] = True
        if interaction.user.id != button.person_id:
            raise NotAllowed(NOT_YOURS)
        said = KEEP
        if button.deed == "delete":
            said = deleted_text(await self._privacy.delete(asker_of(interaction)))
        await interaction.edit_original_response(content=said, view=None)


def holdings_text(holdings: Sequence[Holding]) -> str:
    """Numbers, what for, and how long."""
    if not holdings:
        return NOTHING
    lines = [INTRODUCTION]
    for each in holdings:
        since = f", since {each.since:%d %B %Y}".replace(" 0", " ") if each.since else ""
        lines.append(f"- **{_counted(each)}**{since}: {each.purpose}")
    return "\n".join([*lines, KEPT])


def warning_text(holdings: Sequence[Holding]) -> str:
    """What goes, and what stays."""
    gone = [f"- {_counted(each)}" for each in holdings if not each.becomes_the_servers]
    kept = [f"- {_counted(each)}" for each in holdings if each.becomes_the_servers]
    lines = [WARNING, *(gone or ["- nothing"])]
    if kept:
        lines += [BECOMES, *kept]
    return "\n".join([*lines, ELSEWHERE])


def deleted_text(holdings: Sequence[Holding]) -> str:
    """What was deleted."""
    gone = [_counted(each) for each in holdings if not each.becomes_the_servers]
    kept = [_counted(each) for each in holdings if each.becomes_the_servers]
    if not gone and not kept:
        return DONE_ALREADY
    text = DONE.format("; ".join(gone) or "nothing")
    return f"{text} Without your name from now on: {'; '.join(kept)}." if kept else text


def _counted(holding: Holding) -> str:
    return f"{holding.count:,} {holding.one if holding.count == 1 else holding.many}"


def register(client: LecternClient) -> None:
    """Add the commands, and let their buttons work after a restart too."""
    commands = PrivacyCommands(client)
    client.tree.add_command(commands)
    client.let_press(commands.confirm, ConfirmButton)
