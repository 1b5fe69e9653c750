"""What is a person's: the list knows every table, and deleting follows it."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, insert, select

from bot.domain.answer import AnswerKind, MessageRef
from bot.domain.conversation import Turn
from bot.domain.feedback import Review, Verdict, Vote
from bot.domain.personal import NOBODY, Holding
from bot.domain.rate_limit import Limit, LimitCheck
from bot.domain.recall import Memory
from bot.storage.database import Database, Transaction
from bot.storage.people import POSSESSIONS
from bot.storage.tables import metadata, rate_limits
from tests.storage.notes import DROPOUT, new_note
from tests.storage.rows import CHANNEL, NOON, later, new_answer

ADA, BOB = "101010", "202020"
OWNERS = {kind.owner for kind in POSSESSIONS}
NOT_PEOPLE = {
    "answer_messages.channel_id",
    "answer_messages.message_id",
    "answers.error_id",
}
"""Ids in text that are no person's."""
SUSPECT = re.compile(r"(^|_)(id|ids|by|name|person|asker|owner|author|member|user|student)$")
NAMES = {"answers.asker_name", "feedback.person_name", "notes.added_by_name", "notes.name"}
"""Names: of people beside their id, which go with it, and of files."""

Rows = dict[str, list[tuple[Any, ...]]]


def is_text(column: Column[Any]) -> bool:
    return column.type.python_type is str


def test_every_column_that_may_name_a_person_is_in_the_list() -> None:
    """A new table with people in it fails here until `bot.storage.people` names it."""
    suspects = {
        str(column)
        for table in metadata.sorted_tables
        for column in table.c
        if is_text(column) and SUSPECT.search(column.name)
    }
    known = {str(owner) for owner in OWNERS - {rate_limits.c.key}}
    assert suspects == known | NOT_PEOPLE | NAMES


def test_what_stays_loses_the_person_s_id_and_name() -> None:
    for kind in POSSESSIONS:
        if kind.becomes is not None:
            beside = {each.name for each in kind.table.c if str(each) in NAMES - {"notes.name"}}
            assert {kind.owner.name, *beside} <= set(kind.becomes)


async def store_all_of(transaction: Transaction, person_id: str, name: str) -> list[int]:
    """Rows of every kind: asked, explained, approved, voted, reviewed, noted, limited."""
    ids = []
    for kind in (AnswerKind.ASK, AnswerKind.COMPLETE, AnswerKind.EXPLAIN, AnswerKind.ASK):
        row = await transaction.answers.add(
            new_answer(asker_id=person_id, asker_name=name, kind=kind, created_at=later(len(ids)))
        )
        assert row is not None
        ids.append(row.id)
        message = f"message of {row.id}"
        await transaction.answers.put_message(MessageRef(row.id, 0, "c", "n", message))
        await transaction.turns.put(CHANNEL, Turn("q", "a", row.id), person_id, NOON)
    approved = ids[-1]
    await transaction.notes.put_answer("guild", approved, "What is it?", "This.", None)
    await transaction.feedback.put_review(
        Review(approved, person_id, name, Verdict.ENDORSED, "What is it?", "This.", NOON)
    )
    await transaction.notes.put(
        "guild",
        new_note(name=f"{name[0]}.md", added_by=person_id, added_by_name=name),
        [DROPOUT],
    )
    await transaction.limits.take([LimitCheck("person", f"guild:{person_id}", Limit(1, 60))], NOON)
    await transaction.limits.take([LimitCheck("quiz", f"quiz:{person_id}", Limit(1, 60))], NOON)
    await transaction.study.put(person_id, "card", Memory(2, None, 2.5, 5.0, later(60), NOON))
    await transaction.study.turn_off(person_id, NOON)
    return ids


async def rows(store: Database) -> Rows:
    """Everything that is stored."""
    async with store.reading() as transaction:
        connection = transaction.people._connection
        return {
            table.name: [tuple(row) for row in await connection.execute(select(table))]
            for table in metadata.sorted_tables
        }


def of(person_id: str, stored: Rows) -> Rows:
    """The rows with a person's id in them."""
    return {
        table: [row for row in found if any(person_id in str(cell) for cell in row)]
        for table, found in stored.items()
    }


@pytest.fixture
async def both(store: Database) -> dict[str, list[int]]:
    """Ada and Bob have a row of every kind, and have voted on each other's answers."""
    async with store.transaction() as transaction:
        ids = {
            ADA: await store_all_of(transaction, ADA, "Ada"),
            BOB: await store_all_of(transaction, BOB, "Bob"),
        }
        for voter, name, answer_id in ((ADA, "Ada", ids[BOB][0]), (BOB, "Bob", ids[BOB][1])):
            await transaction.feedback.put_vote(
                Vote(answer_id, voter, name, Verdict.GOOD, False, NOON)
            )
    return ids


@pytest.mark.usefixtures("both")
async def test_every_kind_is_counted(store: Database) -> None:
    async with store.reading() as transaction:
        found = await transaction.people.holdings(ADA)
    assert [(each.many, each.count, each.becomes_the_servers) for each in found] == [
        ("turns in channels and threads", 4, False),
        ("votes on answers", 1, False),
        ("cards of the quiz schedule", 1, False),
        ("wishes to keep no quiz schedule", 1, False),
        ("answers approved or corrected as an assistant", 1, True),
        ("notes added to a course", 1, True),
        ("questions whose answers an assistant approved", 1, True),
        ("texts given to /explain", 1, False),
        ("questions and texts to continue, with what was answered", 2, False),
        ("counters of a rate limit", 2, False),
    ]
    assert len(found) == len(POSSESSIONS)
    assert found[-2] == Holding(
        POSSESSIONS[-2].one, POSSESSIONS[-2].many, POSSESSIONS[-2].purpose, 2, NOON
    )


@pytest.mark.usefixtures("both")
async def test_after_deleting_no_row_has_the_person_s_id_and_others_have_all_of_theirs(
    store: Database,
) -> None:
    before = of(BOB, await rows(store))
    async with store.transaction() as transaction:
        await transaction.people.forget(ADA)
    after = await rows(store)
    assert not any(of(ADA, after).values())
    assert not any(of("Ada", after).values())
    assert of(BOB, after) == before
    async with store.reading() as transaction:
        assert await transaction.people.holdings(ADA) == []


async def test_an_approved_answer_becomes_the_server_s(
    store: Database, both: dict[str, list[int]]
) -> None:
    async with store.transaction() as transaction:
        await transaction.people.forget(ADA)
        kept = [await transaction.answers.get(number) for number in both[ADA]]
        (_, ada_s) = await transaction.feedback.endorsed("guild")
    assert kept[:3] == [None, None, None]
    assert kept[3] is not None
    assert (kept[3].asker_id, kept[3].asker_name, kept[3].prompt) == ("", NOBODY, None)
    assert kept[3].question == "What is dropout?"
    assert (ada_s.answer_id, ada_s.person_name) == (both[ADA][3], NOBODY)


async def test_an_answer_stays_approved_whose_reviewer_left_before(
    store: Database, both: dict[str, list[int]]
) -> None:
    """Its passage alone says so where an older version deleted the review."""
    number = both[ADA][3]
    async with store.transaction() as transaction:
        await transaction.feedback.drop_review(number)
        await transaction.people.forget(ADA)
        assert await transaction.answers.get(number) is not None
        assert await transaction.answers.get(both[ADA][0]) is None


async def test_no_message_is_noted_of_an_answer_that_is_gone(
    store: Database, both: dict[str, list[int]]
) -> None:
    number = both[ADA][0]
    async with store.transaction() as transaction:
        await transaction.people.forget(ADA)
        await transaction.answers.put_message(MessageRef(number, 1, "c", "n", "late"))
        assert await transaction.answers.messages(number) == []


async def test_a_person_whose_id_ends_alike_keeps_their_limits(store: Database) -> None:
    async with store.transaction() as transaction:
        await transaction.people._connection.execute(
            insert(rate_limits),
            [
                {"scope": "person", "key": "guild:9101010", "tat": 1},
                {"scope": "channel", "key": f"guild:{ADA}", "tat": 1},
                {"scope": "person", "key": f"guild:{ADA}", "tat": 1},
            ],
        )
        await transaction.people.forget(ADA)
        left = await transaction.people._connection.execute(select(rate_limits.c.key))
        assert sorted(left.scalars()) == [f"guild:{ADA}", "guild:9101010"]


async def test_what_was_deleted_is_not_in_the_file_either(url: str, tmp_path: Path) -> None:
    secret = "a question that nobody shall find again"
    async with Database.open(url) as store:
        async with store.transaction() as transaction:
            await transaction.answers.add(new_answer(asker_id=ADA, question=secret))
        async with store.transaction() as transaction:
            await transaction.people.forget(ADA)
    content = b"".join(file.read_bytes() for file in (tmp_path / "data").iterdir())
    assert secret.encode() not in content
    assert b"SQLite" in content
