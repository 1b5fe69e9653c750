"""What a search asks of the stored passages, whoever stores them."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.passage import Passage

Group = tuple[str, ...]
"""Words and phrases that count as the same; a phrase is found where its words stand together."""

MAX_PHRASES = 32
"""A search looks for no more words and phrases than this."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Passages that hold something of every group, in title or heading only if so wished."""

    groups: tuple[Group, ...]
    in_headings: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that fulfils a clause; `bm25` is higher for better ones."""

    passage: Passage
    bm25: float


@dataclass(frozen=True, slots=True)
class Frequencies:
    """In how many of a server's passages each group occurs."""

    num_passages: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NearWord:
    """A word of the notes that is spelled much like another."""

    word: str
    num_passages: int


class PassageSearch(Protocol):
    """The passages of one server, and the handbook beside them unless switched off.

    No method tells anything about what other servers store.
    """

    async def state(self, server: str, *, with_handbook: bool) -> Hashable:
        """Equal for two searches between which nothing came or went that either can find."""
        ...

    async def candidates(
        self, server: str, clauses: Sequence[Clause], limit: int, *, with_handbook: bool
    ) -> Sequence[Candidate]:
        """Passages that fulfil any clause: `limit` of the server's and as many of the handbook's.

        The best of each come first; later words than the first 32 are not looked for.
        """
        ...

    async def of_handbook(self, places: Collection[tuple[str, str]]) -> Sequence[Passage]:
        """The handbook's passages in these places: pairs of a document and a heading."""
        ...

    async def document_frequencies(
        self, server: str, groups: Sequence[Group], *, with_handbook: bool
    ) -> Frequencies:
        """How many passages there are, and in how many each group occurs."""
        ...

    async def near_words(
        self, server: str, word: str, *, with_handbook: bool
    ) -> Sequence[NearWord]:
        """Words that share many letters with a misspelled one, the likest first."""
        ...
