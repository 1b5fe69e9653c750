"""Votes on comparisons: one a person, blind until names are known, on one server."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.comparison import Comparison, ComparisonState, EntryState, Standing
from bot.domain.errors import NotAllowed, NotFound, QuestionRefused
from bot.service.services import Services
from bot.storage.database import Database
from tests.scripted_models import Script, ScriptedPool, SetClock
from tests.service.asking import ADA, ADMIN, BOB, CHANNEL
from tests.service.test_compare import last_of, running, wish
from tests.storage.comparisons import compared, new_comparison
from tests.storage.rows import NOON

SERVER = CHANNEL.server


async def secret(services: Services, *models: str) -> Comparison:
    """A comparison that has ended and whose names nobody knows."""
    wanted = wish(*(models or ("small", "large")), is_blind=True)
    async with services.compare.compare(wanted) as live:
        return (await last_of(live)).comparison


async def standings(store: Database) -> dict[str, Standing]:
    async with store.reading() as transaction:
        found = await transaction.comparisons.standings(SERVER, NOON - timedelta(days=1))
    return {each.model: each for each in found}


async def test_a_vote_counts_and_tells_the_voter_the_names(services: Services) -> None:
    made = await secret(services)
    assert not (await services.ballot.seen(ADA, SERVER, made.id)).knows_names
    voted = await services.ballot.vote(ADA, SERVER, made.id, 1)
    assert (voted.before, voted.is_blind) == (None, True)
    assert voted.comparison.votes == (0, 1)
    seen = await services.ballot.seen(ADA, SERVER, made.id)
    assert (seen.vote, seen.knows_names) == (1, True)
    assert not (await services.ballot.seen(BOB, SERVER, made.id)).knows_names


async def test_another_vote_takes_its_place_and_is_no_longer_blind(
    services: Services, store: Database
) -> None:
    made = await secret(services)
    await services.ballot.vote(ADA, SERVER, made.id, 1)
    voted = await services.ballot.vote(ADA, SERVER, made.id, 0)
    assert (voted.before, voted.is_blind) == (1, False)
    assert voted.comparison.votes == (1, 0)
    assert await standings(store) == {}


async def test_the_same_vote_again_stays_blind(services: Services, store: Database) -> None:
    made = await secret(services)
    for _ in range(2):
        voted = await services.ballot.vote(ADA, SERVER, made.id, 1)
    assert voted.comparison.votes == (0, 1)
    winner = made.entries[1].model
    assert (await standings(store))[winner] == Standing(winner, 1, 1, 1)


async def test_a_vote_behind_the_reveal_counts_here_and_not_in_the_standings(
    services: Services, store: Database
) -> None:
    made = await secret(services)
    assert (await services.ballot.reveal(ADA, SERVER, made.id)).is_revealed
    voted = await services.ballot.vote(BOB, SERVER, made.id, 0)
    assert voted.comparison.votes == (1, 0)
    assert not voted.is_blind
    assert await standings(store) == {}


async def test_the_asker_and_admins_reveal_and_nobody_else(services: Services) -> None:
    made = await secret(services)
    with pytest.raises(NotAllowed, match="Only Ada, who asked, and admins can reveal"):
        await services.ballot.reveal(BOB, SERVER, made.id)
    assert (await services.ballot.reveal(ADMIN, SERVER, made.id)).is_revealed


async def test_people_who_vote_at_once_all_count(services: Services) -> None:
    made = await secret(services)
    await asyncio.gather(
        *(services.ballot.vote(person, SERVER, made.id, 0) for person in (ADA, BOB, ADMIN))
    )
    latest = await services.ballot.latest(made.id)
    assert latest is not None
    assert latest.votes == (3, 0)


async def test_there_is_no_vote_before_the_end(services: Services, pool: ScriptedPool) -> None:
    async with running(services, pool) as (live, _):
        with pytest.raises(QuestionRefused, match="Not every model has answered yet"):
            await services.ballot.vote(ADA, SERVER, live.comparison.id, 0)


async def test_there_is_no_vote_for_what_did_not_answer(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [Script(words=[" "]), Script()]
    made = await secret(services, "small", "large", "tiny")
    (silent,) = [each.position for each in made.entries if each.state is EntryState.FAILED]
    for position in (silent, 7):
        with pytest.raises(NotFound, match="no such answer"):
            await services.ballot.vote(ADA, SERVER, made.id, position)


async def test_another_servers_comparison_is_refused_like_one_that_never_was(
    services: Services,
) -> None:
    made = await secret(services)
    for server, number in (("other guild", made.id), (SERVER, made.id + 1)):
        for attempt in (
            services.ballot.vote(ADA, server, number, 0),
            services.ballot.reveal(ADMIN, server, number),
            services.ballot.seen(ADA, server, number),
        ):
            with pytest.raises(NotFound, match="I no longer know this comparison"):
                await attempt


# After a restart


async def test_what_a_kill_left_open_is_interrupted(services: Services, store: Database) -> None:
    async with store.transaction() as transaction:
        await transaction.comparisons.add(new_comparison())
    (made,) = await services.ballot.recover()
    assert made.state is ComparisonState.INTERRUPTED
    assert {each.state for each in made.entries} == {EntryState.LEFT_OUT}
    await services.ballot.shown(made.id)
    assert await services.ballot.recover() == []


async def test_an_interrupted_one_counts_however_old_it_is(
    services: Services, store: Database, clock: SetClock
) -> None:
    async with store.transaction() as transaction:
        await transaction.comparisons.add(new_comparison(created_at=clock.now()))
    clock.advance(7 * 86_400)
    assert len(await services.ballot.recover()) == 1


@pytest.mark.parametrize(("seconds", "count"), [(3_600, 1), (2 * 86_400, 0)])
async def test_an_end_that_was_not_shown_is_brought_for_a_day(
    services: Services, store: Database, clock: SetClock, seconds: float, count: int
) -> None:
    async with store.transaction() as transaction:
        await compared(transaction, created_at=clock.now())
    clock.advance(seconds)
    assert len(await services.ballot.recover()) == count


async def test_answers_that_were_there_before_a_kill_are_voted_on(
    services: Services, store: Database
) -> None:
    changes: dict[str, Any] = {"models": ("small", "large", "tiny")}
    async with store.transaction() as transaction:
        made = await transaction.comparisons.add(new_comparison(**changes))
        ended = await compared(transaction)
        assert made is not None
        for entry in ended.entries:
            await transaction.comparisons.put_entry(made.id, entry)
    await services.ballot.recover()
    assert (await services.ballot.vote(ADA, SERVER, made.id, 1)).is_blind
