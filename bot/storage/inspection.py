"""A look at a database from outside, also while the bot is using it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, create_engine
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from bot.storage.database import unusable, url_of
from bot.storage.file_lock import DatabaseInUse, FileLock
from bot.storage.migration import known_revisions, revision_of


def inspect_database(url: str) -> tuple[bool, str]:
    """Whether the database file is sound, and a line about it; changes nothing in it.

    Reads the whole file once, which takes about a second per gigabyte.

    Raises:
        DatabaseUnusable: its folder cannot be written, or the file is no database.
    """
    path = Path(url_of(url))
    in_use = _in_use(path)
    if not path.exists():
        return True, f"{path} will be made at the first start"
    try:
        with closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
        ) as connection:
            verdict = " ".join(connection.execute("PRAGMA quick_check(1)").fetchone()[0].split())
    except sqlite3.Error as error:
        raise unusable(url, error) from error
    if verdict != "ok":
        return False, f"{path} is damaged ({verdict}); put back a backup"
    return True, f"{path} is sound{', in use by a running Lectern' * in_use}"


def inspect_migrations(url: str) -> tuple[bool, str]:
    """Whether the database has this version's tables, and a line about it.

    Raises:
        DatabaseUnusable: the file is no database.
    """
    path = Path(url_of(url))
    if not path.exists():
        return True, "the tables will be made at the first start"
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            known, current = known_revisions(connection), revision_of(connection)
    except DatabaseError as error:
        raise unusable(url, error) from error
    if current == known[0]:
        return True, f"the tables are this version's ({current})"
    if current is None or current in known:
        return False, f"{path} has older tables than this version; run: lectern db upgrade"
    return False, f"{path} is from a newer Lectern (its tables are at {current}); install that"


def _in_use(path: Path) -> bool:
    try:
        with FileLock(str(path)):
            return False
    except DatabaseInUse:
        return True
