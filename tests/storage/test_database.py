"""Transactions: whole or not at all, one writer, readers beside it."""

import asyncio
import random
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.domain.conversation import Turn
from bot.storage.database import Database
from tests.storage.rows import CHANNEL, NOON


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


async def test_a_row_cannot_belong_to_nothing(store: Database) -> None:
    with pytest.raises(IntegrityError):
        async with store.transaction() as transaction:
            await transaction.turns.put(CHANNEL, Turn("q", "a", 999), "1", NOON)


async def test_a_reader_sees_one_moment(store: Database) -> None:
    async with store.reading() as reading:
        assert await reading.facts.get("a") is None
        async with store.transaction() as transaction:
            await transaction.facts.put("a", "1")
        assert await reading.facts.get("a") is None
    async with store.reading() as reading:
        assert await reading.facts.get("a") == "1"


async def test_cancelled_transactions_block_nobody_and_leave_nothing_half_done(
    store: Database, tmp_path: Path
) -> None:
    chance = random.Random(1)

    async def write(number: int) -> None:
        async with store.transaction() as transaction:
            for key in "abcd":
                await transaction.facts.put(key, str(number))

    for number in range(60):
        task = asyncio.create_task(write(number))
        await asyncio.sleep(chance.uniform(0, 0.01))
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        async with asyncio.timeout(5), store.reading() as transaction:
            assert len({await transaction.facts.get(key) for key in "abcd"}) == 1
    async with asyncio.timeout(5):
        await write(99)
    with closing(sqlite3.connect(tmp_path / "data/lectern.db")) as connection:
        values = connection.execute("SELECT DISTINCT value FROM facts").fetchall()
    assert values == [("99",)]


async def test_opening_again_keeps_everything_and_leaves_no_log_behind(
    url: str, tmp_path: Path
) -> None:
    for number in range(3):
        async with Database.open(url) as store, store.transaction() as transaction:
            assert await transaction.facts.get("n") == (str(number) if number else None)
            await transaction.facts.put("n", str(number + 1))
    log = tmp_path / "data/lectern.db-wal"
    assert not log.exists() or log.stat().st_size == 0
