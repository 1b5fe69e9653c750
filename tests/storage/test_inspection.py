"""`lectern doctor` looks at a database without changing it."""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import DatabaseUnusable
from bot.storage.database import Database
from bot.storage.inspection import inspect_database, inspect_migrations


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data/lectern.db"


def test_a_database_that_is_not_there_will_be_made(url: str, path: Path) -> None:
    assert inspect_database(url) == (True, f"{path} will be made at the first start")
    assert inspect_migrations(url) == (True, "the tables will be made at the first start")
    assert not path.exists()


async def test_a_sound_database_is_said_to_be_so(url: str, path: Path) -> None:
    async with Database.open(url):
        pass
    assert inspect_database(url) == (True, f"{path} is sound")
    is_well, text = inspect_migrations(url)
    assert is_well
    assert re.fullmatch(r"the tables are this version's \(\d{4}\)", text)


async def test_a_database_in_use_can_be_looked_at(url: str, store: Database) -> None:
    async with store.transaction() as transaction:
        await transaction.facts.put("a", "1")
        is_well, text = inspect_database(url)
    assert is_well
    assert text.endswith("in use by a running Lectern")


async def test_damage_is_found(url: str, path: Path) -> None:
    async with Database.open(url) as store, store.transaction() as transaction:
        for number in range(200):
            await transaction.facts.put(f"fact {number}", "x" * 500)
    with path.open("r+b") as file:
        file.seek(-8 * 4096, os.SEEK_END)
        file.write(b"\xff" * 4096)
    is_well, text = inspect_database(url)
    assert not is_well
    assert "damaged" in text
    assert "\n" not in text


def test_a_file_that_is_no_database_is_refused(url: str, path: Path) -> None:
    path.parent.mkdir()
    path.write_text("These are my notes, not a database. " * 100)
    for inspect in (inspect_database, inspect_migrations):
        with pytest.raises(DatabaseUnusable, match="not a database"):
            inspect(url)


def test_older_tables_name_the_command(url: str, path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    is_well, text = inspect_migrations(url)
    assert not is_well
    assert text.endswith("run: lectern db upgrade")


async def test_a_newer_database_is_told_from_an_older_one(url: str, path: Path) -> None:
    async with Database.open(url):
        pass
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    is_well, text = inspect_migrations(url)
    assert not is_well
    assert "from a newer Lectern" in text
