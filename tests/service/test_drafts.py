"""Several drafts of an answer from memory: watched, chosen, told and stored."""

import asyncio

import pytest

from bot.domain.answer import AnswerState
from bot.domain.choice import Choice
from bot.domain.errors import QueueFull
from bot.domain.sampling import FinishReason
from bot.domain.server_settings import ServerSettings
from bot.service.services import Services
from bot.storage.database import Database
from tests import scripted_services
from tests.scripted_models import Script, ScriptedPool
from tests.service.asking import ask, last_snapshot, question
from tests.service.notes import row_of, saying, until
from tests.service.test_press import press

STRAY = "Bakers in Bremen invented it."
GOOD = "Dropout switches units off during training."
LIKE = "During training dropout switches off units."


@pytest.fixture
def pool() -> ScriptedPool:
    """Models of the template that leaves the number of drafts to the defaults."""
    return ScriptedPool(template="base")


@pytest.fixture(autouse=True)
def _three_drafts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(scripted_services.PLAIN, "num_drafts", 3)


def scripts(*texts: str) -> list[Script]:
    """One text each; the last one is not used up."""
    return [script for text in texts for script in saying(text)] + [Script()]


async def test_the_draft_that_the_others_bear_out_is_the_answer(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    pool.scripts = scripts(STRAY, GOOD, LIKE)
    snapshot = await ask(services, seed=40)
    assert snapshot.text.strip() == GOOD
    assert [each.seed for each in pool.samplings] == [40, 41, 42]
    assert len(set(pool.prompts)) == 1
    assert snapshot.card is not None
    assert (snapshot.card.choice.kept, snapshot.card.choice.num_drafts) == (1, 3)
    assert snapshot.card.figures["agreement"] == snapshot.card.choice.agreement > 0
    row = await row_of(store, snapshot)
    assert row.card == snapshot.card
    assert row.text == snapshot.text


async def test_people_watch_the_first_and_are_told_if_another_is_kept(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = scripts(STRAY, GOOD, LIKE)
    async with services.ask.ask(question()) as live:
        seen = [snapshot async for snapshot in live.snapshots()]
    drafts = [each for each in seen if each.text and not each.is_final]
    assert all(STRAY.startswith(each.text.strip()) for each in drafts)
    assert all(each.notice and "first of 3 drafts" in each.notice for each in drafts)
    assert seen[-1].notice is not None
    assert "this is another one" in seen[-1].notice


async def test_nothing_is_said_if_the_first_is_kept(services: Services, pool: ScriptedPool) -> None:
    pool.scripts = scripts(GOOD, LIKE, STRAY)
    snapshot = await ask(services)
    assert snapshot.text.strip() == GOOD
    assert snapshot.notice is None


async def test_the_others_begin_when_the_first_has_read_the_prompt(
    services: Services, pool: ScriptedPool
) -> None:
    admission = asyncio.Event()
    pool.scripts = [Script([GOOD], admission=admission), *scripts(LIKE, LIKE)]
    async with services.ask.ask(question()) as live:
        async for snapshot in live.snapshots():
            if snapshot.position is not None:
                break
        assert len(pool.prompts) == 1
        admission.set()
        await last_snapshot(live)
    assert len(pool.prompts) == 3


@pytest.mark.parametrize(("num_free", "num_drafts"), [(7, 3), (3, 2), (1, 1), (0, 1)])
async def test_drafts_take_at_most_half_of_the_free_places(
    services: Services, pool: ScriptedPool, num_free: int, num_drafts: int
) -> None:
    pool.num_free = num_free
    pool.scripts = scripts(GOOD, LIKE, LIKE)
    snapshot = await ask(services)
    assert len(pool.prompts) == num_drafts
    assert snapshot.card is not None
    assert snapshot.card.choice.num_drafts == num_drafts


async def test_a_full_queue_leaves_the_drafts_that_there_are(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [*saying(GOOD), Script(error=QueueFull("Full."))]
    snapshot = await ask(services)
    assert (snapshot.text.strip(), snapshot.error) == (GOOD, None)


async def test_a_stop_ends_all_drafts_and_keeps_what_was_seen(
    services: Services, pool: ScriptedPool
) -> None:
    gate = asyncio.Event()
    pool.scripts = [Script([STRAY, " And"], gate=gate), Script([GOOD, " It"], gate=gate)]
    async with services.ask.ask(question()) as live:
        await until(live, STRAY)
        live.stop()
        last = await last_snapshot(live)
    assert last.state is AnswerState.CANCELLED
    assert last.text == f"{STRAY} And"


async def test_a_first_draft_that_fails_gives_way_to_a_sound_one(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [
        *saying(STRAY, finish_reason=FinishReason.FAILED, error_id="bug1"),
        *scripts(GOOD, LIKE),
    ]
    snapshot = await ask(services)
    assert (snapshot.state, snapshot.text.strip()) == (AnswerState.DONE, GOOD)


async def test_greedy_answers_are_written_once(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    async with store.transaction() as transaction:
        await transaction.servers.put("guild", ServerSettings(temperature=0.0))
    snapshot = await ask(services)
    assert len(pool.prompts) == 1
    assert snapshot.card is not None
    assert snapshot.card.choice == Choice()
    assert "agreement" not in snapshot.card.figures


async def test_a_continuation_is_one_text_that_goes_on_from_the_kept_one(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [
        script
        for text in (STRAY, GOOD, LIKE)
        for script in saying(text[:-1], finish_reason=FinishReason.LENGTH)
    ] + [*saying("and scales the others.")]
    first = await ask(services)
    assert first.text.strip() == GOOD[:-1]
    snapshot = await press(services.press.go_on, first.answer_id)
    assert len(pool.prompts) == 4
    assert pool.prompts[-1].endswith(GOOD[:-1])
    assert snapshot.text.startswith(first.text)
