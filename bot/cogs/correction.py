"""The form in which a teaching assistant corrects an answer."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import discord

from bot.domain.feedback import MAX_CORRECTION_CHARACTERS
from bot.domain.question import MAX_QUESTION_CHARACTERS
from bot.service.feedback import Proposal

PREFIX = "lectern:correction:"
QUESTION, TEXT = "question", "text"
FORM_SECONDS = 3600.0
MAX_INPUT = 4_000
"""Discord's limit for a field of a form."""
WAS_CUT = "It was too long for this form: the end is missing, and would be."
_ID = re.compile(rf"{PREFIX}(\d+):")


class CorrectionForm(discord.ui.Modal, title="Correct this answer"):
    """Question and answer, filled in with what stands there.

    What is sent comes to `bot.cogs.judging` by its id, so that a form which was opened before a
    restart can still be sent after it; `nonce` tells two forms of one answer apart.
    """

    def __init__(self, answer_id: int, proposal: Proposal, nonce: str) -> None:
        super().__init__(custom_id=f"{PREFIX}{answer_id}:{nonce}", timeout=FORM_SECONDS)
        question = discord.ui.TextInput[Any](
            custom_id=QUESTION,
            style=discord.TextStyle.paragraph,
            default=_fitting(proposal.question),
            max_length=min(MAX_INPUT, MAX_QUESTION_CHARACTERS),
        )
        text = discord.ui.TextInput[Any](
            custom_id=TEXT,
            style=discord.TextStyle.paragraph,
            default=_fitting(proposal.text),
            max_length=min(MAX_INPUT, MAX_CORRECTION_CHARACTERS),
        )
        is_cut = _fitting(proposal.text) != proposal.text
        self.add_item(
            discord.ui.Label(
                text="Question",
                description="Write it so that it can be understood alone.",
                component=question,
            )
        )
        self.add_item(
            discord.ui.Label(
                text="Right answer",
                description=WAS_CUT if is_cut else "Shown from now on when this is asked here.",
                component=text,
            )
        )


def corrected_answer(interaction: discord.Interaction) -> int | None:
    """Which answer a form that was sent corrects; None for other interactions."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return None
    data: Any = interaction.data or {}
    match = _ID.match(data.get("custom_id", ""))
    return int(match[1]) if match else None


def sent_fields(interaction: discord.Interaction) -> Mapping[str, str]:
    """What stands in the fields of a form that was sent."""
    data: Any = interaction.data or {}
    return dict(_fields(data.get("components", [])))


def _fields(components: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for component in components:
        inner = component.get("component")
        yield from _fields(component.get("components", []) + ([inner] if inner else []))
        if "value" in component:
            yield component["custom_id"], component["value"]


def _fitting(text: str) -> str:
    """As much of a text as Discord lets stand in a field."""
    while len(text.encode("utf-16-le")) // 2 > MAX_INPUT:
        text = text[: min(len(text) - 1, MAX_INPUT)]
    return text
