"""Notes for tests."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.domain.document import Piece
from bot.domain.note import NewNote
from bot.domain.search import Clause
from bot.storage.database import Transaction
from tests.storage.rows import NOON

DROPOUT = Piece("Regularisation", "Dropout switches units off at random.", 3)
ADAM = Piece("Optimisers", "Adam adapts the step of each weight.")
LECTURE = NewNote(
    name="lecture.md",
    title="Lecture 1",
    content_hash="first",
    num_bytes=70,
    added_by="1",
    added_by_name="Ada",
    added_at=NOON,
    link="https://discord.com/channels/1/2/3",
)


def new_note(**changes: Any) -> NewNote:
    """A lecture with some things changed."""
    return replace(LECTURE, **changes)


async def found(transaction: Transaction, server: str, *phrases: str) -> list[str]:
    """The texts that a search for any of these finds in a server alone, best first."""
    candidates = await transaction.passages.candidates(
        server, [Clause((phrases,))], 99, with_handbook=False
    )
    return [candidate.passage.text for candidate in candidates]


async def frequencies(transaction: Transaction, server: str, *phrases: str) -> Sequence[int]:
    """In how many passages of a server alone each of these occurs."""
    counted = await transaction.passages.document_frequencies(
        server, [(phrase,) for phrase in phrases], with_handbook=False
    )
    return counted.counts


async def near(transaction: Transaction, server: str, word: str) -> list[str]:
    """The words of a server alone that are spelled like this one."""
    words = await transaction.passages.near_words(server, word, with_handbook=False)
    return [each.word for each in words]
