"""From a question to the passages that may answer it."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.domain.passage import Found
from bot.domain.search import Frequencies, PassageSearch
from bot.domain.wording import Wording
from bot.retrieval.correction import corrected, is_correctable
from bot.retrieval.known_leanings import KnownLeanings, Leaning, leaning
from bot.retrieval.library import Library
from bot.retrieval.plan import fallback, plan
from bot.retrieval.query import Query, read
from bot.retrieval.ranking import Ranking
from bot.retrieval.thesaurus import Thesaurus, Variant
from bot.retrieval.wordings import Wordings

MAX_CORRECTED = 6
AT_ONCE = 8
"""Passages that are ranked before others may use the event loop."""


class Index:
    """Finds passages for questions. Each search is handed the passages; none is kept."""

    def __init__(
        self,
        aliases: Iterable[Sequence[str]] = (),
        wordings: Iterable[Wording] = (),
        english: Collection[str] = (),
    ) -> None:
        """`aliases` holds for each topic of the handbook its title and its further names,
        `wordings` the phrases by which people ask for its pieces, `english` words that are
        spelled right whether or not any passage holds them.
        """
        self._english = english
        self._thesaurus = Thesaurus(aliases)
        self._wordings = Wordings(wordings)
        self._known_leanings = KnownLeanings()

    async def search(
        self,
        passages: PassageSearch,
        server: str,
        question: str,
        earlier: Sequence[str] = (),
        *,
        limit: int = 8,
        with_handbook: bool = True,
    ) -> Found:
        """The best passages of the server, and of the handbook, best first.

        `earlier` holds the questions of the thread before this one, oldest first; they are
        looked at only where the question goes on with them.
        """
        library = Library(passages, server, with_handbook=with_handbook)
        found = await self._search(library, question, earlier)
        return Found(found.hits[:limit], found.wanted, found.goes_on)

    async def _search(self, library: Library, question: str, earlier: Sequence[str]) -> Found:
        """Everything that was looked at, best first."""
        query, frequencies = await self._understood(library, question, earlier)
        if not query.terms:
            return Found()
        groups = [term.group for term in query.terms]
        weights = [term.weight for term in query.terms]
        found = await library.candidates(plan(groups, frequencies.counts, weights))
        if not found:
            found = await library.candidates(fallback(groups, frequencies.counts))
        worded = self._wordings.asked_for(query)
        found = await library.with_worded(found, worded)
        before = earlier[-query.num_earlier :] if query.num_earlier else ()
        lean = await self._leaning(library, before)
        ranking = Ranking(query, frequencies, lean, worded)
        for number, candidate in enumerate(found, 1):
            ranking.look(candidate)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
        hits = ranking.hits()
        self._known_leanings.put(await library.state(), (*before, question), leaning(hits))
        return Found(tuple(hits), tuple(ranking.wanted), query.num_earlier > 0)

    async def _leaning(self, library: Library, earlier: Sequence[str]) -> Leaning:
        """The documents that the question before was about, and how surely."""
        if not earlier:
            return {}
        known = self._known_leanings.get(await library.state(), earlier)
        if known is None:
            known = leaning((await self._search(library, earlier[-1], earlier[:-1])).hits)
        return known

    async def _understood(
        self, library: Library, question: str, earlier: Sequence[str]
    ) -> tuple[Query, Frequencies]:
        """The query with its misspelled words read right, and how frequent its terms are."""
        query = read(question, earlier, self._thesaurus)
        query, frequencies = await library.counted(query)
        fixes = await self._corrections(library, query, frequencies)
        if fixes:
            query = read(question, earlier, self._thesaurus, fixes)
            query, frequencies = await library.counted(query)
        return query, frequencies

    async def _corrections(
        self, library: Library, query: Query, frequencies: Frequencies
    ) -> Mapping[str, Variant]:
        """What to read instead of the words that no passage holds."""
        unknown = [
            word
            for term, count in zip(query.terms, frequencies.counts, strict=True)
            for word in term.words
            if count == 0 and is_correctable(word) and not self._knows(word)
        ][:MAX_CORRECTED]
        if not unknown:
            return {}
        counts = (await library.frequencies([(word,) for word in unknown])).counts
        fixes: dict[str, Variant] = {}
        for word, count in zip(unknown, counts, strict=True):
            if count:
                continue
            fix = await library.split(word) or corrected(word, await library.near(word))
            if fix is not None:
                fixes[word] = fix
        return fixes

    def _knows(self, word: str) -> bool:
        """Whether a word that no passage holds is spelled as people spell it."""
        return word in self._english or self._thesaurus.knows(word) or self._wordings.knows(word)
