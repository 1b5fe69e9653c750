"""What was counted and read in a library, for as long as it holds the same passages.

Most questions share their frequent words, and just those take long to count: a word of every
fifth of 100,000 passages a millisecond.
"""

from collections import OrderedDict
from dataclasses import dataclass

from bot.domain.passage import Passage

MAX_COUNTS = 10_000


@dataclass(frozen=True, slots=True)
class LibraryState:
    """A library as one reading transaction sees it.

    `newest` is the highest id of any passage in the database. Ids are never given twice and
    passages never change, so between two states with the same `newest` a library can only have
    lost passages: if its size is the same too, so is everything in it.
    """

    number: int
    num_passages: int
    server: str
    newest: int | None


Place = tuple[str, str]
"""A document and a heading in it."""


class KnownCounts:
    """In how many passages of a library a query is found; the least recently used leaves first.

    Beside them the passages of places that are asked for by their names: the handbook's.
    """

    def __init__(self) -> None:
        self._counts: OrderedDict[tuple[LibraryState, str], int] = OrderedDict()
        self._read_in: LibraryState | None = None
        self._read: dict[Place, tuple[Passage, ...]] = {}

    def get(self, library: LibraryState, match: str) -> int | None:
        """The count, or None."""
        count = self._counts.get((library, match))
        if count is not None:
            self._counts.move_to_end((library, match))
        return count

    def put(self, library: LibraryState, match: str, count: int) -> None:
        """Remember it."""
        self._counts[library, match] = count
        if len(self._counts) > MAX_COUNTS:
            self._counts.popitem(last=False)

    def read(self, library: LibraryState) -> dict[Place, tuple[Passage, ...]]:
        """The passages by place, to be looked up and added to."""
        if library != self._read_in:
            self._read_in, self._read = library, {}
        return self._read
