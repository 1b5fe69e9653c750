"""A look at a database from outside, also while the bot is using it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from bot.domain.errors import DatabaseUnusable
from bot.storage.database import unusable, url_of
from bot.storage.file_lock import FileLock
from bot.storage.migration import is_current


def inspect_database(url: str) -> tuple[bool, str]:
    """Whether the database can be used, and a line about it; changes nothing in it.

    Raises:
        DatabaseUnusable: its folder cannot be written, or the file is no database.
    """
    path = Path(url_of(url))
    if not path.exists():
        with FileLock(str(path)):
            return True, f"{path} will be made at the first start"
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise unusable(url, error) from error
    if verdict != "ok":
        return False, f"{path} is damaged ({verdict}); put back a backup"
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with engine.connect() as connection:
        if is_current(connection):
            return True, f"{path} is sound and up to date{_in_use(path)}"
    return False, f"{path} has other tables than this version; run: lectern db upgrade"


def _in_use(path: Path) -> str:
    try:
        with FileLock(str(path)):
            return ""
    except DatabaseUnusable:
        return ", in use by a running Lectern"
