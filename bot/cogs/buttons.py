"""The buttons of an answer: they carry its number and so outlive the process."""

import re
from typing import Any, Self

import discord

from bot.domain.answer import AnswerState
from bot.service.snapshot import Snapshot

PREFIX = "lectern"
LABELS = {
    "stop": "Stop",
    "again": "Regenerate",
    "more": "Continue",
    "thread": "Open thread",
    "details": "Details",
}


class AnswerButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=rf"{PREFIX}:(?P<deed>{'|'.join(LABELS)}):(?P<answer_id>\d+)",
):
    """One button of one answer; `bot.cogs.presses` does what it says."""

    def __init__(self, deed: str, answer_id: int) -> None:
        super().__init__(
            discord.ui.Button(label=LABELS[deed], custom_id=f"{PREFIX}:{deed}:{answer_id}")
        )
        self.deed = deed
        self.answer_id = answer_id

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction[Any],
        item: discord.ui.Item[Any],
        match: re.Match[str],
        /,
    ) -> Self:
        """The button as it was, from its id alone."""
        return cls(match["deed"], int(match["answer_id"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the press to the client's one place for presses."""
        await interaction.client.press(interaction, self.deed, self.answer_id)


def answer_view(snapshot: Snapshot, *, has_thread_button: bool = False) -> discord.ui.View:
    """The buttons below an answer in its present state."""
    deeds = ["stop"]
    if snapshot.is_final:
        deeds = ["again"]
        if snapshot.can_continue:
            deeds.append("more")
        if has_thread_button and snapshot.state in (AnswerState.DONE, AnswerState.CANCELLED):
            deeds.append("thread")
        deeds.append("details")
    view = discord.ui.View(timeout=None)
    for deed in deeds:
        view.add_item(AnswerButton(deed, snapshot.answer_id))
    return view
