"""Memory: marked, withdrawn where improbable, not needed where an answer is endorsed."""

import asyncio

import pytest

from bot.domain.card import Basis
from bot.domain.composition import NEAREST, NO_NOTES, UNKNOWN
from bot.domain.sampling import FinishReason
from bot.service.services import Services
from bot.storage.database import Database
from tests.scripted_models import Script, ScriptedPool
from tests.service.asking import ADMIN, ask, last_snapshot, question
from tests.service.notes import (
    ASKED,
    QUOTED,
    keep,
    row_of,
    saying,
    until,
)
from tests.service.test_press import press


async def test_without_notes_the_model_answers_from_memory_and_the_card_says_so(
    services: Services, store: Database
) -> None:
    snapshot = await ask(services)
    assert snapshot.text == "Dropout zeroes activations."
    assert snapshot.card is not None
    assert snapshot.card.basis is Basis.MEMORY
    assert (await row_of(store, snapshot)).card == snapshot.card


async def test_every_snapshot_of_a_memory_says_what_it_is(
    services: Services, pool: ScriptedPool
) -> None:
    async with services.ask.ask(question()) as live:
        seen = [snapshot async for snapshot in live.snapshots() if snapshot.text]
    assert all(each.card is not None and each.card.basis is Basis.MEMORY for each in seen)


async def test_what_may_answer_is_offered_word_for_word_beside_i_do_not_know(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    pool.scripts = saying("Fish.", logprob=-6.0)
    snapshot = await ask(services, "Are units random at test time on Mondays?")
    assert snapshot.card is not None
    assert snapshot.card.basis is Basis.NOTHING
    assert snapshot.text == f"{UNKNOWN} {NEAREST}\n{QUOTED}"


@pytest.mark.parametrize("has_notes", [True, False])
async def test_an_improbable_memory_is_withdrawn(
    services: Services, store: Database, pool: ScriptedPool, has_notes: bool
) -> None:
    if has_notes:
        await keep(store)
    pool.scripts = saying("Fish.", logprob=-6.0)
    snapshot = await ask(services, "Which units does the baker of Bremen like best on Mondays?")
    card = snapshot.card
    assert card is not None
    assert card.basis is Basis.NOTHING
    assert snapshot.text == f"{UNKNOWN} {NEAREST if has_notes else NO_NOTES}"
    assert [source.document for source in card.sources] == (["lecture.md"] if has_notes else [])
    assert not snapshot.can_continue
    pool.scripts = [Script()]
    await ask(services, "And why does it help?")
    assert "Answer: I do not know.\n" in pool.prompts[-1]
    assert "Fish" not in pool.prompts[-1]


async def test_a_stopped_memory_keeps_its_words_however_improbable(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [Script([" Fish", " swim", " fast"], gate=asyncio.Event(), logprob=-6.0)]
    async with services.ask.ask(question()) as live:
        await until(live, "Fish")
        live.stop()
        last = await last_snapshot(live)
    assert last.text.strip() == "Fish swim"
    assert last.card is not None
    assert last.card.basis is Basis.MEMORY


async def test_a_continued_memory_is_still_one(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    pool.scripts = [*saying("It is", finish_reason=FinishReason.LENGTH), *saying("so.")]
    first = await ask(services)
    assert first.can_continue
    snapshot = await press(services.press.go_on, first.answer_id)
    assert snapshot.text.strip() == "It is so."
    assert snapshot.card is not None
    assert snapshot.card.basis is Basis.MEMORY
    assert (await row_of(store, snapshot)).card == snapshot.card


async def test_an_endorsed_answer_wins_and_needs_no_model(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    async with store.transaction() as transaction:
        await transaction.notes.put_answer("guild", 7, ASKED, "By a mask of zeros.", None)
    snapshot = await ask(services, ASKED)
    assert snapshot.text == "By a mask of zeros."
    assert snapshot.card is not None
    assert (snapshot.card.basis, snapshot.card.confidence) == (Basis.ANSWERED, 1.0)
    assert [source.document for source in snapshot.card.sources] == ["7"]
    assert pool.prompts == []
    other = await ask(services, "What is Adam?")
    assert other.text != snapshot.text


@pytest.mark.parametrize("blocked", ["zeros", "switch units"])
async def test_an_endorsed_answer_with_words_that_were_blocked_later_is_given_to_nobody(
    services: Services, store: Database, blocked: str
) -> None:
    """Neither as the answer, nor quoted, nor named; its question counts too."""
    other = "How is a unit switched off by dropout?"
    async with store.transaction() as transaction:
        await transaction.notes.put_answer("guild", 7, ASKED, "By a mask of zeros.", None)
    assert (await ask(services, ASKED)).text == "By a mask of zeros."
    await services.settings.block(ADMIN, "guild", blocked)
    snapshot = await ask(services, other)
    assert "mask" not in snapshot.text
    assert snapshot.card is not None
    assert "7" not in [source.document for source in snapshot.card.sources]
