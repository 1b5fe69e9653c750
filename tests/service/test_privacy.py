"""People see what is stored about them, and have it deleted, also while they are answered."""

import asyncio

from bot.domain.answer import AnswerState
from bot.domain.feedback import Verdict
from bot.service.feedback import Mark
from bot.service.services import Services
from bot.storage.database import Database
from tests.scripted_models import Script, ScriptedPool
from tests.service.asking import ADA, ADMIN, BOB, CHANNEL, ask, last_snapshot, question


async def counts(services: Services, asker: object = ADA) -> dict[str, int]:
    found = await services.privacy.show(asker)  # type: ignore[arg-type]
    return {each.many.split()[0]: each.count for each in found}


async def test_what_was_asked_and_judged_is_counted_for_its_person_alone(
    services: Services,
) -> None:
    number = (await ask(services)).answer_id
    await ask(services, "Why?")
    await services.feedback.vote(Mark(BOB, "guild", number), Verdict.GOOD)
    assert await counts(services) == {"turns": 2, "questions": 2, "counters": 1}
    assert await counts(services, BOB) == {"votes": 1}
    assert await counts(services, ADMIN) == {}


async def test_deleting_returns_what_there_was_and_leaves_nothing(services: Services) -> None:
    await ask(services)
    await ask(services, "And what is Adam?", asker=BOB)
    assert [each.count for each in await services.privacy.delete(ADA)] == [1, 1, 1]
    assert await services.privacy.show(ADA) == []
    assert await services.privacy.delete(ADA) == []
    assert await counts(services, BOB) == {"turns": 1, "questions": 1, "counters": 1}


async def test_what_was_deleted_is_no_part_of_the_next_prompt(
    services: Services, pool: ScriptedPool
) -> None:
    await ask(services, "What is a secret?")
    await services.privacy.delete(ADA)
    await ask(services, "Why?", asker=BOB)
    assert "secret" not in pool.prompts[-1]


async def test_an_answer_that_is_being_written_stops_and_leaves_nothing(
    services: Services, pool: ScriptedPool, store: Database, bugs: list[BaseException]
) -> None:
    pool.scripts = [Script(gate=asyncio.Event())]
    async with services.ask.ask(question()) as live:
        async for snapshot in live.snapshots():
            if snapshot.text:
                break
        await services.privacy.delete(ADA)
        last = await last_snapshot(live)
    assert last.state is AnswerState.CANCELLED
    assert bugs == []
    assert await services.privacy.show(ADA) == []
    async with store.reading() as transaction:
        assert await transaction.answers.get(last.answer_id) is None
        assert (await transaction.turns.newest(CHANNEL, 9)).turns == ()


async def test_somebody_else_s_answer_goes_on(services: Services, pool: ScriptedPool) -> None:
    gate = asyncio.Event()
    pool.scripts = [Script(gate=gate)]
    async with services.ask.ask(question(asker=BOB)) as live:
        await services.privacy.delete(ADA)
        gate.set()
        assert (await last_snapshot(live)).state is AnswerState.DONE


async def test_a_row_that_goes_between_its_acceptance_and_its_start_leaves_nothing(
    services: Services, store: Database, bugs: list[BaseException]
) -> None:
    """As when both happen at once: nobody knows yet that an answer is being made."""
    async with services.ask.ask(question()) as live:
        async with store.transaction() as transaction:
            await transaction.people.forget(ADA.id)
        await last_snapshot(live)
    assert bugs == []
    assert await services.privacy.show(ADA) == []
