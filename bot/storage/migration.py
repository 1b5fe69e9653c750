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
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade, folder)


def alembic_config(connection: Connection, folder: Path = FOLDER) -> Config:
    """Alembic's configuration without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def is_current(connection: Connection, folder: Path = FOLDER) -> bool:
    """Whether the database has exactly this version's tables."""
    scripts = ScriptDirectory.from_config(alembic_config(connection, folder))
    return (
        MigrationContext.configure(connection).get_current_revision() == scripts.get_current_head()
    )


def _upgrade(connection: Connection, folder: Path) -> None:
    if not (folder / "env.py").is_file():
        raise DatabaseUnusable(f"The folder of migrations is missing: {folder}; install it again.")
    config = alembic_config(connection, folder)
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    if current is not None and current not in known:
        raise DatabaseUnusable(
            f"The database is from a newer Lectern (its tables are at {current}); install that "
            "version, or set database.url to another file."
        )
    if current != scripts.get_current_head():
        command.upgrade(config, "head")
