"""Notes come, change and go with everything that they are found by."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.document import Piece
from bot.domain.note import HANDBOOK, Note, NoteTotals
from bot.domain.passage import Origin, Passage
from bot.storage.database import Database
from tests.storage.notes import ADAM, DROPOUT, LECTURE, found, frequencies, near, new_note

LEFT_BEHIND = ("words", "trigrams", "passages", "notes")


def num_rows(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        (num,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(num)


async def test_a_note_comes_back_as_it_was_put(store: Database) -> None:
    async with store.transaction() as transaction:
        put = await transaction.notes.put("guild", LECTURE, [DROPOUT, ADAM])
    async with store.reading() as transaction:
        assert await transaction.notes.get("guild", "lecture.md") == put
        assert await transaction.notes.all("guild") == [put]
        passages = await transaction.notes.passages("guild", "lecture.md")
    assert put == Note(
        id=put.id,
        server="guild",
        name="lecture.md",
        title="Lecture 1",
        content_hash="first",
        num_bytes=70,
        num_passages=2,
        link=LECTURE.link,
        added_by="1",
        added_by_name="Ada",
        added_at=LECTURE.added_at,
    )
    assert passages[0] == Passage(
        id=passages[0].id,
        origin=Origin.NOTE,
        document="lecture.md",
        title="Lecture 1",
        heading="Regularisation",
        text=DROPOUT.text,
        page=3,
        link=LECTURE.link,
    )
    assert [passage.text for passage in passages] == [DROPOUT.text, ADAM.text]


async def test_the_same_content_changes_nothing(store: Database) -> None:
    async with store.transaction() as transaction:
        first = await transaction.notes.put("guild", LECTURE, [DROPOUT])
        before = await transaction.notes.passages("guild", "lecture.md")
        again = await transaction.notes.put("guild", new_note(added_by_name="Bob"), [ADAM])
        assert again == first
        assert await transaction.notes.passages("guild", "lecture.md") == before


async def test_new_content_takes_the_place_of_the_old(store: Database) -> None:
    async with store.transaction() as transaction:
        first = await transaction.notes.put("guild", LECTURE, [DROPOUT, ADAM])
    async with store.transaction() as transaction:
        changed = new_note(content_hash="second", title="Lecture 1b")
        second = await transaction.notes.put("guild", changed, [ADAM])
    async with store.reading() as transaction:
        assert (second.id, second.num_passages, second.title) == (first.id, 1, "Lecture 1b")
        assert await found(transaction, "guild", "dropout") == []
        assert await found(transaction, "guild", "adam") == [ADAM.text]
        assert await found(transaction, "guild", "1b") == [ADAM.text]
        assert await frequencies(transaction, "guild", "dropout", "lecture") == (0, 1)
        assert await near(transaction, "guild", "dropou") == []
        assert "adam" in await near(transaction, "guild", "adamm")


async def test_a_change_that_fails_leaves_the_note_as_it_was(store: Database) -> None:
    async with store.transaction() as transaction:
        note = await transaction.notes.put("guild", LECTURE, [DROPOUT])
    with pytest.raises(RuntimeError, match="in between"):
        async with store.transaction() as transaction:
            await transaction.notes.put("guild", new_note(content_hash="second"), [ADAM])
            await transaction.notes.put("new", LECTURE, [ADAM])
            raise RuntimeError("in between")
    async with store.reading() as transaction:
        assert await transaction.notes.all("guild") == [note]
        assert await found(transaction, "guild", "dropout", "adam") == [DROPOUT.text]
        assert await near(transaction, "guild", "dropuot") == ["dropout"]
        assert await found(transaction, "new", "adam") == []


async def test_a_removed_note_leaves_nothing(store: Database, tmp_path: Path) -> None:
    async with store.transaction() as transaction:
        await transaction.notes.put("guild", LECTURE, [DROPOUT, ADAM])
        assert await transaction.notes.remove("guild", "lecture.md")
        assert not await transaction.notes.remove("guild", "lecture.md")
        assert await found(transaction, "guild", "dropout", "adam", "lecture") == []
    for table in LEFT_BEHIND:
        assert num_rows(tmp_path / "data/lectern.db", table) == 0


async def test_a_note_of_that_name_elsewhere_stays(store: Database) -> None:
    async with store.transaction() as transaction:
        for server in ("guild", "other"):
            await transaction.notes.put(server, LECTURE, [DROPOUT])
        await transaction.notes.remove("guild", "lecture.md")
        assert await transaction.notes.all("guild") == []
        assert [note.server for note in await transaction.notes.all("other")] == ["other"]
        assert await found(transaction, "other", "dropout") == [DROPOUT.text]
        assert await near(transaction, "other", "dropot") == ["dropout"]


async def test_totals_are_of_one_server_and_of_notes_only(store: Database) -> None:
    async with store.transaction() as transaction:
        assert await transaction.notes.totals("guild") == NoteTotals(0, 0, 0)
        await transaction.notes.put("guild", LECTURE, [DROPOUT, ADAM])
        await transaction.notes.put("guild", new_note(name="b", num_bytes=30), [ADAM])
        await transaction.notes.put("other", LECTURE, [ADAM])
        await transaction.notes.put_answer("guild", 1, "Why?", "Because.", None)
        assert await transaction.notes.totals("guild") == NoteTotals(2, 100, 3)


async def test_an_endorsed_answer_is_found_until_it_is_taken_back(store: Database) -> None:
    async with store.transaction() as transaction:
        await transaction.notes.put_answer("guild", 7, "Is homework 2 graded?", "Yes.", "link")
        await transaction.notes.put_answer("guild", 7, "Is homework 2 graded?", "No.", "link")
        await transaction.notes.put_answer("guild", 8, "Is there homework?", "Some.", None)
        assert sorted(await found(transaction, "guild", "homework")) == ["No.", "Some."]
        assert await found(transaction, "guild", "endorsed") == [], "its title says nothing"
        assert not await transaction.notes.remove_answer("other", 7)
        assert await transaction.notes.remove_answer("guild", 7)
        assert not await transaction.notes.remove_answer("guild", 7)
        assert await found(transaction, "guild", "homework") == ["Some."]
        assert await near(transaction, "guild", "gradde") == []


async def test_a_note_with_the_number_of_an_answer_is_not_mistaken_for_it(
    store: Database,
) -> None:
    async with store.transaction() as transaction:
        await transaction.notes.put("guild", new_note(name="7"), [DROPOUT])
        await transaction.notes.put_answer("guild", 7, "What is Adam?", "An optimiser.", None)
        await transaction.notes.remove_answer("guild", 7)
        assert await found(transaction, "guild", "dropout", "adam") == [DROPOUT.text]


async def test_clearing_a_server_leaves_the_others(store: Database, tmp_path: Path) -> None:
    async with store.transaction() as transaction:
        for server in ("guild", "other"):
            await transaction.notes.put(server, LECTURE, [DROPOUT])
            await transaction.notes.put_answer(server, 1, "What is Adam?", "An optimiser.", None)
    async with store.transaction() as transaction:
        await transaction.notes.clear("guild")
        await transaction.notes.clear("guild")
    async with store.transaction() as transaction:
        assert await found(transaction, "guild", "dropout", "adam") == []
        assert len(await found(transaction, "other", "dropout", "adam")) == 2
        await transaction.notes.put("guild", LECTURE, [ADAM])
        assert await found(transaction, "guild", "dropout", "adam") == [ADAM.text]
    assert num_rows(tmp_path / "data/lectern.db", "libraries") == 2


async def test_the_handbook_is_marked_as_such(store: Database) -> None:
    async with store.transaction() as transaction:
        await transaction.notes.put(HANDBOOK, LECTURE, [DROPOUT])
        (passage,) = await transaction.notes.passages(HANDBOOK, "lecture.md")
    assert passage.origin is Origin.HANDBOOK


WORDS = st.sampled_from(
    ["adam", "adams", "gradient", "gradients", "loss", "naïve", "naive", "ÉCOLE", "x", "7"]
)
TEXTS = st.lists(WORDS, max_size=4).map(" ".join)
PIECES = st.lists(st.builds(Piece, TEXTS, TEXTS), max_size=3)
CHANGES = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.none() | PIECES, st.integers(0, 99)), max_size=8
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(CHANGES)
async def test_after_any_changes_everything_is_as_if_only_what_is_left_had_been_put(
    store: Database, changes: list[tuple[str, list[Piece] | None, int]]
) -> None:
    left: dict[str, tuple[str, list[Piece]]] = {}
    async with store.transaction() as transaction:
        for server in ("changed", "fresh"):
            await transaction.notes.clear(server)
        for name, pieces, number in changes:
            if pieces is None:
                await transaction.notes.remove("changed", name)
                left.pop(name, None)
            else:
                note = new_note(name=name, content_hash=str(number))
                await transaction.notes.put("changed", note, pieces)
                if name not in left or left[name][0] != str(number):
                    left[name] = (str(number), pieces)
        for name, (content_hash, pieces) in left.items():
            note = new_note(name=name, content_hash=content_hash)
            await transaction.notes.put("fresh", note, pieces)
        one, other = ("changed", "fresh")
        for word in ("adam", "gradient", "loss", "naive", "ecole", "7", "lecture"):
            assert sorted(await found(transaction, one, word)) == sorted(
                await found(transaction, other, word)
            )
        for word in ("adm", "gradinet", "niave"):
            assert await near(transaction, one, word) == await near(transaction, other, word)
        assert await transaction.notes.totals(one) == await transaction.notes.totals(other)
        some = [("adam",), ("gradient", "loss")]
        assert await transaction.passages.document_frequencies(
            one, some, with_handbook=False
        ) == await transaction.passages.document_frequencies(other, some, with_handbook=False)
