"""The buttons of a comparison: they carry its number and so outlive the process."""

import re
from typing import Any, Self

import discord

from bot.cogs.comparison_text import is_cut
from bot.cogs.frame import shortened
from bot.cogs.persistent_items import HandedOn
from bot.domain.comparison import Comparison

PREFIX = "lectern-compare"
LABELS = {"stop": "Stop", "whole": "Whole answers", "reveal": "Reveal"}
MAX_NAME = 40


class ComparisonButton(
    HandedOn,
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=rf"{PREFIX}:(?P<deed>vote|{'|'.join(LABELS)}):(?P<number>\d+):(?P<position>\d)",
):
    """One button of one comparison; `bot.cogs.comparing` does what it says."""

    def __init__(self, deed: str, number: int, position: int = 0, label: str = "") -> None:
        custom_id = f"{PREFIX}:{deed}:{number}:{position}"
        shown = LABELS.get(deed, label) or "?"
        is_vote = deed == "vote"
        style = discord.ButtonStyle.primary if is_vote else discord.ButtonStyle.secondary
        super().__init__(
            discord.ui.Button(
                label=shown, custom_id=custom_id, style=style, row=0 if is_vote else 1
            )
        )
        self.deed = deed
        self.number = number
        self.position = position

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """The button as it was, from its id alone."""
        return cls(match["deed"], int(match["number"]), int(match["position"]))


def comparison_view(comparison: Comparison) -> discord.ui.View:
    """The buttons below a comparison in its present state.

    How many voted for what is told with the names only: who sees where others are would follow.
    """
    view = discord.ui.View(timeout=None)
    if not comparison.state.is_final:
        view.add_item(ComparisonButton("stop", comparison.id))
        return view
    for entry in comparison.candidates:
        label = entry.label
        if comparison.is_revealed:
            label += f" {shortened(entry.model, MAX_NAME)} · {comparison.votes[entry.position]:,}"
        view.add_item(ComparisonButton("vote", comparison.id, entry.position, label))
    if is_cut(comparison):
        view.add_item(ComparisonButton("whole", comparison.id))
    if comparison.candidates and not comparison.is_revealed:
        view.add_item(ComparisonButton("reveal", comparison.id))
    return view
