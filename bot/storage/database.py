"""The database file: engines, pragmas, and the two kinds of transaction.

One connection writes, several read beside it (SQLite's write-ahead log lets them), and a
lock file keeps a second process out.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import URL, Connection, delete, event, false, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import PoolResetState

from bot.domain.errors import DatabaseUnusable
from bot.storage.answers import AnswerQueries
from bot.storage.connection import OneVisitConnection
from bot.storage.facts import FactQueries
from bot.storage.feedback import FeedbackQueries
from bot.storage.file_lock import FileLock
from bot.storage.known_counts import KnownCounts
from bot.storage.migration import upgrade
from bot.storage.notes import NoteQueries
from bot.storage.passages import PassageQueries
from bot.storage.people import PeopleQueries
from bot.storage.rate_limits import RateLimitQueries
from bot.storage.servers import ServerQueries
from bot.storage.study import StudyQueries
from bot.storage.tables import facts
from bot.storage.turns import TurnQueries

NUM_READERS = 4

THREAD_END_SECONDS = 0.1
"""aiosqlite does not await the thread of a connection that could not be opened, and that
thread complains if the event loop has ended before it."""

DRIVERS = ("sqlite", "sqlite+aiosqlite")
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "trusted_schema=OFF",
    "secure_delete=ON",  # what people have deleted is overwritten, whatever SQLite was built for
)


class Transaction:
    """One open transaction, with the queries of each aggregate."""

    def __init__(self, connection: AsyncConnection, known: KnownCounts | None = None) -> None:
        self.answers = AnswerQueries(connection)
        self.turns = TurnQueries(connection)
        self.limits = RateLimitQueries(connection)
        self.servers = ServerQueries(connection)
        self.facts = FactQueries(connection)
        self.notes = NoteQueries(connection)
        self.feedback = FeedbackQueries(connection)
        self.study = StudyQueries(connection)
        self.passages = PassageQueries(connection, known)
        self.people = PeopleQueries(connection)


class Database:
    """An open database; fulfils the services' Store. Use `Database.open`."""

    def __init__(self, writer: AsyncEngine, readers: AsyncEngine) -> None:
        self._writer = writer
        self._readers = readers
        self._known_counts = KnownCounts()

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator["Database"]:
        """Open, migrate to the newest tables, and close when the block is left.

        `url` is `sqlite+aiosqlite:///FILE` or a plain file name; missing folders are made.

        Raises:
            DatabaseUnusable: one sentence: cannot be written, is no database, is from a
                newer version, is in use by another process.
        """
        with FileLock(url_of(url)):
            writer, readers = _engine(url, is_writer=True), _engine(url, is_writer=False)
            try:
                try:
                    await upgrade(writer)
                    await _try_to_write(writer)
                except (SQLAlchemyError, sqlite3.Error) as error:
                    await asyncio.sleep(THREAD_END_SECONDS)
                    raise unusable(url, error) from error
                yield cls(writer, readers)
            finally:
                # Closing the last connection moves the write-ahead log into the file, so
                # that the file alone is a whole backup.
                await readers.dispose()
                await writer.dispose()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A writing transaction; an exception undoes all of it."""
        async with self._writer.begin() as connection:
            yield Transaction(connection)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """A reading transaction, which sees one moment of the database."""
        async with self._readers.connect() as connection:
            yield Transaction(connection, self._known_counts)


def url_of(url: str) -> str:
    """The file of a database URL; `~` is the home folder.

    Raises:
        DatabaseUnusable: another kind of database, or none.
    """
    path: str | None = url
    if "://" in url:
        try:
            parsed = make_url(url)
        except ArgumentError:
            path = None
        else:
            is_plain = parsed.drivername in DRIVERS and not parsed.query
            path = parsed.database if is_plain else None
    if not path or path.startswith((":memory:", "file:", "sqlite:")):
        raise DatabaseUnusable(
            "database.url must name an SQLite file, like sqlite+aiosqlite:///data/lectern.db."
        )
    return str(Path(path).expanduser())


def unusable(url: str, error: Exception) -> DatabaseUnusable:
    """The sentence for a database error at opening."""
    path, reason = url_of(url), str(getattr(error, "orig", None) or error).lower()
    if "not a database" in reason or "malformed" in reason:
        return DatabaseUnusable(
            f"{path} is damaged or not a database; put back a backup or move the file away."
        )
    if "readonly" in reason or "unable to open" in reason:
        return DatabaseUnusable(
            f"The database {path} cannot be written; check the rights of its folder, or set "
            "database.url to another place."
        )
    if "locked" in reason:
        return DatabaseUnusable(f"The database {path} is in use by another program; close that.")
    if isinstance(error, DatabaseError) and "disk" in reason:
        return DatabaseUnusable(f"The disk of {path} is full or failing; make room and retry.")
    return DatabaseUnusable(f"The database {path} cannot be used: {reason}.")


async def _try_to_write(engine: AsyncEngine) -> None:
    """Raise if the file cannot be written; SQLite opens such a file without a word."""
    async with engine.begin() as connection:
        await connection.execute(delete(facts).where(false()))


def _engine(url: str, *, is_writer: bool) -> AsyncEngine:
    path = url_of(url)

    async def connect() -> aiosqlite.Connection:
        return await OneVisitConnection(path)

    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=path),
        async_creator=connect,
        pool_size=1 if is_writer else NUM_READERS,
        max_overflow=0,
        pool_timeout=60,
        pool_reset_on_return=None,  # see `reset` below
        hide_parameters=True,  # an error in the log must not quote a question or a token
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where `begin` below says so
        try:
            cursor = connection.cursor()
            for pragma in (*PRAGMAS, *(() if is_writer else ("query_only=ON",))):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()
        except sqlite3.Error:
            connection.close()  # the pool does not know it yet, and it owns a thread
            raise

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.begin_with_next("BEGIN IMMEDIATE" if is_writer else "BEGIN")

    @event.listens_for(engine.sync_engine, "reset")
    def reset(connection: Any, _record: Any, state: PoolResetState) -> None:
        # A rollback goes to the connection's thread and back; after a commit it has nothing
        # to undo, which the connection knows without going there.
        connection.driver_connection.begin_with_next(None)
        if state.asyncio_safe and connection.driver_connection.in_transaction:
            connection.rollback()

    return engine
