"""What was counted in a library, for as long as it holds the same passages.

Most questions share their frequent words, and just those take long to count: a word of every
fifth of 100,000 passages a millisecond.
"""

from collections import OrderedDict
from dataclasses import dataclass

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


class KnownCounts:
    """In how many passages of a library a query is found; the least recently used leaves first."""

    def __init__(self) -> None:
        self._counts: OrderedDict[tuple[LibraryState, str], int] = OrderedDict()

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
