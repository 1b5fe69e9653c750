"""The one statement against the pure rule, alone and under concurrency."""

import asyncio
import tempfile
from contextlib import suppress
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.rate_limit import Limit, LimitCheck, Refusal, decide
from bot.storage.columns import to_microseconds
from bot.storage.database import Database
from tests.storage.rows import NOON, later

CHECK = LimitCheck("person", "guild:1", Limit(5, 60))


LIMITS = st.builds(Limit, st.integers(1, 8), st.integers(1, 120))
STEPS = st.integers(-300_000_000, 60_000_000)


@settings(max_examples=60, deadline=None)
@given(LIMITS, st.lists(st.tuples(STEPS, st.none() | LIMITS), min_size=1, max_size=25))
def test_the_statement_equals_the_pure_rule(
    limit: Limit, steps: list[tuple[int, Limit | None]]
) -> None:
    """Also when the clock is set back, and when an admin changes the limit in between."""

    async def play(limit: Limit) -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with Database.open(f"{folder}/l.db") as store, store.transaction() as transaction:
                tat, now = None, NOON
                for step, new_limit in steps:
                    limit = new_limit or limit
                    now += timedelta(microseconds=step)
                    expected = decide(tat, to_microseconds(now), limit)
                    retry = await transaction.limits.take([LimitCheck("s", "k", limit)], now)
                    assert (retry is None) == expected.is_allowed
                    if retry is not None:
                        assert to_microseconds(retry.retry_at) == expected.retry_at
                    else:
                        tat = expected.tat

    asyncio.run(play(limit))


async def test_of_200_at_once_exactly_the_burst_passes(store: Database) -> None:
    async def one() -> bool:
        async with store.transaction() as transaction:
            return await transaction.limits.take([CHECK], NOON) is None

    assert sum(await asyncio.gather(*(one() for _ in range(200)))) == 5


async def test_a_refusal_survives_a_restart(url: str) -> None:
    async with Database.open(url) as store, store.transaction() as transaction:
        for _ in range(5):
            assert await transaction.limits.take([CHECK], NOON) is None
    async with Database.open(url) as store, store.transaction() as transaction:
        assert await transaction.limits.take([CHECK], NOON) == Refusal(CHECK, later(12))
        assert await transaction.limits.take([CHECK], later(12)) is None


NARROW = LimitCheck("channel", "c", Limit(1, 60))


async def test_several_limits_are_charged_together_or_not_at_all(store: Database) -> None:
    async with store.transaction() as transaction:
        assert await transaction.limits.take([CHECK, NARROW], NOON) is None
        for _ in range(3):
            refusal = await transaction.limits.take([CHECK, NARROW], NOON)
            assert refusal == Refusal(NARROW, later(60))
        passed = [await transaction.limits.take([CHECK], NOON) is None for _ in range(5)]
    assert passed == [True] * 4 + [False]


async def test_of_two_refusals_the_longer_one_is_told(store: Database) -> None:
    async with store.transaction() as transaction:
        for _ in range(5):
            assert await transaction.limits.take([CHECK], NOON) is None
        assert await transaction.limits.take([NARROW], NOON) is None
        refusal = await transaction.limits.take([CHECK, NARROW], NOON)
    assert refusal == Refusal(NARROW, later(60))


async def test_a_transaction_that_is_undone_leaves_the_limits_as_they_were(store: Database) -> None:
    with suppress(LookupError):
        async with store.transaction() as transaction:
            assert await transaction.limits.take([NARROW], NOON) is None
            raise LookupError
    async with store.transaction() as transaction:
        assert await transaction.limits.take([NARROW], NOON) is None
