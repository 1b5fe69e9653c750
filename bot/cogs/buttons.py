"""The buttons of an answer: they carry its number and so outlive the process."""

import re
from typing import Any, Self

import discord

from bot.cogs.people import DIRECT
from bot.cogs.persistent_items import HandedOn
from bot.domain.answer import Answer, AnswerKind, AnswerState
from bot.domain.card import Basis
from bot.service.snapshot import Snapshot

PREFIX = "lectern"
LABELS = {
    "stop": "Stop",
    "again": "Regenerate",
    "more": "Continue",
    "thread": "Open thread",
    "details": "Details",
    "look": "Look inside",
    "good": "👍",
    "bad": "👎",
    "endorse": "Endorse",
    "takeback": "Take back",
    "correct": "Correct",
}
JUDGING = ("good", "bad", "endorse", "takeback", "correct")
"""What people think of an answer: a row of its own below what can be done with it."""


class AnswerButton(
    HandedOn,
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=rf"{PREFIX}:(?P<deed>{'|'.join(LABELS)}):(?P<answer_id>\d+)",
):
    """One button of one answer; `bot.cogs.presses` does what it says."""

    def __init__(self, deed: str, answer_id: int, count: int = 0) -> None:
        """`count` is shown beside the label if there is anything to count."""
        label = f"{LABELS[deed]} {count:,}" if count else LABELS[deed]
        custom_id = f"{PREFIX}:{deed}:{answer_id}"
        row = int(deed in JUDGING)
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id, row=row))
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


def answer_view(
    snapshot: Snapshot, answer: Answer, *, has_thread_button: bool = False
) -> discord.ui.View:
    """The buttons below an answer in its present state."""
    deeds = ["stop"]
    if snapshot.is_final:
        deeds = [] if snapshot.reception.review is not None else ["again"]
        if snapshot.can_continue and deeds:
            deeds.append("more")
        if has_thread_button and snapshot.state in (AnswerState.DONE, AnswerState.CANCELLED):
            deeds.append("thread")
        deeds.append("details")
        if snapshot.text.strip():
            deeds.append("look")
        deeds += judging_deeds(snapshot, answer)
    reception = snapshot.reception
    counts = {"good": reception.num_good, "bad": reception.num_bad}
    view = discord.ui.View(timeout=None)
    for deed in deeds:
        view.add_item(AnswerButton(deed, snapshot.answer_id, counts.get(deed, 0)))
    return view


def judging_deeds(snapshot: Snapshot, answer: Answer) -> list[str]:
    """How people may judge an ended answer to a question.

    Discord shows everybody the same buttons, so the assistants' stand there for all, and are
    refused to others. Below a private answer and in direct messages there are none: what was
    said in private does not become a server's.
    """
    if answer.kind is not AnswerKind.ASK or not snapshot.text.strip():
        return []
    deeds = ["good", "bad"]
    if answer.is_private or answer.conversation.server.startswith(DIRECT):
        return deeds
    basis = snapshot.card.basis if snapshot.card is not None else None
    if snapshot.reception.review is not None:
        deeds.append("takeback")
    elif basis not in (Basis.ANSWERED, Basis.NOTHING):
        deeds.append("endorse")
    return [*deeds, "correct"]
