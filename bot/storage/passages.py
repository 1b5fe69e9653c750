"""Queries that find passages; each looks into one server's library, and into the handbook."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, String, bindparam, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.note import HANDBOOK
from bot.domain.passage import Passage
from bot.domain.search import Candidate, Clause, Frequencies, Group, NearWord
from bot.storage.full_text import index_table, match_of
from bot.storage.notes import PASSAGE_COLUMNS, passage_of
from bot.storage.tables import libraries, passages
from bot.storage.vocabulary import Vocabulary

TITLE_WEIGHT, HEADING_WEIGHT, TEXT_WEIGHT = 4.0, 3.0, 1.0

_LIBRARIES = select(libraries.c.id, libraries.c.num_passages, libraries.c.server).where(
    libraries.c.server.in_(bindparam("servers", expanding=True))
)
_IN_PLACES = select(*PASSAGE_COLUMNS).where(
    passages.c.server == HANDBOOK,
    tuple_(passages.c.document, passages.c.heading).in_(bindparam("places", expanding=True)),
)


class PassageQueries:
    """Fulfils the domain's PassageSearch."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def candidates(
        self, server: str, clauses: Sequence[Clause], limit: int, *, with_handbook: bool
    ) -> Sequence[Candidate]:
        """Passages that fulfil any clause, the best of each library first."""
        match = match_of(clauses)
        if not match:
            return []
        found: list[Candidate] = []
        for number, (_, name) in (await self._libraries(server, with_handbook)).items():
            wanted = {"match": match, "limit": limit, "of_server": name}
            rows = await self._connection.execute(_candidates(number), wanted)
            for row in rows.mappings():
                values = dict(row)
                cost = values.pop("cost")
                found.append(Candidate(passage_of(values), -cost))
        return found

    async def of_handbook(self, places: Collection[tuple[str, str]]) -> Sequence[Passage]:
        """The handbook's passages in these places: pairs of a document and a heading."""
        rows = await self._connection.execute(_IN_PLACES, {"places": list(places)})
        return [passage_of(dict(row)) for row in rows.mappings()]

    async def document_frequencies(
        self, server: str, groups: Sequence[Group], *, with_handbook: bool
    ) -> Frequencies:
        """How many passages there are, and in how many each group occurs."""
        matches = [match_of([Clause((group,))]) for group in groups]
        listed = json.dumps([match or '""' for match in matches])
        counts, num_passages = [0] * len(groups), 0
        for number, (size, _) in (await self._libraries(server, with_handbook)).items():
            num_passages += size
            rows = await self._connection.execute(_frequencies(number), {"matches": listed})
            for place, count in rows:
                counts[place] += count
        return Frequencies(num_passages, tuple(counts))

    async def near_words(
        self, server: str, word: str, *, with_handbook: bool
    ) -> Sequence[NearWord]:
        """Words that share many letters with a misspelled one, the likest first."""
        numbers = list(await self._libraries(server, with_handbook))
        return await Vocabulary(self._connection).near(numbers, word) if numbers else []

    async def _libraries(self, server: str, with_handbook: bool) -> dict[int, tuple[int, str]]:
        """Size and server by number, of those libraries that may be looked into."""
        servers = list({server, HANDBOOK} if with_handbook else {server})
        rows = await self._connection.execute(_LIBRARIES, {"servers": servers})
        return {number: (size, name) for number, size, name in rows}


def _candidates(library: int) -> Select[Any]:
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
        select(*PASSAGE_COLUMNS, best.c.cost)
        .join(best, best.c.rowid == passages.c.id)
        .where(passages.c.server == bindparam("of_server"))
        .order_by(best.c.cost)
    )


def _frequencies(library: int) -> Select[Any]:
    index = index_table(library)
    each = func.json_each(bindparam("matches", type_=String)).table_valued("key", "value")
    num = (
        select(func.count())
        .select_from(index)
        .where(index.c[index.name].op("MATCH")(each.c.value))
        .scalar_subquery()
    )
    return select(each.c.key, num)
