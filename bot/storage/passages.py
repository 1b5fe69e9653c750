"""Queries that find passages; each looks into one server's library, and into the handbook."""

import itertools
import json
from collections.abc import Collection, Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Select,
    String,
    bindparam,
    func,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.note import HANDBOOK
from bot.domain.passage import Passage
from bot.domain.search import Candidate, Clause, Frequencies, Group, NearWord
from bot.storage.full_text import index_table, match_of
from bot.storage.known_counts import KnownCounts, LibraryState, Place
from bot.storage.notes import PASSAGE_COLUMNS, passage_of
from bot.storage.tables import libraries, passages
from bot.storage.vocabulary import Vocabulary

TITLE_WEIGHT, HEADING_WEIGHT, TEXT_WEIGHT = 4.0, 3.0, 1.0

KNOWN_STATEMENTS = 256
"""Pairs of libraries whose statements are kept: building one takes longer than running it."""

MAX_SCORED = 10_000
"""Passages of a library that bm25 is computed for; more hold the same word of a title, say."""

_NEWEST = select(func.max(passages.c.id)).scalar_subquery()
_LIBRARIES = select(libraries.c.id, libraries.c.num_passages, libraries.c.server, _NEWEST).where(
    libraries.c.server.in_(bindparam("servers", expanding=True))
)
_IN_PLACES = select(*PASSAGE_COLUMNS).where(
    passages.c.server == HANDBOOK,
    tuple_(passages.c.document, passages.c.heading).in_(bindparam("places", expanding=True)),
)


class PassageQueries:
    """Fulfils the domain's PassageSearch.

    Both libraries are asked in one statement: each visit to the database costs as much as many
    rows. With `known`, which needs a transaction that sees one moment, which libraries there
    are is asked once, and nothing is counted that was counted before.
    """

    def __init__(self, connection: AsyncConnection, known: KnownCounts | None = None) -> None:
        self._connection = connection
        self._known = known
        self._seen: dict[tuple[str, ...], Sequence[LibraryState]] = {}

    async def state(self, server: str, *, with_handbook: bool) -> Hashable:
        """Equal for two searches between which nothing came or went that either can find."""
        return tuple(await self._libraries(server, with_handbook))

    async def candidates(
        self, server: str, clauses: Sequence[Clause], limit: int, *, with_handbook: bool
    ) -> Sequence[Candidate]:
        """Passages that fulfil any clause, the best of each library first."""
        match = match_of(clauses)
        found = await self._libraries(server, with_handbook)
        if not match or not found:
            return []
        wanted: dict[str, str | int] = {"match": match, "limit": limit, "scored": MAX_SCORED}
        wanted |= {f"server_{each.number}": each.server for each in found}
        rows = await self._connection.execute(_candidates(_numbers(found)), wanted)
        return [
            Candidate(passage_of(passage), -cost)
            for _, cost, *passage in sorted(rows, key=lambda row: row[:2])
        ]

    async def of_handbook(self, places: Collection[Place]) -> Sequence[Passage]:
        """The handbook's passages in these places: pairs of a document and a heading."""
        wanted = list(dict.fromkeys(places))
        known = self._read_of_handbook()
        missing = [place for place in wanted if place not in known]
        if missing:
            rows = await self._connection.execute(_IN_PLACES, {"places": missing})
            found = [passage_of(row) for row in rows]
            for place in missing:
                here = (each for each in found if (each.document, each.heading) == place)
                known[place] = tuple(here)
        return [passage for place in wanted for passage in known[place]]

    def _read_of_handbook(self) -> dict[Place, tuple[Passage, ...]]:
        """What was read before, if this transaction knows that the handbook is still the same."""
        seen = itertools.chain.from_iterable(self._seen.values())
        handbook = next((each for each in seen if each.server == HANDBOOK), None)
        return {} if handbook is None or self._known is None else self._known.read(handbook)

    async def document_frequencies(
        self, server: str, groups: Sequence[Group], *, with_handbook: bool
    ) -> Frequencies:
        """How many passages there are, and in how many each group occurs."""
        found = await self._libraries(server, with_handbook)
        matches = [match_of([Clause((group,))]) for group in groups]
        counts = await self._counts(found, matches)
        return Frequencies(
            sum(each.num_passages for each in found),
            tuple(sum(counts[each, match] for each in found if match) for match in matches),
        )

    async def near_words(
        self, server: str, word: str, *, with_handbook: bool
    ) -> Sequence[NearWord]:
        """Words that share many letters with a misspelled one, the likest first."""
        found = await self._libraries(server, with_handbook)
        return await Vocabulary(self._connection).near(_numbers(found), word) if found else []

    async def _counts(
        self, found: Sequence[LibraryState], matches: Sequence[str]
    ) -> Mapping[tuple[LibraryState, str], int]:
        """In how many passages of each library each query is found."""
        counts: dict[tuple[LibraryState, str], int] = {}
        wanted = [(each, match) for match in dict.fromkeys(matches) if match for each in found]
        if self._known is not None:
            for each, match in wanted:
                count = self._known.get(each, match)
                if count is not None:
                    counts[each, match] = count
        missing = list(
            dict.fromkeys(match for each, match in wanted if (each, match) not in counts)
        )
        if not missing:
            return counts
        by_number = {each.number: each for each in found}
        rows = await self._connection.execute(
            _frequencies(_numbers(found)), {"matches": json.dumps(missing)}
        )
        for number, place, count in rows:
            library, match = by_number[number], missing[place]
            counts[library, match] = count
            if self._known is not None:
                self._known.put(library, match, count)
        return counts

    async def _libraries(self, server: str, with_handbook: bool) -> Sequence[LibraryState]:
        """Those that may be looked into."""
        servers = tuple(dict.fromkeys((server, HANDBOOK))) if with_handbook else (server,)
        seen = self._seen.get(servers)
        if seen is None:
            rows = await self._connection.execute(_LIBRARIES, {"servers": servers})
            seen = [LibraryState(*row) for row in rows]
            if self._known is not None:
                self._seen[servers] = seen
        return seen


def _numbers(found: Sequence[LibraryState]) -> tuple[int, ...]:
    return tuple(each.number for each in found)


@lru_cache(KNOWN_STATEMENTS)
def _candidates(numbers: tuple[int, ...]) -> CompoundSelect[Any]:
    """The best of each library, with its number and what bm25 says."""
    return union_all(*map(_best, numbers))


def _best(library: int) -> Select[Any]:
    index = index_table(library)
    everything = index.c[index.name]
    cost = func.bm25(everything, TITLE_WEIGHT, HEADING_WEIGHT, TEXT_WEIGHT).label("cost")
    scored = (
        select(index.c.rowid, cost)
        .where(everything.op("MATCH")(bindparam("match", type_=String)))
        .limit(bindparam("scored"))
        .subquery()
    )
    best = select(scored).order_by(scored.c.cost).limit(bindparam("limit")).subquery()
    return (
        select(literal(library), best.c.cost, *PASSAGE_COLUMNS)
        .join(best, best.c.rowid == passages.c.id)
        .where(passages.c.server == bindparam(f"server_{library}"))
    )


@lru_cache(KNOWN_STATEMENTS)
def _frequencies(numbers: tuple[int, ...]) -> CompoundSelect[Any]:
    """Library, place in a list of queries, and in how many of its passages that one is found."""
    return union_all(*map(_counts, numbers))


def _counts(library: int) -> Select[Any]:
    index = index_table(library)
    each = func.json_each(bindparam("matches", type_=String)).table_valued("key", "value")
    num = (
        select(func.count())
        .select_from(index)
        .where(index.c[index.name].op("MATCH")(each.c.value))
        .scalar_subquery()
    )
    return select(literal(library), each.c.key, num)
