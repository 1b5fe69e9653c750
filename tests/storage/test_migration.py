"""Migrations: from nothing, from older tables, not at all, and never halfway."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, event
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.domain.answer import MessageRef
from bot.domain.conversation import Turn
from bot.domain.errors import DatabaseUnusable
from bot.domain.feedback import Reception
from bot.domain.sampling import SamplingParams
from bot.storage.database import Database
from bot.storage.migration import FOLDER, upgrade
from bot.storage.tables import metadata
from tests.storage.rows import CHANNEL, NOON, new_answer

NEWEST = max(path.name.split("_")[0] for path in (FOLDER / "versions").glob("*.py"))
HEAD = (
    "from alembic import op\nimport sqlalchemy as sa\n"
    f"revision, down_revision = '9000', '{NEWEST}'\n"
)
BROKEN = (
    "def upgrade():\n"
    "    op.create_table('half', sa.Column('id', sa.Integer))\n"
    "    op.execute('INSERT INTO nowhere VALUES (1)')\n"
)
REBUILDING = (
    "def upgrade():\n"
    "    with op.batch_alter_table('answers', recreate='always') as table:\n"
    "        table.add_column(sa.Column('extra', sa.Text()))\n"
)
ORPHANING = "def upgrade():\n    op.execute('DELETE FROM answers')\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data/lectern.db"


def query(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def migrations_with(body: str, folder: Path) -> Path:
    """A copy of the migrations with one more."""
    shutil.copytree(FOLDER, folder)
    (folder / "versions/9000_next.py").write_text(HEAD + body)
    return folder


async def remember_one(store: Database) -> int:
    """An answer with its message and turn."""
    async with store.transaction() as transaction:
        answer = await transaction.answers.add(new_answer())
        assert answer is not None
        await transaction.answers.put_message(MessageRef(answer.id, 0, "c", "n"))
        await transaction.turns.put(CHANNEL, Turn("q", "a", answer.id), "1", NOON)
    return answer.id


@pytest.mark.usefixtures("store")
async def test_migrations_make_exactly_the_tables_of_the_code(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()
    # Alembic does not compare this, and a rebuilt table loses it unless it is said again.
    counting = query(path, "SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")
    assert {name for (name,) in counting} == {
        "answers",
        "feedback",
        "libraries",
        "notes",
        "passages",
        "turns",
    }


async def test_a_second_start_changes_nothing(url: str, path: Path) -> None:
    async with Database.open(url):
        pass
    before = path.read_bytes()
    async with Database.open(url):
        pass
    assert path.read_bytes() == before


async def test_a_failed_migration_leaves_nothing(
    store: Database, path: Path, tmp_path: Path
) -> None:
    with pytest.raises(OperationalError, match="nowhere"):
        await upgrade(store._writer, migrations_with(BROKEN, tmp_path / "migrations"))
    assert query(path, "SELECT 1 FROM sqlite_master WHERE name = 'half'") == []
    assert query(path, "SELECT version_num FROM alembic_version") == [(NEWEST,)]


async def test_a_first_start_that_fails_leaves_no_tables(
    url: str, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = migrations_with(BROKEN, tmp_path / "migrations")
    monkeypatch.setattr(upgrade, "__defaults__", (folder,))
    with pytest.raises(DatabaseUnusable, match="nowhere"):
        async with Database.open(url):
            pass
    assert query(path, "SELECT name FROM sqlite_master") == []


async def test_rebuilding_a_table_keeps_the_rows_that_refer_to_it(
    store: Database, path: Path, tmp_path: Path
) -> None:
    answer_id = await remember_one(store)
    await upgrade(store._writer, migrations_with(REBUILDING, tmp_path / "migrations"))
    assert query(path, "SELECT id, extra FROM answers") == [(answer_id, None)]
    for table in ("answer_messages", "turns"):
        assert query(path, f"SELECT answer_id FROM {table}") == [(answer_id,)]
    with pytest.raises(IntegrityError):
        async with store.transaction() as transaction:
            await transaction.turns.put(CHANNEL, Turn("q", "a", 999), "1", NOON)


async def test_a_migration_that_would_orphan_rows_is_undone(
    store: Database, path: Path, tmp_path: Path
) -> None:
    answer_id = await remember_one(store)
    with pytest.raises(DatabaseUnusable, match="leave 2 rows without"):
        await upgrade(store._writer, migrations_with(ORPHANING, tmp_path / "migrations"))
    assert query(path, "SELECT id FROM answers") == [(answer_id,)]
    assert query(path, "SELECT version_num FROM alembic_version") == [(NEWEST,)]


async def test_a_database_of_a_newer_version_is_refused_and_untouched(url: str, path: Path) -> None:
    async with Database.open(url):
        pass
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(DatabaseUnusable, match="from a newer Lectern"):
        async with Database.open(url):
            pass
    assert path.read_bytes() == before


async def test_missing_migrations_are_named(store: Database, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="folder of migrations is missing"):
        await upgrade(store._writer, tmp_path / "gone")


async def test_a_current_database_is_not_migrated_again(store: Database) -> None:
    statements: list[str] = []
    event.listen(
        store._writer.sync_engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_: statements.append(statement),
    )
    await upgrade(store._writer)
    assert not [each for each in statements if each.startswith(("CREATE", "INSERT", "UPDATE"))]


async def test_what_older_tables_held_can_be_read_by_the_newest(
    url: str, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From 0003, which knew neither feedback nor decency, nor what a model was given."""
    folder = tmp_path / "migrations"
    shutil.copytree(FOLDER, folder)
    for each in (folder / "versions").glob("*.py"):
        if each.name[:4] > "0003":
            each.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(upgrade, "__defaults__", (folder,))
        async with Database.open(url):
            pass
    assert query(path, "SELECT version_num FROM alembic_version") == [("0003",)]
    with closing(sqlite3.connect(path)) as old:
        old.execute(
            "INSERT INTO answers (source, kind, state, server, channel, asker_id, asker_name,"
            " question, model, sampling, is_private, created_at, prefix, num_samples, text,"
            " num_prompt_tokens, num_new_tokens, num_dropped_turns) VALUES"
            " ('test:1', 'ask', 'done', 'guild', 'general', '1', 'Ada', 'q', 'small', ?, 0, 0,"
            " '', 1, 'a', 1, 1, 0)",
            (json.dumps({"seed": 7, "stop": ["Q:"]}),),
        )
        old.execute("INSERT INTO servers (server, model) VALUES ('guild', 'small')")
        old.commit()
    async with Database.open(url) as store, store.transaction() as transaction:
        answer = await transaction.answers.get(1)
        settings = await transaction.servers.get("guild")
        await transaction.notes.put_answer("guild", 1, "q", "a", None)
        assert len(await transaction.feedback.endorsed("guild")) == 1
        assert await transaction.feedback.reception(1) == Reception()
    assert answer is not None
    assert (answer.text, answer.drafts, answer.budget, answer.layout) == ("a", (), None, None)
    assert answer.sampling == SamplingParams(seed=7, stop=("Q:",))
    assert (settings.model, settings.decency, settings.blocked) == ("small", None, ())
