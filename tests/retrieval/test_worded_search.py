"""The search finds the handbook's pieces by the phrases in which people ask for them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.document import Piece
from bot.domain.note import HANDBOOK, NewNote
from bot.domain.passage import Found
from bot.domain.wording import Wording
from bot.retrieval.index import Index
from bot.storage.database import Database

QUESTION = "why does my net predict the same label?"
PIECE = Piece("When should I use F1 rather than accuracy?", "F1 suits a rare positive class.")
INDEX = Index((), [Wording("f1", PIECE.heading, ("net predicts the same label",))])


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(str(tmp_path / "lectern.db")) as database:
        await put(database, HANDBOOK, "f1", PIECE, Piece("What is recall?", "The share found."))
        await put(database, HANDBOOK, "adam", Piece("What is Adam?", "An optimiser."))
        yield database


async def put(store: Database, server: str, name: str, *pieces: Piece) -> None:
    new = NewNote(name, name, name, 1, "", "Ada", datetime(2026, 1, 1, tzinfo=UTC))
    async with store.transaction() as transaction:
        await transaction.notes.put(server, new, pieces)


async def search(store: Database, question: str, *, with_handbook: bool = True) -> Found:
    async with store.reading() as transaction:
        return await INDEX.search(
            transaction.passages, "guild", question, with_handbook=with_handbook
        )


def texts(found: Found) -> list[str]:
    return [hit.passage.text for hit in found.hits]


async def test_a_piece_is_found_that_holds_no_word_of_the_question(store: Database) -> None:
    found = await search(store, QUESTION)
    assert texts(found) == [PIECE.text]
    assert found.hits[0].coverage > 0.8


async def test_nothing_is_found_that_way_with_the_handbook_switched_off(store: Database) -> None:
    assert texts(await search(store, QUESTION, with_handbook=False)) == []


async def test_a_note_is_not_taken_for_the_piece_of_the_same_name(store: Database) -> None:
    await put(store, "guild", "f1", Piece(PIECE.heading, "The F1 race is on Sunday."))
    assert texts(await search(store, QUESTION)) == [PIECE.text]


async def test_a_note_that_holds_the_question_stays_before_a_piece_that_sounds_alike(
    store: Database,
) -> None:
    note = Piece("Homework 2", "If your net predicts the same label in task 3, mail the tutor.")
    await put(store, "guild", "homework-2", note)
    found = await search(store, "net predicts the same label in task 3 of homework 2")
    assert texts(found)[0] == note.text


async def test_a_word_that_only_the_phrases_hold_is_not_taken_for_a_misspelled_one(
    store: Database,
) -> None:
    await put(store, "guild", "words", Piece("Nets", "A lavel is something else."))
    found = await search(store, "the same label")
    assert texts(found)[0] == PIECE.text
