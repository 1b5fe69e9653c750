"""No query reads a whole table, so that years of answers cost nothing."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.answer import MessageRef, Start
from bot.domain.conversation import Turn
from bot.domain.feedback import Review, Verdict, Vote
from bot.domain.rate_limit import Limit, LimitCheck
from bot.domain.recall import Memory
from bot.domain.search import Clause
from bot.domain.server_settings import ServerSettings
from bot.storage.database import Database, Transaction
from tests.storage.notes import ADAM, DROPOUT, LECTURE, new_note
from tests.storage.rows import CHANNEL, DONE, NOON, new_answer

# Reading everything is the point of an index that holds unfinished rows only, and of a
# subquery, whose own rows are looked up in a step of their own; a virtual table is an index, and
# a constant row no table.
KNOWN = r"answers USING INDEX ix_answers_unfinished|anon_|alike|\w+ VIRTUAL|CONSTANT ROW"
SCAN = re.compile(rf"SCAN (?!{KNOWN})")
PLAIN = ("SELECT", "INSERT", "UPDATE", "DELETE")
GONE = "passage_index_2"


@pytest.fixture
def statements(store: Database) -> Iterator[dict[str, Any]]:
    """Every statement that the store runs, with its parameters."""
    seen: dict[str, Any] = {}
    engine = store._writer.sync_engine

    def note(*event: Any) -> None:
        _, _, statement, parameters, _, is_many = event
        if statement.split(maxsplit=2)[:-1] == ["WITH", "alike"] or statement.startswith(PLAIN):
            seen[statement] = parameters[0] if is_many else parameters

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


async def use_everything(transaction: Transaction) -> None:
    rows = [await transaction.answers.add(new_answer()) for _ in range(3)]
    first, second, third = [row.id for row in rows if row is not None]
    await transaction.answers.get(first)
    await transaction.answers.start(first, Start(NOON, "prompt", None, 1, 0))
    await transaction.answers.end(first, DONE)
    await transaction.answers.unfinished()
    await transaction.answers.undelivered(NOON)
    await transaction.answers.put_message(MessageRef(first, 0, "c", "n", "message"))
    await transaction.answers.messages(first)
    await transaction.answers.by_message("message")
    await transaction.answers.drop_messages(first, 1)
    await transaction.answers.mark_delivered(first, NOON)
    await transaction.turns.put(CHANNEL, Turn("q", "a", first), "1", NOON)
    await transaction.turns.newest(CHANNEL, 50)
    await transaction.turns.newest(CHANNEL, 50, before=first)
    await transaction.turns.newest(CHANNEL, 50, before=third)
    await transaction.turns.replace(first, Turn("q", "b", second))
    await transaction.turns.clear(CHANNEL)
    for _ in range(2):
        await transaction.limits.take([LimitCheck("person", "1", Limit(1, 60))], NOON)
    await transaction.servers.put("guild", ServerSettings())
    await transaction.servers.get("guild")
    await transaction.facts.put("key", "value")
    await transaction.facts.get("key")
    await transaction.notes.put("guild", LECTURE, [DROPOUT])
    await transaction.notes.put("guild", new_note(content_hash="second"), [ADAM])
    await transaction.notes.put_answer("guild", first, "q", "a", None)
    await transaction.feedback.put_vote(Vote(first, "1", "Ada", Verdict.GOOD, False, NOON))
    await transaction.feedback.vote_of(first, "1", of_correction=False)
    await transaction.feedback.put_review(
        Review(first, "5", "Tess", Verdict.CORRECTED, "q", "a", NOON)
    )
    await transaction.feedback.reception(first)
    await transaction.feedback.endorsed("guild")
    await transaction.feedback.num_endorsed("guild")
    await transaction.notes.remove_answer("guild", first)
    await transaction.turns.rewrite(first, "b")
    await transaction.answers.mark_undelivered(first)
    await transaction.notes.passages("guild", "lecture.md")
    await transaction.notes.all("guild")
    await transaction.notes.totals("guild")
    await transaction.passages.candidates("guild", [Clause((("adam",),))], 9, with_handbook=True)
    await transaction.passages.document_frequencies("guild", [("adam",)], with_handbook=True)
    await transaction.passages.near_words("guild", "adm", with_handbook=True)
    await transaction.notes.remove("guild", "lecture.md")
    await transaction.study.put("1", "card", Memory(2, None, 2.5, 5.0, NOON, NOON))
    await transaction.study.memory("1", "card")
    await transaction.study.remembered("1")
    await transaction.study.turn_off("1", NOON)
    await transaction.study.is_off("1")
    await transaction.study.turn_on("1")
    await transaction.study.clear("1")


async def use_a_library_and_clear_it(transaction: Transaction) -> None:
    await transaction.notes.put("other", LECTURE, [DROPOUT])
    await transaction.notes.clear("other")


async def test_every_query_finds_its_rows_by_an_index(
    store: Database, statements: dict[str, Any], tmp_path: Path
) -> None:
    async with store.transaction() as transaction:
        await use_everything(transaction)
        await use_a_library_and_clear_it(transaction)
    assert len(statements) > 20
    statements = {each: values for each, values in statements.items() if GONE not in each}
    with closing(sqlite3.connect(tmp_path / "data/lectern.db")) as connection:
        for statement, parameters in statements.items():
            steps = connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            scans = [step for *_, step in steps if SCAN.match(step)]
            assert not scans, statement


async def test_what_was_not_delivered_is_found_by_its_time(
    store: Database, statements: dict[str, Any], tmp_path: Path
) -> None:
    async with store.transaction() as transaction:
        await transaction.answers.undelivered(NOON)
    ((statement, parameters),) = statements.items()
    with closing(sqlite3.connect(tmp_path / "data/lectern.db")) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
    assert "ix_answers_undelivered (created_at>?)" in plan[0][3]
