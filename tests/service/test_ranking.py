"""Answer ranking: which draft is kept where a classifier says how good each is."""

import asyncio

import pytest

from bot.domain.classifier import Use
from bot.domain.details import details_of
from bot.domain.errors import ModelUnavailable
from bot.service import ranking
from bot.service.services import Services
from bot.storage.database import Database
from tests import scripted_services
from tests.scripted_classifiers import ScriptedClassifiers
from tests.scripted_models import Script, ScriptedPool, SetClock
from tests.service.asking import ask
from tests.service.notes import row_of
from tests.service.test_drafts import GOOD, LIKE, STRAY, scripts

UNFINISHED = "Units are switched off by the"


@pytest.fixture
def pool() -> ScriptedPool:
    """Models of the template that leaves the number of drafts to the defaults."""
    return ScriptedPool(template="base")


@pytest.fixture(autouse=True)
def _three_drafts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(scripted_services.PLAIN, "num_drafts", 3)


@pytest.fixture
def classifiers() -> ScriptedClassifiers:
    """Thinks best of what the other drafts do not bear out."""
    return ScriptedClassifiers(
        {Use.ANSWER_RANKING: lambda text: 0.875 if STRAY in text or UNFINISHED in text else 0.25}
    )


@pytest.fixture
def services(
    store: Database,
    pool: ScriptedPool,
    clock: SetClock,
    bugs: list[BaseException],
    classifiers: ScriptedClassifiers,
) -> Services:
    return scripted_services.scripted_services(store, pool, clock, bugs, classifiers=classifiers)


async def test_the_draft_that_ranks_highest_is_the_answer(
    services: Services, store: Database, pool: ScriptedPool, classifiers: ScriptedClassifiers
) -> None:
    pool.scripts = scripts(GOOD, LIKE, STRAY)
    snapshot = await ask(services)
    assert snapshot.text.strip() == STRAY
    assert snapshot.card is not None
    choice = snapshot.card.choice
    assert (choice.kept, choice.num_drafts, choice.goodness) == (2, 3, 0.875)
    assert classifiers.asked[0] == f"Question: What is dropout?\nAnswer: {GOOD}"
    assert snapshot.notice is not None
    assert "this is another one, which is ranked above it." in snapshot.notice
    row = await row_of(store, snapshot)
    assert row.card == snapshot.card
    assert any("draft 3 of 3, ranked as good with 88%" in each.text for each in details_of(row))


async def test_the_first_of_equals_is_kept(services: Services, pool: ScriptedPool) -> None:
    pool.scripts = scripts(GOOD, LIKE, LIKE)
    snapshot = await ask(services)
    assert (snapshot.text.strip(), snapshot.notice) == (GOOD, None)


async def test_only_sound_drafts_are_ranked(
    services: Services, pool: ScriptedPool, classifiers: ScriptedClassifiers
) -> None:
    pool.scripts = scripts(UNFINISHED, GOOD, LIKE)
    assert (await ask(services)).text.strip() == GOOD
    assert len(classifiers.asked) == 2


async def test_a_single_draft_is_not_ranked(
    services: Services, pool: ScriptedPool, classifiers: ScriptedClassifiers
) -> None:
    pool.num_free = 0
    pool.scripts = [*scripts(GOOD), Script()]
    assert (await ask(services)).text.strip() == GOOD
    assert classifiers.asked == []


async def test_a_ranking_that_fails_leaves_the_draft_that_the_others_bear_out(
    services: Services,
    pool: ScriptedPool,
    classifiers: ScriptedClassifiers,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("WARNING")
    classifiers.error = ModelUnavailable("Its folder is gone.")
    pool.scripts = scripts(STRAY, GOOD, LIKE)
    snapshot = await ask(services)
    assert snapshot.text.strip() == GOOD
    assert snapshot.card is not None
    assert snapshot.card.choice.goodness is None
    assert "not ranked: Its folder is gone." in caplog.text


async def test_a_ranking_that_never_ends_does_not_hold_the_answer(
    services: Services,
    pool: ScriptedPool,
    classifiers: ScriptedClassifiers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ranking, "MAX_SECONDS", 0.0)
    classifiers.gate = asyncio.Event()
    pool.scripts = scripts(STRAY, GOOD, LIKE)
    assert (await ask(services)).text.strip() == GOOD


async def test_a_topic_guard_ranks_nothing(
    store: Database, pool: ScriptedPool, clock: SetClock
) -> None:
    guard = ScriptedClassifiers({Use.TOPIC_GUARD: lambda text: 1.0})
    services = scripted_services.scripted_services(store, pool, clock, [], classifiers=guard)
    pool.scripts = scripts(STRAY, GOOD, LIKE)
    assert (await ask(services)).text.strip() == GOOD
    assert guard.asked == []
