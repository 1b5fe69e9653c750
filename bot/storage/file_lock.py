"""A lock file beside the database: one process at a time."""

import fcntl
import os
from pathlib import Path
from types import TracebackType

from bot.domain.errors import DatabaseUnusable


class DatabaseInUse(DatabaseUnusable):
    """Another process has the database open."""


class FileLock:
    """Holds `FILE.lock` while the block runs; the system frees it if the process dies.

    Raises:
        DatabaseInUse: another process holds it.
        DatabaseUnusable: the folder cannot be written.
    """

    def __init__(self, database: str) -> None:
        self._database = Path(database)
        self._descriptor = -1

    def __enter__(self) -> None:
        path = self._database.with_name(self._database.name + ".lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise DatabaseUnusable(
                f"The folder {path.parent} cannot be written ({error.strerror}); check its "
                "rights, or set database.url to another place."
            ) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise DatabaseInUse(
                f"Another Lectern is using {self._database}; stop that one first, or set "
                "database.url to another file."
            ) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)
