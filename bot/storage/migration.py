"""Brings a database to the tables of this version, in one transaction or not at all."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.domain.errors import DatabaseUnusable

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


async def upgrade(engine: AsyncEngine, folder: Path = FOLDER) -> None:
    """Run what is missing.

    Raises:
        DatabaseUnusable: the database is from a newer version, or migrations are missing.
    """
    async with engine.connect() as connection:
        # Alembic changes an SQLite table by copying it and dropping the old one, which with
        # foreign keys on would delete every row that refers to it. Inside a transaction the
        # switch does nothing, so it is turned before.
        await connection.run_sync(_set_foreign_keys, "OFF")
        try:
            async with connection.begin():
                await connection.run_sync(_upgrade, folder)
        finally:
            await connection.run_sync(_set_foreign_keys, "ON")


def _set_foreign_keys(connection: Connection, switch: str) -> None:
    """Past SQLAlchemy, which would begin a transaction first."""
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={switch}")
    cursor.close()


def alembic_config(connection: Connection, folder: Path = FOLDER) -> Config:
    """Alembic's configuration without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def revision_of(connection: Connection) -> str | None:
    """The newest migration that the database has seen; None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def known_revisions(connection: Connection, folder: Path = FOLDER) -> list[str]:
    """The migrations of this version, newest first.

    Raises:
        DatabaseUnusable: the folder of migrations is missing.
    """
    if not (folder / "env.py").is_file():
        raise DatabaseUnusable(f"The folder of migrations is missing: {folder}; install it again.")
    scripts = ScriptDirectory.from_config(alembic_config(connection, folder))
    return [script.revision for script in scripts.walk_revisions()]


def _upgrade(connection: Connection, folder: Path) -> None:
    known, current = known_revisions(connection, folder), revision_of(connection)
    if current is not None and current not in known:
        raise DatabaseUnusable(
            f"The database is from a newer Lectern (its tables are at {current}); install that "
            "version, or set database.url to another file."
        )
    if current != known[0]:
        command.upgrade(alembic_config(connection, folder), "head")
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if orphans:
            raise DatabaseUnusable(
                f"The new tables would leave {len(orphans)} rows without the row that they "
                "belong to, so nothing was changed; please report this."
            )
