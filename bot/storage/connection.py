"""An SQLite connection that a statement visits once.

aiosqlite keeps each connection on a thread of its own, so that no file is read on the event
loop. Every visit there and back has to wake up a thread and then the loop, a quarter of a
millisecond on a small server, and a statement makes four: for a cursor, the statement, its
rows, and the end of the cursor. Here all of it happens in one visit, and a transaction begins
in that of its first statement.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Self

import aiosqlite

ROWS_AT_ONCE = 64
"""What aiosqlite fetches at once when its own cursors are iterated over."""


class OneVisitConnection(aiosqlite.Connection):
    """An aiosqlite connection with cursors that are done when a statement is.

    `_execute`, which runs a function on the connection's thread, is not part of aiosqlite's
    public interface, and neither is the thread.
    """

    def __init__(self, path: str) -> None:
        super().__init__(partial(sqlite3.connect, path), ROWS_AT_ONCE)
        self._thread.daemon = True  # a connection nobody closed must not keep the process

        self._beginning: str | None = None

    def cursor(self) -> "OneVisitCursor":  # type: ignore[override]
        """A cursor for one statement."""
        return OneVisitCursor(self._execute, self._begun)

    def begin_with_next(self, beginning: str | None) -> None:
        """Let the next statement run behind this one, which begins a transaction; None: alone."""
        self._beginning = beginning

    def _begun(self) -> sqlite3.Connection:
        """On the connection's thread: the connection, in its transaction."""
        if self._beginning is not None and not self._conn.in_transaction:
            self._conn.execute(self._beginning)
        self._beginning = None
        return self._conn


class OneVisitCursor:
    """What SQLAlchemy asks of a cursor; every row is there when the statement has run."""

    arraysize = 1

    def __init__(
        self, run: Callable[..., Any], connection: Callable[[], sqlite3.Connection]
    ) -> None:
        self._run = run
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
        """Run a statement and fetch its rows."""
        await self._run(self._visit, sqlite3.Cursor.execute, sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        """Run a statement once for each of the parameters."""
        await self._run(self._visit, sqlite3.Cursor.executemany, sql, parameters)
        return self

    async def fetchall(self) -> Sequence[Any]:
        """The rows."""
        rows, self._rows = self._rows, ()
        return rows

    async def close(self) -> None:
        """Nothing is open."""

    def _visit(self, execute: Callable[..., object], sql: str, parameters: Any) -> None:
        cursor = self._connection().cursor()
        try:
            execute(cursor, sql, parameters)
            self.description = cursor.description
            self._rows = cursor.fetchall() if cursor.description else ()
            self.rowcount = cursor.rowcount
            self.lastrowid = cursor.lastrowid
        finally:
            cursor.close()
