"""People's schedules in the database: exact, apart from each other, and gone when cleared."""

from bot.domain.recall import Memory, Remembered
from bot.storage.database import Database
from tests.storage.rows import NOON, later

FRESH = Memory(1, 0, 0.212, 6.4133, later(600), NOON)
KNOWN = Memory(2, None, 1 / 3, 2 / 3, later(86_400.5), later(600))


async def test_a_card_comes_back_as_it_was_and_a_later_one_takes_its_place(store: Database) -> None:
    async with store.transaction() as transaction:
        await transaction.study.put("1", "a", FRESH)
        assert await transaction.study.memory("1", "a") == FRESH
        await transaction.study.put("1", "a", KNOWN)
    async with store.reading() as transaction:
        assert await transaction.study.remembered("1") == [Remembered("a", KNOWN)]
        assert await transaction.study.memory("1", "b") is None


async def test_clearing_one_persons_cards_leaves_the_others(store: Database) -> None:
    async with store.transaction() as transaction:
        for person in ("1", "2"):
            await transaction.study.put(person, "a", FRESH)
            await transaction.study.put(person, "b", KNOWN)
        assert await transaction.study.clear("1") == 2
        assert await transaction.study.clear("1") == 0
        assert await transaction.study.remembered("1") == []
        assert len(await transaction.study.remembered("2")) == 2


async def test_who_wants_nothing_kept_is_remembered_for_it(store: Database) -> None:
    async with store.transaction() as transaction:
        assert not await transaction.study.is_off("1")
        for _ in range(2):
            await transaction.study.turn_off("1", NOON)
        assert await transaction.study.is_off("1")
        assert not await transaction.study.is_off("2")
        for _ in range(2):
            await transaction.study.turn_on("1")
        assert not await transaction.study.is_off("1")
