"""Answers that go on without a page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.domain.answer import AnswerState
from bot.domain.errors import QuestionRefused, RateLimited
from bot.parts import SystemClock
from bot.service.live_answer import LiveAnswer
from bot.service.services import Services
from bot.storage.database import Database
from bot.web.desk import Desk, Writing
from tests.bugs import reporting_to
from tests.scripted_models import Script, ScriptedPool
from tests.scripted_services import scripted_services
from tests.service.asking import CHANNEL, question


@pytest.fixture
def pool() -> ScriptedPool:
    return ScriptedPool()


@pytest.fixture
async def services(tmp_path: Path, pool: ScriptedPool) -> AsyncIterator[Services]:
    async with Database.open(f"sqlite+aiosqlite:///{tmp_path}/lectern.db") as database:
        yield scripted_services(database, pool, SystemClock(), [])


async def write(desk: Desk, services: Services, text: str = "What is dropout?") -> Writing:
    asked = question(text)
    return await desk.write(CHANNEL, Writing(text), lambda: services.ask.ask(asked))


async def states(writing: Writing) -> list[AnswerState]:
    return [snapshot.state async for snapshot in writing.snapshots()]


async def test_everybody_who_looks_on_sees_the_end(services: Services, pool: ScriptedPool) -> None:
    pool.scripts[0] = Script(gate=(gate := asyncio.Event()))
    async with Desk.open(services, reporting_to([])) as desk:
        writing = await write(desk, services)
        watching = [asyncio.create_task(states(writing)) for _ in range(3)]
        gate.set()
        for seen in await asyncio.gather(*watching):
            assert seen[-1] is AnswerState.DONE
        assert (await states(writing)) == [AnswerState.DONE], "who comes late sees the end only"
        assert desk.running(CHANNEL) is None


async def test_one_answer_at_a_time_is_written_for_a_conversation(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts[0] = Script(gate=asyncio.Event())
    async with Desk.open(services, reporting_to([])) as desk:
        writing = await write(desk, services)
        with pytest.raises(QuestionRefused, match="still being written"):
            await write(desk, services, "And why?")
        assert desk.running(CHANNEL) is writing


async def test_a_refusal_leaves_what_was_there(services: Services) -> None:
    async with Desk.open(services, reporting_to([])) as desk:
        for _ in range(6):
            writing = await write(desk, services)
            await states(writing)
        with pytest.raises(RateLimited):
            await write(desk, services)
        assert desk.newest(CHANNEL) is writing


async def test_a_refusal_after_a_chat_was_begun_anew_brings_nothing_back(
    services: Services,
) -> None:
    async with Desk.open(services, reporting_to([])) as desk:
        await states(await write(desk, services))

        @asynccontextmanager
        async def refused() -> AsyncIterator[LiveAnswer]:
            desk.forget(CHANNEL)
            raise QuestionRefused("no")
            yield

        with pytest.raises(QuestionRefused, match="no"):
            await desk.write(CHANNEL, Writing("Why?"), refused)
        assert desk.newest(CHANNEL) is None


async def test_at_the_end_what_is_being_written_is_interrupted(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts[0] = Script(gate=asyncio.Event())
    async with Desk.open(services, reporting_to([])) as desk:
        writing = await write(desk, services)
    assert (await states(writing)) == [AnswerState.INTERRUPTED]
