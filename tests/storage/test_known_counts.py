"""What was counted in a library is remembered for as long as it stays the same."""

import pytest

from bot.domain.document import Piece
from bot.domain.note import HANDBOOK
from bot.storage.database import Database
from bot.storage.known_counts import MAX_COUNTS, KnownCounts, LibraryState
from tests.storage.notes import LECTURE, frequencies, new_note

GUILD = LibraryState(2, 10, "guild", 15)


def test_a_count_is_known_for_the_very_same_library_and_query() -> None:
    known = KnownCounts()
    known.put(GUILD, '"adam"', 0)
    assert known.get(GUILD, '"adam"') == 0
    assert known.get(GUILD, '"sgd"') is None
    assert known.get(LibraryState(3, 10, "other", 15), '"adam"') is None
    assert known.get(LibraryState(2, 9, "guild", 15), '"adam"') is None
    assert known.get(LibraryState(2, 10, "guild", 16), '"adam"') is None


def test_the_least_recently_used_count_leaves_first() -> None:
    known = KnownCounts()
    for number in range(MAX_COUNTS):
        known.put(GUILD, str(number), number)
    known.get(GUILD, "0")
    known.put(GUILD, "one more", 1)
    assert known.get(GUILD, "0") == 0
    assert known.get(GUILD, "1") is None


async def counted(store: Database) -> tuple[int, ...]:
    async with store.reading() as transaction:
        return tuple(await frequencies(transaction, "guild", "adam", "sgd"))


async def test_every_change_of_a_library_is_seen_by_the_next_search(store: Database) -> None:
    assert await counted(store) == (0, 0)
    async with store.transaction() as transaction:
        await transaction.notes.put("guild", LECTURE, [Piece("", "adam"), Piece("", "sgd")])
    assert await counted(store) == (1, 1)
    async with store.transaction() as transaction:
        changed = new_note(content_hash="second")
        await transaction.notes.put("guild", changed, [Piece("", "adam"), Piece("", "adam")])
    assert await counted(store) == (2, 0)
    async with store.transaction() as transaction:
        await transaction.notes.remove("guild", LECTURE.name)
        await transaction.notes.put("guild", changed, [Piece("", "sgd"), Piece("", "sgd")])
    assert await counted(store) == (0, 2)
    async with store.transaction() as transaction:
        await transaction.notes.put_answer("guild", 1, "adam or sgd?", "neither", None)
    assert await counted(store) == (1, 3)
    async with store.transaction() as transaction:
        await transaction.notes.clear("guild")
    assert await counted(store) == (0, 0)


async def test_a_change_that_was_undone_leaves_no_count(store: Database) -> None:
    async with store.transaction() as transaction:
        await transaction.notes.put(HANDBOOK, LECTURE, [Piece("", "adam")])
    with pytest.raises(ZeroDivisionError):
        async with store.transaction() as transaction:
            await transaction.notes.put("guild", LECTURE, [Piece("", "adam")])
            assert await frequencies(transaction, "guild", "adam") == (1,)
            raise ZeroDivisionError
    assert await counted(store) == (0, 0)
    async with store.transaction() as transaction:
        await transaction.notes.put("guild", LECTURE, [Piece("", "sgd")])
    assert await counted(store) == (0, 1)


async def test_a_search_of_an_older_moment_leaves_no_count_to_a_newer_one(store: Database) -> None:
    async with store.transaction() as transaction:
        await transaction.notes.put("guild", LECTURE, [Piece("", "adam"), Piece("", "sgd")])
    async with store.reading() as older:
        assert tuple(await frequencies(older, "guild", "loss")) == (0,)
        async with store.transaction() as transaction:
            changed = new_note(content_hash="second")
            await transaction.notes.put("guild", changed, [Piece("", "adam"), Piece("", "adam")])
        assert await counted(store) == (2, 0)
        assert tuple(await frequencies(older, "guild", "adam", "sgd")) == (1, 1)
    assert await counted(store) == (2, 0)


async def pieces(store: Database) -> list[str]:
    """What a search reads of one place of the handbook."""
    async with store.reading() as transaction:
        search = transaction.passages
        await search.state("guild", with_handbook=True)
        found = await search.of_handbook({(LECTURE.name, "Adam"), (LECTURE.name, "Gone")})
        return [passage.text for passage in found]


async def test_a_piece_of_the_handbook_is_read_once_and_again_when_it_has_changed(
    store: Database,
) -> None:
    async with store.transaction() as transaction:
        await transaction.notes.put(HANDBOOK, LECTURE, [Piece("Adam", "adam"), Piece("", "sgd")])
    assert await pieces(store) == ["adam"]
    read = store._known_counts._read
    assert await pieces(store) == ["adam"]
    assert store._known_counts._read is read
    async with store.transaction() as transaction:
        changed = new_note(content_hash="second")
        await transaction.notes.put(HANDBOOK, changed, [Piece("Adam", "new"), Piece("", "sgd")])
    assert await pieces(store) == ["new"]
    async with store.transaction() as transaction:
        await transaction.notes.remove(HANDBOOK, LECTURE.name)
    assert await pieces(store) == []
