"""The file: transactions, migrations, refusals, and what survives a kill."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from bot.domain.errors import DatabaseUnusable
from bot.storage.database import Database
from bot.storage.migration import upgrade
from bot.storage.tables import metadata


async def test_an_exception_undoes_the_whole_transaction(store: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with store.transaction() as transaction:
            await transaction.facts.put("a", "1")
            raise ZeroDivisionError
    async with store.reading() as transaction:
        assert await transaction.facts.get("a") is None


async def test_a_hundred_read_modify_writes_at_once_lose_nothing(store: Database) -> None:
    async def add_one() -> None:
        async with store.transaction() as transaction:
            number = int(await transaction.facts.get("n") or 0)
            await asyncio.sleep(0)
            await transaction.facts.put("n", str(number + 1))

    await asyncio.gather(*(add_one() for _ in range(100)))
    async with store.reading() as transaction:
        assert await transaction.facts.get("n") == "100"


async def test_readers_do_not_wait_for_the_writer(store: Database) -> None:
    async with store.transaction() as writing:
        await writing.facts.put("a", "1")
        async with asyncio.timeout(5), store.reading() as reading:
            assert await reading.facts.get("a") is None


async def test_a_reader_cannot_write(store: Database) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        async with store.reading() as transaction:
            await transaction.facts.put("a", "1")


async def test_opening_again_keeps_everything_and_leaves_no_log_behind(
    url: str, tmp_path: Path
) -> None:
    for number in range(3):
        async with Database.open(url) as store, store.transaction() as transaction:
            assert await transaction.facts.get("n") == (str(number) if number else None)
            await transaction.facts.put("n", str(number + 1))
    log = tmp_path / "data/lectern.db-wal"
    assert not log.exists() or log.stat().st_size == 0


async def test_migrations_make_exactly_the_tables_of_the_code(url: str, tmp_path: Path) -> None:
    async with Database.open(url):
        pass
    engine = create_engine(f"sqlite:///{tmp_path}/data/lectern.db")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


async def test_a_failed_migration_leaves_nothing(store: Database, tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    source = Path(__file__).resolve().parents[2] / "migrations"
    for name in ("env.py", "script.py.mako"):
        (folder / name).write_text((source / name).read_text())
    (first,) = (source / "versions").glob("0001*.py")
    (folder / "versions" / first.name).write_text(first.read_text())
    (folder / "versions/0002_broken.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\n"
        "revision, down_revision = '0002', '0001'\n"
        "def upgrade():\n"
        "    op.create_table('half', sa.Column('id', sa.Integer))\n"
        "    op.execute('INSERT INTO nowhere VALUES (1)')\n"
    )
    with pytest.raises(OperationalError):
        await upgrade(store._writer, folder)
    with sqlite3.connect(tmp_path / "data/lectern.db") as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        versions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    connection.close()
    assert "half" not in tables
    assert versions == [("0001",)]


async def refusal(url: str) -> str:
    with pytest.raises(DatabaseUnusable) as caught:
        async with Database.open(url):
            pass
    return caught.value.text


async def test_a_database_of_a_newer_version_is_refused_and_untouched(
    url: str, tmp_path: Path
) -> None:
    async with Database.open(url):
        pass
    path = tmp_path / "data/lectern.db"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = path.read_bytes()
    assert "from a newer Lectern" in await refusal(url)
    assert path.read_bytes() == before


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("These are my notes, not a database. " * 100)
    assert "damaged or not a database" in await refusal(str(path))


async def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be written" in await refusal(str(tmp_path / "file/data/lectern.db"))


async def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    """Root may write everywhere but below /proc and /sys, which take no files from anyone."""
    assert "cannot be written" in await refusal("/proc/lectern/lectern.db")


async def test_another_kind_of_database_is_refused() -> None:
    assert "must name an SQLite file" in await refusal("postgresql+asyncpg://host/db")


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


WRITER = """
import asyncio, sys
from bot.storage.database import Database

async def main():
    async with Database.open(sys.argv[1]) as store:
        number = 0
        while True:
            number += 1
            async with store.transaction() as transaction:
                await transaction.facts.put(f"n{number}", "x" * 200)
                await transaction.facts.put("last", str(number))
            print(number, flush=True)

asyncio.run(main())
"""


@pytest.mark.parametrize("kills", [3, pytest.param(25, marks=pytest.mark.slow)])
async def test_what_was_committed_survives_a_kill(url: str, kills: int) -> None:
    for _ in range(kills):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, url, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        acknowledged = 0
        for _ in range(20 + ord(os.urandom(1))):
            acknowledged = int(await asyncio.wait_for(process.stdout.readline(), 30))
        process.send_signal(signal.SIGKILL)
        rest = await process.stdout.read()
        acknowledged = max([acknowledged, *map(int, rest.split(b"\n")[:-1])])
        await process.wait()
        async with Database.open(url) as store:
            assert await store.is_sound()
            async with store.reading() as transaction:
                last = int(await transaction.facts.get("last") or 0)
                assert last >= acknowledged
                assert await transaction.facts.get(f"n{last}") == "x" * 200
