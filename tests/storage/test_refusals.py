"""What cannot be opened is refused with one sentence that says what to do."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.domain.errors import DatabaseUnusable
from bot.storage.database import Database, url_of

NOBODY = 65_534


async def refusal(url: str) -> str:
    with pytest.raises(DatabaseUnusable) as caught:
        async with Database.open(url):
            pass
    assert "\n" not in caught.value.text
    assert caught.value.text.endswith(".")
    return caught.value.text


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everyone reaches; pytest's own belong to one user."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def without_privileges() -> Iterator[None]:
    """Not root, for whom no file is read-only."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("These are my notes, not a database. " * 100)
    assert "damaged or not a database" in await refusal(str(path))
    assert path.read_text().startswith("These are my notes")


async def test_a_cut_off_database_is_refused(url: str, tmp_path: Path) -> None:
    async with Database.open(url):
        pass
    path = tmp_path / "data/lectern.db"
    path.write_bytes(path.read_bytes()[:6000])
    assert "damaged or not a database" in await refusal(url)


async def test_a_folder_in_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be written" in await refusal(str(tmp_path / "file/data/lectern.db"))


async def test_a_folder_as_database_is_refused(tmp_path: Path) -> None:
    assert "cannot be written" in await refusal(str(tmp_path))


async def test_a_read_only_folder_is_refused(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    with without_privileges():
        assert "cannot be written" in await refusal(f"{open_folder}/lectern.db")
        assert "cannot be written" in await refusal(f"{open_folder}/data/lectern.db")


async def test_a_read_only_file_is_refused(open_folder: Path) -> None:
    path = open_folder / "lectern.db"
    async with Database.open(str(path)):
        pass
    path.chmod(0o444)
    (open_folder / "lectern.db.lock").unlink()
    open_folder.chmod(0o777)
    with without_privileges():
        assert "cannot be written" in await refusal(str(path))


async def test_a_file_locked_by_another_program_is_refused(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Database.open(url):
        pass
    monkeypatch.setattr("bot.storage.database.PRAGMAS", ("busy_timeout=50",))
    with closing(sqlite3.connect(tmp_path / "data/lectern.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "in use by another program" in await refusal(url)


async def test_a_second_process_is_refused(url: str, store: Database) -> None:
    code = (
        "import asyncio, sys\n"
        "from bot.storage.database import Database\n"
        "from bot.domain.errors import DatabaseUnusable\n"
        "async def main():\n"
        "    try:\n"
        "        async with Database.open(sys.argv[1]): pass\n"
        "    except DatabaseUnusable as error: print(error.text)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, url, stdout=subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    assert b"Another Lectern is using" in output
    async with store.transaction() as transaction:
        await transaction.facts.put("the first", "goes on")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+asyncpg://host/db",
        "no url at all://",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///data/lectern.db?mode=ro",
        "sqlite:lectern.db",
        "file:lectern.db",
        ":memory:",
        "",
    ],
)
async def test_another_kind_of_database_is_refused(url: str) -> None:
    assert "must name an SQLite file" in await refusal(url)


def test_a_url_names_its_file() -> None:
    assert url_of("data/lectern.db") == "data/lectern.db"
    assert url_of("sqlite+aiosqlite:///data/lectern.db") == "data/lectern.db"
    assert url_of("sqlite+aiosqlite:////data/lectern.db") == "/data/lectern.db"
    assert url_of("~/lectern.db") == str(Path.home() / "lectern.db")


async def test_a_strange_name_is_taken_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a%20b?c#d ü.db"
    async with Database.open(str(path)):
        pass
    assert {each.name for each in tmp_path.iterdir()} == {path.name, f"{path.name}.lock"}
