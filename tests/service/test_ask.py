"""Asking: what is stored when, what the prompt holds, how an answer ends."""

import asyncio

import pytest

from bot.domain.answer import AnswerState
from bot.domain.conversation import Conversation, Length
from bot.domain.errors import (
    AlreadyAccepted,
    ModelUnavailable,
    NotFound,
    QuestionRefused,
    QueueFull,
    RateLimited,
    UnknownModel,
)
from bot.domain.rate_limit import Limit
from bot.domain.sampling import FinishReason
from bot.domain.server_settings import ServerSettings
from bot.service.services import Services
from bot.storage.database import Database
from tests.scripted_models import Script, ScriptedPool, SetClock
from tests.service.asking import ADA, ADMIN, BOB, CHANNEL, ask, last_snapshot, question


async def test_an_answer_is_stored_with_everything_needed_to_make_it_again(
    services: Services, store: Database
) -> None:
    snapshot = await ask(services, seed=42, length=Length.SHORT)
    assert snapshot.state is AnswerState.DONE
    assert snapshot.text == "Dropout zeroes activations."
    async with store.reading() as transaction:
        row = await transaction.answers.get(snapshot.answer_id)
    assert row is not None
    assert (row.state, row.text) == (AnswerState.DONE, snapshot.text)
    assert row.prompt == "Question: What is dropout?\nAnswer:"
    assert (row.model, row.revision, row.sampling.seed) == ("small", "0" * 40, 42)
    assert row.sampling.max_new_tokens == 64
    assert (row.num_prompt_tokens, row.num_new_tokens) == (6, 4)
    assert row.finish_reason is FinishReason.STOP
    assert None not in (row.started_at, row.first_token_at, row.finished_at)


async def test_the_row_is_closed_before_the_end_is_shown(
    services: Services, store: Database
) -> None:
    async with services.ask.ask(question()) as live:
        async for snapshot in live.snapshots():
            if snapshot.is_final:
                async with store.reading() as transaction:
                    row = await transaction.answers.get(snapshot.answer_id)
                assert row is not None
                assert row.state is AnswerState.DONE


async def test_a_follow_up_carries_the_earlier_turns(
    services: Services, pool: ScriptedPool
) -> None:
    await ask(services)
    await ask(services, "And why does it help?")
    assert pool.prompts[-1] == (
        "Question: What is dropout?\nAnswer: Dropout zeroes activations.\n"
        "Question: And why does it help?\nAnswer:"
    )


async def test_other_channels_and_servers_share_nothing(
    services: Services, pool: ScriptedPool
) -> None:
    await ask(services)
    for elsewhere in (Conversation("guild", "random"), Conversation("other", "general")):
        await ask(services, conversation=elsewhere)
        assert pool.prompts[-1] == "Question: What is dropout?\nAnswer:"


async def test_a_private_answer_never_enters_the_context(
    services: Services, pool: ScriptedPool
) -> None:
    await ask(services, "My secret worry?", is_private=True)
    await ask(services)
    assert "secret" not in pool.prompts[-1]


async def test_dropped_turns_are_told(services: Services, pool: ScriptedPool) -> None:
    pool.window = 200
    for _ in range(5):
        await ask(services, "word " * 20, length=Length.SHORT)
    snapshot = await ask(services, "word " * 60, length=Length.SHORT)
    assert snapshot.notice is not None
    assert "no longer fit" in snapshot.notice


@pytest.mark.parametrize("text", ["", "  \u200b ", "🤖", "x" * 10_000])
async def test_a_refused_question_leaves_nothing(
    services: Services, store: Database, text: str
) -> None:
    with pytest.raises(QuestionRefused):
        await ask(services, text)
    async with store.reading() as transaction:
        assert await transaction.answers.get(1) is None


async def test_an_unknown_model_is_refused_before_anything_is_charged(
    services: Services, store: Database
) -> None:
    await services.settings.change(ADMIN, "guild", person_limit=Limit(1, 60))
    with pytest.raises(UnknownModel, match="there are large, small and tiny"):
        await ask(services, model="gpt-5")
    assert (await ask(services)).state is AnswerState.DONE


async def test_where_the_servers_model_is_gone_it_is_said_who_can_choose_another(
    services: Services,
) -> None:
    """A run that was removed; those who ask can name another one for themselves."""
    await services.settings.change(ADMIN, "guild", model="dl-course")
    gone = "The model dl-course, which answered on this server, is gone; an admin can choose"
    with pytest.raises(UnknownModel, match=gone):
        await ask(services)
    with pytest.raises(UnknownModel, match=gone):
        await services.models.current("guild")
    assert (await ask(services, model="small")).state is AnswerState.DONE


async def test_the_same_event_is_accepted_once(services: Services, pool: ScriptedPool) -> None:
    twice = question()
    async with services.ask.ask(twice) as live:
        await last_snapshot(live)
    with pytest.raises(AlreadyAccepted):
        async with services.ask.ask(twice):
            pass
    assert len(pool.prompts) == 1


async def test_a_limited_person_learns_when_to_ask_again(
    services: Services, clock: SetClock
) -> None:
    await services.settings.change(ADMIN, "guild", person_limit=Limit(2, 60))
    await ask(services)
    await ask(services)
    with pytest.raises(RateLimited, match=r"2 questions per minute; please ask again in 30 s"):
        await ask(services)
    assert (await ask(services, asker=BOB)).state is AnswerState.DONE
    clock.advance(30)
    assert (await ask(services)).state is AnswerState.DONE


async def test_what_the_servers_limit_refuses_costs_the_person_nothing(
    services: Services, clock: SetClock
) -> None:
    await services.settings.change(
        ADMIN, "guild", person_limit=Limit(2, 3600), server_limit=Limit(1, 60)
    )
    await ask(services)
    for _ in range(3):
        with pytest.raises(RateLimited, match="This server has reached"):
            await ask(services)
    clock.advance(60)
    assert (await ask(services)).state is AnswerState.DONE


async def test_an_exempt_role_is_not_limited(services: Services) -> None:
    await services.settings.change(ADMIN, "guild", person_limit=Limit(1, 60), exempt_role="tutors")
    tutor = type(ADA)("3", "Tutor", frozenset({"tutors"}))
    for _ in range(3):
        assert (await ask(services, asker=tutor)).state is AnswerState.DONE


async def test_stop_keeps_what_was_written(services: Services, pool: ScriptedPool) -> None:
    pool.scripts = [Script(gate=asyncio.Event())]
    async with services.ask.ask(question()) as live:
        async for snapshot in live.snapshots():
            if snapshot.text and not snapshot.is_final:
                await services.press.stop(ADA, live.answer.id)
            if snapshot.is_final:
                assert (snapshot.state, snapshot.text) == (AnswerState.CANCELLED, "Dropout zeroes")
                assert snapshot.can_continue


@pytest.mark.parametrize("where", ["loading", "queued"])
async def test_stop_works_before_the_first_word(
    services: Services, pool: ScriptedPool, where: str
) -> None:
    pool.scripts = [Script(admission=asyncio.Event())]
    pool.load_gate = asyncio.Event()
    model = "large" if where == "loading" else "small"
    async with services.ask.ask(question(model=model)) as live:
        last = None
        async for snapshot in live.snapshots():
            last = snapshot
            if snapshot.loading or snapshot.position is not None:
                await services.press.stop(ADA, live.answer.id)
        assert last is not None
        assert (last.state, last.text) == (AnswerState.CANCELLED, "")


async def test_only_the_asker_and_admins_may_stop(services: Services, pool: ScriptedPool) -> None:
    pool.scripts = [Script(gate=asyncio.Event())]
    async with services.ask.ask(question()) as live:
        with pytest.raises(Exception, match="Only Ada, who asked, and admins can stop"):
            await services.press.stop(BOB, live.answer.id)
        await services.press.stop(ADMIN, live.answer.id)
        assert (await last_snapshot(live)).state is AnswerState.CANCELLED
    with pytest.raises(NotFound, match="already ended"):
        await services.press.stop(ADA, live.answer.id)


async def test_leaving_early_closes_the_row(
    services: Services, pool: ScriptedPool, store: Database
) -> None:
    pool.scripts = [Script(gate=asyncio.Event())]
    with pytest.raises(ZeroDivisionError):
        async with services.ask.ask(question()) as live:
            raise ZeroDivisionError
    async with store.reading() as transaction:
        row = await transaction.answers.get(live.answer.id)
    assert row is not None
    assert row.state is AnswerState.CANCELLED
    assert services.answering.find(live.answer.id) is None


async def test_a_model_that_cannot_be_loaded_fails_the_answer_with_its_reason(
    services: Services, pool: ScriptedPool
) -> None:
    pool.load_error = ModelUnavailable("large is not on this machine.")
    snapshot = await ask(services, model="large")
    assert (snapshot.state, snapshot.error) == (AnswerState.FAILED, pool.load_error.text)


async def test_a_full_queue_is_said(services: Services, pool: ScriptedPool) -> None:
    pool.scripts = [Script(error=QueueFull("The line is full; please ask again in a minute."))]
    snapshot = await ask(services)
    assert snapshot.error == "The line is full; please ask again in a minute."


async def test_a_bug_becomes_one_sentence_with_the_id_in_the_log(
    services: Services, pool: ScriptedPool, bugs: list[BaseException], store: Database
) -> None:
    pool.scripts = [Script(error=RuntimeError("tensor on fire"))]
    snapshot = await ask(services)
    assert snapshot.state is AnswerState.FAILED
    assert snapshot.error is not None
    assert "error id bug1" in snapshot.error
    assert "fire" not in snapshot.error
    assert len(bugs) == 1
    async with store.reading() as transaction:
        row = await transaction.answers.get(snapshot.answer_id)
    assert row is not None
    assert row.error_id == "bug1"


async def test_a_failure_inside_the_engine_is_told_with_its_id(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [Script(words=["Dro"], finish_reason=FinishReason.FAILED, error_id="e7")]
    snapshot = await ask(services)
    assert snapshot.state is AnswerState.FAILED
    assert snapshot.error is not None
    assert "error id e7" in snapshot.error


async def test_shutting_down_marks_what_runs_and_what_still_comes(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [Script(gate=asyncio.Event())]
    async with services.ask.ask(question()) as live:
        async for snapshot in live.snapshots():
            if snapshot.text:
                services.answering.interrupt_all()
        assert snapshot.state is AnswerState.INTERRUPTED
    assert (await ask(services)).state is AnswerState.INTERRUPTED


async def test_settings_of_the_server_shape_its_answers(
    services: Services, pool: ScriptedPool, store: Database
) -> None:
    async with store.transaction() as transaction:
        await transaction.servers.put(
            "guild", ServerSettings(temperature=0.0, top_p=0.5, length=Length.LONG, model="tiny")
        )
    pool.loaded.add("tiny")
    await ask(services)
    assert pool.samplings[-1].temperature == 0.0
    assert pool.samplings[-1].top_p == 0.5
    assert pool.samplings[-1].max_new_tokens == 320


async def test_an_opened_thread_starts_with_the_turn_that_opened_it(
    services: Services, pool: ScriptedPool
) -> None:
    thread = Conversation("guild", "thread")
    await ask(services, "Something else?")
    snapshot = await ask(services)
    await services.ask.carry_over(snapshot.answer_id, thread)
    await ask(services, "Why?", conversation=thread)
    assert pool.prompts[-1].startswith("Question: What is dropout?")
    assert "Something else" not in pool.prompts[-1]
    await ask(services, "And here?", conversation=CHANNEL)
    assert "Something else" in pool.prompts[-1]
    assert "Why?" not in pool.prompts[-1]
