"""The passages that one search may look into: one server's, perhaps with the handbook."""

from collections.abc import Hashable, Iterable, Sequence

from bot.domain.search import (
    Candidate,
    Clause,
    Frequencies,
    Group,
    NearWord,
    PassageSearch,
)
from bot.retrieval.correction import splits
from bot.retrieval.query import Query, joinable, with_joined
from bot.retrieval.thesaurus import Variant

MAX_CANDIDATES = 32
"""Of the server's own passages, and as many of the handbook's."""

MAX_SPLIT = 40
"""Letters of a word that may be two; a longer one has too many ways to be taken apart."""


class Library:
    """What is asked of the stored passages, always of the same server."""

    def __init__(self, passages: PassageSearch, server: str, *, with_handbook: bool) -> None:
        self._passages = passages
        self._server = server
        self._with_handbook = with_handbook

    async def state(self) -> Hashable:
        """Equal for two searches between which nothing came or went that either can find."""
        return await self._passages.state(self._server, with_handbook=self._with_handbook)

    async def candidates(self, clauses: Sequence[Clause]) -> Sequence[Candidate]:
        """Passages that fulfil any of the clauses."""
        if not clauses:
            return ()
        return await self._passages.candidates(
            self._server, clauses, MAX_CANDIDATES, with_handbook=self._with_handbook
        )

    async def with_worded(
        self, found: Sequence[Candidate], worded: Iterable[tuple[str, str]]
    ) -> Sequence[Candidate]:
        """Those found and, unless switched off, the handbook's passages in these places."""
        places = set(worded) if self._with_handbook else set()
        known = {each.passage.id for each in found}
        more = await self._passages.of_handbook(places) if places else ()
        return [*found, *(Candidate(each, 0.0) for each in more if each.id not in known)]

    async def frequencies(self, groups: Sequence[Group]) -> Frequencies:
        """How many passages there are, and in how many each group occurs."""
        return await self._passages.document_frequencies(
            self._server, groups, with_handbook=self._with_handbook
        )

    async def near(self, word: str) -> Sequence[NearWord]:
        """Words that are spelled much like this one."""
        return await self._passages.near_words(
            self._server, word, with_handbook=self._with_handbook
        )

    async def counted(self, query: Query) -> tuple[Query, Frequencies]:
        """The query with neighbouring words taken together where the passages do so, and how
        frequent its terms are.
        """
        pairs = joinable(query)
        groups = [term.group for term in query.terms]
        found = await self.frequencies([*groups, *(("".join(pair),) for pair in pairs)])
        written = [
            pair for pair, count in zip(pairs, found.counts[len(groups) :], strict=True) if count
        ]
        joined = with_joined(query, written)
        if joined == query:
            return query, Frequencies(found.num_passages, found.counts[: len(groups)])
        counted = dict(zip(groups, found.counts, strict=False))
        new = [term.group for term in joined.terms if term.group not in counted]
        counted |= zip(new, (await self.frequencies(new)).counts, strict=True)
        return joined, Frequencies(
            found.num_passages, tuple(counted[term.group] for term in joined.terms)
        )

    async def split(self, word: str) -> Variant | None:
        """An unknown word read as the two words that the passages have instead."""
        ways = splits(word) if len(word) <= MAX_SPLIT else []
        counts = (await self.frequencies([(" ".join(way),) for way in ways])).counts if ways else ()
        num, way = max(zip(counts, ways, strict=True), default=(0, ("", "")))
        return Variant(way, 1.0) if num else None
