"""Comparisons in the database: entries, votes, and how models fared."""

import dataclasses
from datetime import timedelta

from sqlalchemy import delete, func, select

from bot.domain.comparison import ComparisonState, ComparisonVote, Entry, EntryState, Standing
from bot.domain.conversation import Conversation
from bot.storage.comparison_tables import comparison_answers, comparison_votes, comparisons
from bot.storage.database import Database
from tests.storage.comparisons import compared, new_comparison
from tests.storage.rows import NOON, later

ELSEWHERE = Conversation("other guild", "general")


async def test_a_comparison_comes_back_as_it_went_in(store: Database) -> None:
    async with store.transaction() as transaction:
        made = await transaction.comparisons.add(new_comparison())
        assert made is not None
        assert await transaction.comparisons.get(made.id) == made
        await transaction.comparisons.put_num_passages(made.id, 2)
        known = await transaction.comparisons.get(made.id)
    assert known is not None
    assert known.num_passages == 2
    assert [each.model for each in known.entries] == ["small", "large"]
    assert known.sampling.seed == 2**60


async def test_an_event_that_is_delivered_twice_is_compared_once(store: Database) -> None:
    async with store.transaction() as transaction:
        new = new_comparison()
        assert await transaction.comparisons.add(new) is not None
        assert await transaction.comparisons.add(new) is None


async def test_an_entry_comes_back_with_all_its_figures(store: Database) -> None:
    entry = Entry(1, "large", EntryState.DONE, "So.", None, 3, -2.5, 1.5, 0.25, 2.0, 1007, "r", "i")
    async with store.transaction() as transaction:
        made = await transaction.comparisons.add(new_comparison())
        assert made is not None
        await transaction.comparisons.put_entry(made.id, entry)
        known = await transaction.comparisons.get(made.id)
    assert known is not None
    assert known.entries == (made.entries[0], entry)


async def test_what_still_waits_at_the_end_is_left_out(store: Database) -> None:
    async with store.transaction() as transaction:
        made = await transaction.comparisons.add(new_comparison())
        assert made is not None
        done = dataclasses.replace(made.entries[0], state=EntryState.DONE, text="So.")
        await transaction.comparisons.put_entry(made.id, done)
        await transaction.comparisons.end(made.id, ComparisonState.STOPPED, reveals=True)
        known = await transaction.comparisons.get(made.id)
    assert known is not None
    assert [each.state for each in known.entries] == [EntryState.DONE, EntryState.LEFT_OUT]
    assert known.is_revealed
    assert known.state is ComparisonState.STOPPED


async def test_a_person_has_one_vote(store: Database) -> None:
    async with store.transaction() as transaction:
        made = await compared(transaction, votes={"1": 0, "2": 1})
        again = ComparisonVote(made.id, "1", 1, False, later(5))
        await transaction.comparisons.put_vote(again)
        known = await transaction.comparisons.get(made.id)
        assert await transaction.comparisons.vote_of(made.id, "1") == 1
        assert await transaction.comparisons.vote_of(made.id, "3") is None
    assert known is not None
    assert known.votes == (0, 2)


async def test_what_is_not_shown_is_found_until_it_is(store: Database) -> None:
    async with store.transaction() as transaction:
        ended = await compared(transaction)
        running = await transaction.comparisons.add(new_comparison(created_at=later(1)))
        assert running is not None
        assert await transaction.comparisons.unshown() == [ended, running]
        await transaction.comparisons.mark_shown(ended.id, later(2))
        assert await transaction.comparisons.unshown() == [running]


async def test_standings_are_shares_of_the_votes_that_could_be_won(store: Database) -> None:
    async with store.transaction() as transaction:
        await compared(transaction, ("small", "large"), {"1": 0, "2": 1, "3": 1})
        await compared(transaction, ("large", "tiny"), {"1": 0})
        standings = await transaction.comparisons.standings("guild", NOON)
    assert standings == [
        Standing("large", 2, 4, 3),
        Standing("small", 1, 3, 1),
        Standing("tiny", 1, 1, 0),
    ]


async def test_votes_of_who_knew_the_names_do_not_count_in_standings(store: Database) -> None:
    async with store.transaction() as transaction:
        await compared(transaction, votes={"1": 0}, is_blind=False)
        assert await transaction.comparisons.standings("guild", NOON) == []


async def test_standings_are_of_one_server_and_period(store: Database) -> None:
    async with store.transaction() as transaction:
        await compared(transaction, votes={"1": 0}, conversation=ELSEWHERE)
        await compared(transaction, votes={"1": 0}, created_at=NOON - timedelta(seconds=1))
        assert await transaction.comparisons.standings("guild", NOON) == []
        (first, _) = await transaction.comparisons.standings(ELSEWHERE.server, NOON)
    assert first == Standing("small", 1, 1, 1)


async def test_a_model_that_failed_could_win_nothing(store: Database) -> None:
    async with store.transaction() as transaction:
        made = await compared(transaction, ("small", "large", "tiny"), {"1": 0})
        failed = dataclasses.replace(made.entries[2], state=EntryState.FAILED, text="")
        await transaction.comparisons.put_entry(made.id, failed)
        standings = await transaction.comparisons.standings("guild", NOON)
    assert [each.model for each in standings] == ["small", "large"]


async def test_entries_and_votes_go_with_their_comparison(store: Database) -> None:
    async with store.transaction() as transaction:
        await compared(transaction, votes={"1": 0})
        connection = transaction.comparisons._connection
        await connection.execute(delete(comparisons).where(comparisons.c.person_id == "1"))
        for table in (comparison_answers, comparison_votes):
            assert await connection.scalar(select(func.count()).select_from(table)) == 0
