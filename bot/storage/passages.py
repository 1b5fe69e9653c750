"""Queries that find passages; each looks into one server's library, and into the handbook."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Select, String, bindparam, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.note import HANDBOOK
from bot.domain.search import Candidate, Clause, Frequencies, Group, NearWord
from bot.storage.full_text import index_table, match_of
from bot.storage.notes import PASSAGE_COLUMNS, passage_of
from bot.storage.tables import libraries, passages
from bot.storage.vocabulary import Vocabulary

TITLE_WEIGHT, HEADING_WEIGHT, TEXT_WEIGHT = 4.0, 3.0, 1.0

KNOWN_STATEMENTS = 256
"""Pairs of libraries whose statements are kept: building one takes longer than running it."""

Libraries = Mapping[int, tuple[int, str]]
"""Size and server by number."""

_LIBRARIES = select(libraries.c.id, libraries.c.num_passages, libraries.c.server).where(
    libraries.c.server.in_(bindparam("servers", expanding=True))
)


class PassageQueries:
    """Fulfils the domain's PassageSearch.

    Both libraries are asked in one statement: each visit to the database costs as much as many
    rows. In a transaction that sees `one_moment`, which libraries there are is asked once.
    """

    def __init__(self, connection: AsyncConnection, *, one_moment: bool = False) -> None:
        self._connection = connection
        self._one_moment = one_moment
        self._known: dict[tuple[str, ...], Libraries] = {}

    async def candidates(
        self, server: str, clauses: Sequence[Clause], limit: int, *, with_handbook: bool
    ) -> Sequence[Candidate]:
        """Passages that fulfil any clause, the best of each library first."""
        match = match_of(clauses)
        libraries = await self._libraries(server, with_handbook)
        if not match or not libraries:
            return []
        wanted = {"match": match, "limit": limit}
        wanted |= {f"server_{number}": name for number, (_, name) in libraries.items()}
        rows = await self._connection.execute(_candidates(tuple(libraries)), wanted)
        return [
            Candidate(passage_of(passage), -cost)
            for _, cost, *passage in sorted(rows, key=lambda row: row[:2])
        ]

    async def document_frequencies(
        self, server: str, groups: Sequence[Group], *, with_handbook: bool
    ) -> Frequencies:
        """How many passages there are, and in how many each group occurs."""
        libraries = await self._libraries(server, with_handbook)
        counts = [0] * len(groups)
        if groups and libraries:
            matches = [match_of([Clause((group,))]) for group in groups]
            listed = json.dumps([match or '""' for match in matches])
            statement = _frequencies(tuple(libraries))
            for place, count in await self._connection.execute(statement, {"matches": listed}):
                counts[place] += count
        return Frequencies(sum(size for size, _ in libraries.values()), tuple(counts))

    async def near_words(
        self, server: str, word: str, *, with_handbook: bool
    ) -> Sequence[NearWord]:
        """Words that share many letters with a misspelled one, the likest first."""
        numbers = list(await self._libraries(server, with_handbook))
        return await Vocabulary(self._connection).near(numbers, word) if numbers else []

    async def _libraries(self, server: str, with_handbook: bool) -> Libraries:
        """Those that may be looked into."""
        servers = tuple({server: 0, HANDBOOK: 0} if with_handbook else {server: 0})
        known = self._known.get(servers)
        if known is None:
            rows = await self._connection.execute(_LIBRARIES, {"servers": servers})
            known = {number: (size, name) for number, size, name in rows}
            if self._one_moment:
                self._known[servers] = known
        return known


@lru_cache(KNOWN_STATEMENTS)
def _candidates(numbers: tuple[int, ...]) -> CompoundSelect[Any]:
    """The best of each library, with its number and what bm25 says."""
    return union_all(*map(_best, numbers))


def _best(library: int) -> Select[Any]:
    index = index_table(library)
    everything = index.c[index.name]
    cost = func.bm25(everything, TITLE_WEIGHT, HEADING_WEIGHT, TEXT_WEIGHT).label("cost")
    best = (
        select(index.c.rowid, cost)
        .where(everything.op("MATCH")(bindparam("match", type_=String)))
        .order_by(cost)
        .limit(bindparam("limit"))
        .subquery()
    )
    return (
        select(literal(library), best.c.cost, *PASSAGE_COLUMNS)
        .join(best, best.c.rowid == passages.c.id)
        .where(passages.c.server == bindparam(f"server_{library}"))
    )


@lru_cache(KNOWN_STATEMENTS)
def _frequencies(numbers: tuple[int, ...]) -> CompoundSelect[Any]:
    """For each place in a list of matches, in how many passages of each library it is found."""
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
    return select(each.c.key, num)
