"""Answers from notes: what is quoted, what is explained, and when the bot does not know."""

import asyncio
import itertools
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.answer import Answer, AnswerState
from bot.domain.card import Basis, Quote
from bot.domain.composition import NEAREST, NO_NOTES, UNKNOWN
from bot.domain.conversation import Conversation
from bot.domain.errors import BotError, ModelUnavailable, QuestionRefused, QueueFull
from bot.domain.sampling import FinishReason
from bot.service.live_answer import LiveAnswer
from bot.service.services import Services
from bot.service.snapshot import Snapshot
from bot.storage.database import Database
from tests.scripted_models import Script, ScriptedPool
from tests.service.asking import ADMIN, ask, last_snapshot, question
from tests.service.notes import ADAM, DROPOUT, keep
from tests.service.test_press import press

ASKED = "How does dropout switch units off?"
FIRST, SECOND = DROPOUT.split(". ")[0] + ".", DROPOUT.split(". ")[1]
QUOTED = f"“{FIRST}” [1]"


async def row_of(store: Database, snapshot: Snapshot) -> Answer:
    async with store.reading() as transaction:
        row = await transaction.answers.get(snapshot.answer_id)
    assert row is not None
    return row


async def until(live: LiveAnswer, text: str) -> Snapshot:
    """The first snapshot that shows a text; it may not be the last one."""
    async for snapshot in live.snapshots():
        if text in snapshot.text:
            assert not snapshot.is_final
            return snapshot
    raise AssertionError(text)


def saying(*sentences: str, **more: object) -> list[Script]:
    return [Script(words=[f" {sentence}" for sentence in sentences], **more)]  # type: ignore[arg-type]


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
    assert card.quotes[0] == Quote(1, FIRST)
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

KNOWN = "Units are kept at test time."


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
    pool.scripts = [Script([f"{KNOWN} And", " all"], gate=asyncio.Event())]
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
    assert (card.quotes[0].text, card.sources[0].document) == (FIRST, "lecture.md")
    again = await ask(services, ASKED)
    assert again.card is not None
    assert again.card.basis is Basis.MEMORY


# Memory, and not knowing


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
    pool.scripts = [Script([" Fish", " swim"], gate=asyncio.Event(), logprob=-6.0)]
    async with services.ask.ask(question()) as live:
        await until(live, "Fish")
        live.stop()
        last = await last_snapshot(live)
    assert last.text.strip() == "Fish"
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


# Conversations


async def test_a_follow_up_reads_the_quotes_without_their_marks(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    pool.scripts = saying(KNOWN)
    first = await ask(services, ASKED)
    await ask(services, "Who won the world cup of 1954?")
    turn = pool.prompts[-1].split("\n")[1]
    assert first.card is not None
    said = [quote.text for quote in first.card.quotes] + [KNOWN]
    assert turn == f"Answer: {' '.join(said)}"


async def test_a_thread_starts_with_the_quotes_without_their_marks(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    pool.scripts = saying(KNOWN)
    first = await ask(services, ASKED)
    thread = Conversation("guild", "thread")
    await services.ask.carry_over(first.answer_id, thread)
    await ask(services, "Who won the world cup of 1954?", conversation=thread)
    assert f"Answer: {FIRST}" in pool.prompts[-1]
    assert "“" not in pool.prompts[-1]
    assert "[1]" not in pool.prompts[-1]


async def test_a_follow_up_finds_what_the_question_before_was_about(
    services: Services, store: Database
) -> None:
    await keep(store)
    await keep(store, "Bake a bread at 240 degrees.", name="bread.md")
    await ask(services, "What is dropout?")
    snapshot = await ask(services, "And at test time?")
    assert snapshot.card is not None
    assert [source.document for source in snapshot.card.sources] == ["lecture.md"]
    assert SECOND in snapshot.text


async def test_regenerating_searches_again(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    first = await ask(services, ASKED)
    assert first.card is not None
    assert first.card.basis is Basis.MEMORY
    await keep(store)
    again = await press(services.press.regenerate, first.answer_id)
    assert again.text.startswith(QUOTED)
    await ask(services, "Who won the world cup of 1954?")
    assert f"Answer: {FIRST}" in pool.prompts[-1]
    assert pool.prompts[-1].count("Question:") == 2


# Servers are strangers

LETTERS = st.text("bcdfgklmnprst", min_size=5, max_size=8)
SECRETS = st.lists(LETTERS, min_size=2, max_size=5, unique=True)
_servers = itertools.count()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(SECRETS, st.lists(LETTERS, max_size=3), st.sampled_from([0.0, -6.0]))
async def test_nothing_of_another_servers_notes_ever_appears(
    services: Services,
    store: Database,
    pool: ScriptedPool,
    secrets: Sequence[str],
    own: Sequence[str],
    logprob: float,
) -> None:
    number = next(_servers)
    here, there = f"here{number}", f"there{number}"
    secret = f"{' '.join(secrets).capitalize()} qqqsecret."
    await keep(store, secret, heading="qqqsecret", server=there, name="qqqsecret.md")
    if own:
        await keep(store, f"{' '.join(own).capitalize()}.", server=here, name="own.md")
    async with store.transaction() as transaction:
        await transaction.notes.put_answer(there, 9, " ".join(secrets), "qqqsecret", None)
    pool.scripts = saying("Fish.", logprob=logprob)
    pool.prompts.clear()
    asked = question(f"What is {' '.join(secrets)}?", conversation=Conversation(here, "general"))
    async with services.ask.ask(asked) as live:
        seen = [repr(snapshot) async for snapshot in live.snapshots()]
    seen += [*pool.prompts, repr(await services.notes.search(here, " ".join(secrets)))]
    assert not any("qqqsecret" in each.lower() for each in seen)
