"""Answers from notes: what is quoted, what is explained, and that both need little."""

import asyncio

import pytest

from bot.domain.answer import AnswerState
from bot.domain.card import Basis, Quote
from bot.domain.composition import UNKNOWN
from bot.domain.errors import BotError, ModelUnavailable, QuestionRefused, QueueFull
from bot.domain.sampling import FinishReason
from bot.service.services import Services
from bot.storage.database import Database
from tests.scripted_models import Script, ScriptedPool
from tests.service.asking import ADMIN, ask, last_snapshot, question
from tests.service.notes import (
    ADAM,
    ASKED,
    DROPOUT,
    FIRST,
    KNOWN,
    QUOTED,
    keep,
    row_of,
    saying,
    until,
)
from tests.service.test_press import press

# Quotes


async def test_the_best_sentences_are_quoted_word_for_word(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    await keep(store, ADAM, name="week-2.md")
    pool.scripts = saying("Nobody knows.")
    snapshot = await ask(services, ASKED)
    card = snapshot.card
    assert card is not None
    assert card.basis is Basis.NOTES
    assert snapshot.text.startswith(QUOTED)
    assert card.quotes[0] == Quote(1, DROPOUT)
    assert [source.document for source in card.sources] == ["lecture.md"]
    assert all(quote.text in DROPOUT for quote in card.quotes)
    assert card.confidence is not None
    assert 0.5 <= card.confidence <= 1
    row = await row_of(store, snapshot)
    assert (row.text, row.card) == (snapshot.text, card)


async def test_quotes_stand_before_the_model_is_loaded(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    pool.loaded.clear()
    pool.load_gate = asyncio.Event()
    async with services.ask.ask(question(ASKED)) as live:
        early = await until(live, QUOTED)
        assert early.card is not None
        assert early.card.sources
        assert pool.prompts == []
        pool.load_gate.set()
        last = await last_snapshot(live)
    assert last.text.startswith(early.text)
    assert len(pool.prompts) == 1


async def test_the_models_prompt_holds_the_quoted_passages_and_is_read_greedily(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    snapshot = await ask(services, ASKED)
    assert DROPOUT in pool.prompts[-1]
    assert pool.prompts[-1].endswith(f"Question: {ASKED}\nAnswer:")
    assert pool.samplings[-1].temperature == 0
    assert pool.samplings[-1].max_new_tokens <= 64
    assert (await row_of(store, snapshot)).prompt == pool.prompts[-1]


# Explanations


async def test_only_finished_sentences_that_the_passages_support_are_shown(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    gate = asyncio.Event()
    pool.scripts = [Script([KNOWN, " All units", " are kept", " at test."], gate=gate)]
    async with services.ask.ask(question(ASKED)) as live:
        early = await until(live, QUOTED)
        assert "All units" not in early.text
        gate.set()
        texts = [snapshot.text async for snapshot in live.snapshots()]
    assert texts[-1].endswith(f"\n\n{KNOWN} All units are kept at test.")
    for text in texts:
        explanation = text.partition("\n\n")[2]
        assert explanation in ("", KNOWN, f"{KNOWN} All units are kept at test.")


@pytest.mark.parametrize(
    "sentence",
    [
        "Hinton switches units off.",
        "Half of them, 50 percent, are switched off.",
        "Convolutions prefer curved manifolds.",
        FIRST,
        "Units are kept at test time",
    ],
)
async def test_what_is_foreign_unfinished_or_said_already_leaves_the_quotes_alone(
    services: Services, store: Database, pool: ScriptedPool, sentence: str
) -> None:
    await keep(store)
    pool.scripts = saying(sentence)
    snapshot = await ask(services, ASKED)
    assert snapshot.card is not None
    assert snapshot.card.explanation == ""
    assert "\n\n" not in snapshot.text
    assert snapshot.state is AnswerState.DONE


async def test_nothing_is_shown_behind_a_sentence_that_is_not_supported(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    pool.scripts = saying("Hinton found it.", KNOWN)
    assert KNOWN not in (await ask(services, ASKED)).text


async def test_an_explanation_that_was_cut_off_keeps_its_whole_sentences(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    pool.scripts = saying(KNOWN, "All units are", finish_reason=FinishReason.LENGTH)
    snapshot = await ask(services, ASKED)
    assert snapshot.text.endswith(KNOWN)
    assert not snapshot.can_continue


# Where there is no explanation


@pytest.mark.parametrize("error", [QueueFull("Full."), ModelUnavailable("Not here.")])
async def test_quotes_need_no_model(
    services: Services, store: Database, pool: ScriptedPool, error: BotError
) -> None:
    await keep(store)
    if isinstance(error, QueueFull):
        pool.scripts = [Script(error=error)]
    else:
        pool.loaded.clear()
        pool.load_error = error
    snapshot = await ask(services, ASKED)
    assert (snapshot.state, snapshot.error) == (AnswerState.DONE, None)
    assert snapshot.text.startswith(QUOTED)


async def test_a_model_that_fails_leaves_the_quotes(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    pool.scripts = saying(KNOWN, finish_reason=FinishReason.FAILED, error_id="bug1")
    snapshot = await ask(services, ASKED)
    assert (snapshot.state, snapshot.error) == (AnswerState.DONE, None)
    assert snapshot.text.startswith(QUOTED)


async def test_a_stop_while_the_model_explains_keeps_what_is_shown(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    pool.scripts = [Script([f"{KNOWN} And", " all", " units"], gate=asyncio.Event())]
    async with services.ask.ask(question(ASKED)) as live:
        await until(live, KNOWN)
        live.stop()
        last = await last_snapshot(live)
    assert last.state is AnswerState.CANCELLED
    assert last.text.startswith(QUOTED)
    assert last.text.endswith(f"\n\n{KNOWN}")
    with pytest.raises(QuestionRefused, match="Quotes do not go on"):
        await press(services.press.go_on, last.answer_id)


@pytest.mark.parametrize("state", [AnswerState.CANCELLED, AnswerState.INTERRUPTED])
async def test_a_stop_while_the_model_loads_keeps_the_quotes(
    services: Services, store: Database, pool: ScriptedPool, state: AnswerState
) -> None:
    await keep(store)
    pool.loaded.clear()
    pool.load_gate = asyncio.Event()
    async with services.ask.ask(question(ASKED)) as live:
        await until(live, QUOTED)
        live.stop(state)
        last = await last_snapshot(live)
    assert last.state is state
    assert last.text.startswith(QUOTED)
    assert (await row_of(store, last)).card == last.card


async def test_a_note_that_is_removed_meanwhile_stays_quoted_and_is_found_no_more(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    gate = asyncio.Event()
    pool.scripts = [Script([KNOWN, " All"], gate=gate), Script()]
    async with services.ask.ask(question(ASKED)) as live:
        await until(live, QUOTED)
        await services.notes.remove(ADMIN, "guild", "lecture.md")
        gate.set()
        last = await last_snapshot(live)
    assert last.text.startswith(QUOTED)
    card = (await row_of(store, last)).card
    assert card is not None
    assert (card.quotes[0].text, card.sources[0].document) == (DROPOUT, "lecture.md")
    again = await ask(services, ASKED)
    assert again.card is not None
    assert again.card.basis is Basis.MEMORY


# Other languages


@pytest.mark.parametrize(
    "text",
    [
        "Wann findet die Klausur statt?",
        "¿Cuándo es el examen final?",
        "考试是什么时候?",
        "متى الامتحان؟",
    ],
)
async def test_a_question_in_another_language_is_not_answered_from_notes_that_do_not_hold_it(
    services: Services, store: Database, pool: ScriptedPool, text: str
) -> None:
    await keep(store)
    pool.scripts = saying("Fish.", logprob=-6.0)
    snapshot = await ask(services, text)
    assert snapshot.text.startswith(UNKNOWN)
    assert (await row_of(store, snapshot)).question == text


async def test_a_name_that_all_languages_share_finds_its_passage(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    pool.scripts = saying("Fish.", logprob=-6.0)
    snapshot = await ask(services, "Wie funktioniert Dropout?")
    assert snapshot.card is not None
    assert [source.document for source in snapshot.card.sources] == ["lecture.md"]
