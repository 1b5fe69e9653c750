"""The full-text index of one server's passages.

Each server has an index of its own. In a shared one a word's rarity, which decides the order of
what is found, would depend on what other servers store, and every search would walk through
their passages. The index holds no text: what leaves it must be said to it as it went in.
"""

from collections.abc import Sequence

from sqlalchemy import TableClause, case, column, insert, literal, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from bot.domain.passage import Origin
from bot.domain.search import MAX_PHRASES, Clause, Group
from bot.domain.words import words_of
from bot.storage.tables import passages

COLUMNS = ("title", "heading", "text")
TOKENIZER = "porter unicode61 remove_diacritics 2"


class FullText:
    """The index of the library with that number; its statements, and making and dropping it."""

    def __init__(self, connection: AsyncConnection, library: int) -> None:
        self._connection = connection
        self._table = index_table(library)

    async def create(self) -> None:
        """Make it, empty."""
        columns = ", ".join(COLUMNS)
        await self._connection.execute(
            text(
                f"CREATE VIRTUAL TABLE {self._table.name} USING fts5("
                f"{columns}, content='', tokenize='{TOKENIZER}')"
            )
        )

    async def drop(self) -> None:
        """Remove it with everything in it."""
        await self._connection.execute(text(f"DROP TABLE {self._table.name}"))

    async def add(self, wanted: ColumnElement[bool]) -> None:
        """Take in stored passages."""
        source = select(passages.c.id, *_indexed()).where(wanted)
        await self._connection.execute(insert(self._table).from_select(["rowid", *COLUMNS], source))

    async def forget(self, wanted: ColumnElement[bool]) -> None:
        """Let go of passages that are still stored."""
        source = select(literal("delete"), passages.c.id, *_indexed()).where(wanted)
        await self._connection.execute(
            insert(self._table).from_select([self._table.name, "rowid", *COLUMNS], source)
        )


def index_table(library: int) -> TableClause:
    """The index as SQLAlchemy sees it; the column of its own name takes commands and queries."""
    name = f"passage_index_{library:d}"
    return table(name, column(name), column("rowid"), *(column(each) for each in COLUMNS))


def _indexed() -> tuple[ColumnElement[str], ...]:
    """What is indexed of a passage: an endorsed answer has a title that says nothing about it."""
    title = case((passages.c.origin == Origin.ANSWER, ""), else_=passages.c.title)
    return (title, passages.c.heading, passages.c.text)


def match_of(clauses: Sequence[Clause]) -> str:
    """A query in the index's own language; "" where nothing can be looked for.

    Nothing but words in quotation marks comes from outside. A clause whose phrases would make
    more than 32 is left out.
    """
    parts, left = [], MAX_PHRASES
    for clause in clauses:
        groups = [quoted_phrases(group)[:left] for group in clause.groups]
        num_phrases = sum(map(len, groups))
        if all(groups) and 0 < num_phrases <= left:
            left -= num_phrases
            wanted = " AND ".join(f"({' OR '.join(group)})" for group in groups)
            parts.append(f"{{title heading}} : ({wanted})" if clause.in_headings else f"({wanted})")
    return " OR ".join(parts)


def quoted_phrases(group: Group) -> list[str]:
    """The phrases of a group, each in quotation marks, without those that hold no word."""
    phrases = (" ".join(words_of(phrase)) for phrase in group)
    return [f'"{phrase}"' for phrase in dict.fromkeys(phrases) if phrase]
