"""A passage: what retrieval finds, a prompt contains and an answer quotes."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.wanted import Wanted


class Origin(StrEnum):
    """Whose words a passage holds."""

    NOTE = "note"
    HANDBOOK = "handbook"
    ANSWER = "answer"
    """An answer that a teaching assistant endorsed or corrected; `heading` is its question."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a note, verbatim, and where it stands.

    `document` names the note within its server (a file's name, a handbook topic's slug), `title`
    is what people read. `link` leads to the message that it came from, where it did.
    """

    id: int
    origin: Origin
    document: str
    title: str
    heading: str
    text: str
    page: int | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found for a question.

    `score` orders hits of one search (higher is better) and means nothing beyond that.
    `coverage` is the share of the question's terms, weighted by their rarity (idf), that
    occur in the passage, its title or its heading: 0 to 1.
    """

    passage: Passage
    score: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to, and what was looked for.

    The best hits come first, but one of a server's own notes is among the first three documents
    where it is nearly as good.
    """

    hits: tuple[Hit, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    goes_on: bool = False
    """Whether the question was read as going on with the one before."""
