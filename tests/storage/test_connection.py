"""The connection visits its thread once for each statement."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.storage.connection import OneVisitConnection


class CountingConnection(OneVisitConnection):
    """Counts its visits."""

    num_visits = 0

    async def _execute(self, fn, *args, **kwargs):  # type: ignore[no-untyped-def]
        self.num_visits += 1
        return await super()._execute(fn, *args, **kwargs)


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[CountingConnection]:
    path = tmp_path / "one.db"
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT UNIQUE)")
    opened = CountingConnection(str(path))
    async with opened:
        yield opened


async def test_a_statement_its_rows_and_its_end_are_one_visit(
    connection: CountingConnection,
) -> None:
    cursor = connection.cursor()
    await cursor.execute("SELECT 1 AS one UNION SELECT 2")
    assert await cursor.fetchall() == [(1,), (2,)]
    assert await cursor.fetchall() == ()
    assert [column[0] for column in cursor.description] == ["one"]
    await cursor.close()
    assert connection.num_visits == 1


async def test_it_tells_what_was_written(connection: CountingConnection) -> None:
    cursor = connection.cursor()
    await cursor.execute("INSERT INTO words (word) VALUES (?)", ("a",))
    assert (cursor.rowcount, cursor.lastrowid, cursor.description) == (1, 1, None)
    await cursor.executemany("INSERT INTO words (word) VALUES (?)", [("b",), ("c",)])
    assert cursor.rowcount == 2
    await cursor.execute("DELETE FROM words RETURNING word")
    assert sorted(await cursor.fetchall()) == [("a",), ("b",), ("c",)]


async def test_after_a_refused_statement_the_next_one_works(
    connection: CountingConnection,
) -> None:
    cursor = connection.cursor()
    await cursor.execute("INSERT INTO words (word) VALUES ('a')")
    with pytest.raises(sqlite3.IntegrityError):
        await cursor.execute("INSERT INTO words (word) VALUES ('a')")
    await cursor.execute("SELECT word FROM words")
    assert await cursor.fetchall() == [("a",)]


async def test_a_transaction_begins_in_the_visit_of_its_first_statement(
    connection: CountingConnection,
) -> None:
    connection.begin_with_next("BEGIN IMMEDIATE")
    assert not connection.in_transaction
    cursor = connection.cursor()
    await cursor.execute("INSERT INTO words (word) VALUES ('a')")
    assert connection.num_visits == 1
    assert connection.in_transaction
    await cursor.execute("INSERT INTO words (word) VALUES ('b')")
    await connection.rollback()
    await cursor.execute("SELECT word FROM words")
    assert await cursor.fetchall() == []
