"""Replays: the same prompt and sampling alone, for whom they are allowed, and what refuses them."""

import asyncio
import dataclasses
from typing import Any

import pytest

from bot.domain.answer import Answer
from bot.domain.conversation import Asker, Conversation
from bot.domain.errors import BotError, ModelUnavailable, NotAllowed, NotFound, QuestionRefused
from bot.domain.model_spec import ModelSpec
from bot.domain.rate_limit import Limit
from bot.domain.replay import WITHHELD, Replay
from bot.domain.sampling import FinishReason
from bot.service.complete import Wish
from bot.service.replay import ReplayWish
from bot.service.services import Services
from bot.storage.database import Database
from tests.scripted_models import Script, ScriptedPool, SetClock
from tests.service.asking import ADA, ADMIN, BOB, CHANNEL, ask, last_snapshot, question
from tests.service.notes import ASKED, ASSISTANT, KNOWN, keep, row_of, saying


async def replay(
    services: Services, answer_id: int, asker: Asker = ADA, place: Conversation = CHANNEL
) -> Replay:
    return await services.replay.replay(ReplayWish(asker, place, answer_id))


async def refusal(services: Services, answer_id: int, asker: Asker = ADA, **more: Any) -> BotError:
    with pytest.raises(BotError) as refused:
        await replay(services, answer_id, asker, **more)
    return refused.value


async def test_the_same_prompt_and_sampling_are_used_again_alone(
    services: Services, pool: ScriptedPool
) -> None:
    answer = await ask(services, seed=7)
    made = await replay(services, answer.answer_id)
    assert made.is_identical
    assert made.layout == "float32"
    assert pool.prompts[0] == pool.prompts[1]
    assert pool.samplings[0] == pool.samplings[1]
    assert pool.num_alone == 1


async def test_what_was_said_meanwhile_changes_nothing(
    services: Services, pool: ScriptedPool
) -> None:
    first = await ask(services)
    await ask(services, "And why?")
    await replay(services, first.answer_id)
    assert pool.prompts[2] == pool.prompts[0] != pool.prompts[1]


async def test_another_text_is_told_with_its_words(services: Services, pool: ScriptedPool) -> None:
    pool.scripts = [Script(), Script(words=["Dropout", " drops."])]
    answer = await ask(services)
    made = await replay(services, answer.answer_id)
    assert not made.is_identical
    assert made.texts == ("Dropout drops.",)


async def test_below_quotes_what_the_model_wrote_is_compared_not_what_was_shown(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    pool.scripts = saying(KNOWN, "Bananas are blue.")
    answer = await ask(services, ASKED)
    assert "Bananas" not in answer.text
    row = await row_of(store, answer)
    assert [draft.text for draft in row.drafts] == [f" {KNOWN} Bananas are blue."]
    made = await replay(services, answer.answer_id)
    assert made.is_identical
    assert pool.samplings[1].temperature == 0.0
    assert pool.samplings[0] == pool.samplings[1]


async def test_every_sample_of_a_completion_is_written_again(
    services: Services, pool: ScriptedPool
) -> None:
    wish = Wish("test:wish", ADA, CHANNEL, "Once upon", num_samples=3, seed=5)
    async with services.complete.complete(wish) as live:
        answer = await last_snapshot(live)
    made = await replay(services, answer.answer_id)
    assert made.is_identical
    assert [each.seed for each in pool.samplings] == [5, 6, 7] * 2


async def test_a_stopped_answer_is_written_again_up_to_where_it_was_stopped(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    pool.scripts = [
        Script(gate=asyncio.Event()),
        Script(words=["Dropout", " zeroes"], finish_reason=FinishReason.LENGTH),
    ]
    async with services.ask.ask(question()) as live:
        async for snapshot in live.snapshots():
            if snapshot.text:
                live.stop()
    row = await row_of(store, snapshot)
    assert row.drafts[0].finish_reason is FinishReason.CANCELLED
    made = await replay(services, row.id)
    assert made.is_identical
    assert pool.samplings[1].max_new_tokens == 2


@pytest.mark.parametrize("asker", [ADA, ADMIN, ASSISTANT])
async def test_the_asker_assistants_and_admins_may_replay(services: Services, asker: Asker) -> None:
    await services.settings.change(ADMIN, CHANNEL.server, assistant_role="77")
    answer = await ask(services)
    assert (await replay(services, answer.answer_id, asker)).is_identical


async def test_nobody_else_may(services: Services) -> None:
    answer = await ask(services)
    refused = await refusal(services, answer.answer_id, BOB)
    assert isinstance(refused, NotAllowed)
    assert "Only Ada, who asked, teaching assistants and admins can replay" in refused.text


async def test_a_private_answer_is_there_for_its_asker_only(services: Services) -> None:
    answer = await ask(services, is_private=True)
    assert isinstance(await refusal(services, answer.answer_id, ADMIN), NotFound)
    assert (await replay(services, answer.answer_id)).is_identical


async def test_another_servers_answer_is_refused_like_one_that_never_was(
    services: Services, pool: ScriptedPool
) -> None:
    answer = await ask(services)
    elsewhere = Conversation("other guild", "general")
    refused = await refusal(services, answer.answer_id, place=elsewhere)
    never = await refusal(services, answer.answer_id + 1)
    assert isinstance(refused, NotFound)
    assert refused.text.replace(str(answer.answer_id), "N") == never.text.replace(
        str(answer.answer_id + 1), "N"
    )
    assert len(pool.prompts) == 1


async def test_what_the_model_did_not_write_cannot_be_replayed(
    services: Services, pool: ScriptedPool, store: Database
) -> None:
    await keep(store)
    pool.scripts = [Script(error=QuestionRefused("no"))]
    answer = await ask(services, ASKED)
    assert "[1]" in answer.text
    refused = await refusal(services, answer.answer_id)
    assert "The model wrote nothing for answer 1" in refused.text


async def test_an_answer_that_is_being_written_is_waited_for(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [Script(gate=asyncio.Event())]
    async with services.ask.ask(question()) as live:
        refused = await refusal(services, live.answer.id)
    assert "still being written" in refused.text


async def test_other_weights_under_the_same_name_are_told_and_nothing_is_charged(
    services: Services, pool: ScriptedPool, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await ask(services)
    await services.settings.change(ADMIN, CHANNEL.server, person_limit=Limit(1, 3600))
    clock.advance(3600)
    newer = ModelSpec("small", "test/small", "1" * 40, None, "starter")
    monkeypatch.setattr(pool, "spec", lambda name: newer)
    refused = await refusal(services, answer.answer_id)
    assert isinstance(refused, ModelUnavailable)
    assert "at revision 000000000000, but revision 111111111111 is here now" in refused.text
    monkeypatch.undo()
    assert (await replay(services, answer.answer_id)).is_identical


async def test_a_model_that_is_gone_is_named(
    services: Services, store: Database, pool: ScriptedPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await ask(services)
    row = await row_of(store, answer)
    gone = dataclasses.replace(row, model="gone")

    async def get(self: object, answer_id: int) -> Answer:
        return gone

    monkeypatch.setattr("bot.storage.answers.AnswerQueries.get", get)
    refused = await refusal(services, answer.answer_id)
    assert "written by gone, which is no longer among the models here" in refused.text


async def test_a_replay_is_charged_like_a_question(services: Services, clock: SetClock) -> None:
    answer = await ask(services)
    await services.settings.change(ADMIN, CHANNEL.server, person_limit=Limit(1, 3600))
    clock.advance(3600)
    await replay(services, answer.answer_id)
    assert "1 question per hour" in (await refusal(services, answer.answer_id)).text
    with pytest.raises(BotError, match="1 question per hour"):
        await ask(services)


async def test_one_replay_runs_at_a_time_and_the_next_one_after_it(
    services: Services, pool: ScriptedPool
) -> None:
    gate = asyncio.Event()
    pool.scripts = [Script(), Script(gate=gate), Script()]
    answer = await ask(services)
    started = asyncio.Event()
    wish = ReplayWish(ADA, CHANNEL, answer.answer_id)
    first = asyncio.create_task(
        services.replay.replay(wish, on_progress=lambda num_tokens: started.set())
    )
    await started.wait()
    assert "another answer right now" in (await refusal(services, answer.answer_id)).text
    gate.set()
    assert (await first).is_identical
    assert (await replay(services, answer.answer_id)).is_identical


async def test_a_model_that_fails_is_told_with_its_error_id(
    services: Services, pool: ScriptedPool
) -> None:
    failing = Script(words=["Drop"], finish_reason=FinishReason.FAILED, error_id="ab12")
    pool.scripts = [Script(), failing, Script()]
    answer = await ask(services)
    assert "error id ab12" in (await refusal(services, answer.answer_id)).text
    assert (await replay(services, answer.answer_id)).is_identical


async def test_progress_counts_the_tokens_of_all_texts(services: Services) -> None:
    wish = Wish("test:wish", ADA, CHANNEL, "Once upon", num_samples=2)
    async with services.complete.complete(wish) as live:
        answer = await last_snapshot(live)
    heard: list[int] = []
    await services.replay.replay(
        ReplayWish(ADA, CHANNEL, answer.answer_id), on_progress=heard.append
    )
    assert heard == sorted(heard)
    assert heard[-1] == 8


async def test_what_the_server_would_withhold_is_not_shown_by_a_replay_either(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [Script(), Script(words=[" Dropout", " is", " fucking", " good."])]
    answer = await ask(services)
    made = await replay(services, answer.answer_id)
    assert made.difference is not None
    assert made.difference.text == WITHHELD
    assert "behind its first 1 of 3 words" in made.verdict


async def test_the_verdict_names_the_seed_of_the_text_that_was_kept(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [Script([" Dropout", " is", " fucking", " good."]), Script()]
    answer = await ask(services, seed=7)
    assert "seed 1007, alone" in (await replay(services, answer.answer_id)).verdict
