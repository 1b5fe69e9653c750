"""Comparisons: the same prompt and sampling for every model, one after the other, each charged."""

import asyncio
import dataclasses
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.domain.comparison import Comparison, ComparisonState, EntryState
from bot.domain.conversation import Asker
from bot.domain.decency import WITHHELD
from bot.domain.errors import (
    AlreadyAccepted,
    BotError,
    HelpOffered,
    NotAllowed,
    NotDecent,
    NotEnoughMemory,
    NotFound,
    QuestionRefused,
    RateLimited,
    SmallTalk,
    UnknownModel,
)
from bot.domain.rate_limit import Limit
from bot.domain.sampling import FinishReason
from bot.service.compare import CompareWish
from bot.service.live_comparison import ComparisonSnapshot, LiveComparison
from bot.service.services import Services
from bot.storage.database import Database
from tests.scripted_models import Script, ScriptedPool, SetClock
from tests.service.asking import ADA, ADMIN, BOB, CHANNEL, ask
from tests.service.notes import ASKED, DROPOUT, keep, saying

OPERATOR = dataclasses.replace(ADA, is_operator=True)
_sources = itertools.count(1)


def wish(
    *models: str, text: str = "What is dropout?", asker: Asker = ADA, **more: Any
) -> CompareWish:
    """A comparison under names, so that a test knows who is who."""
    values = {"models": models, "is_blind": False} | more
    return CompareWish(f"test:{next(_sources)}", asker, CHANNEL, text, **values)


async def last_of(live: LiveComparison) -> ComparisonSnapshot:
    """Read to the end."""
    last = None
    async for snapshot in live.snapshots():
        last = snapshot
    assert last is not None
    assert last.is_final
    return last


async def compare(services: Services, *models: str, **more: Any) -> Comparison:
    """Compare and read to the end; what is stored is what was shown."""
    async with services.compare.compare(wish(*(models or ("small", "large")), **more)) as live:
        last = await last_of(live)
    assert await services.ballot.latest(last.comparison.id) == last.comparison
    return last.comparison


@asynccontextmanager
async def running(
    services: Services, pool: ScriptedPool
) -> AsyncIterator[tuple[LiveComparison, asyncio.Event]]:
    """A comparison whose second model waits for a gate."""
    gate = asyncio.Event()
    pool.scripts = [Script(), Script(gate=gate), Script()]
    async with services.compare.compare(wish("small", "large", "tiny")) as live:
        async for snapshot in live.snapshots():
            if snapshot.writing == 1 and snapshot.text:
                break
        yield live, gate


async def refusal(services: Services, *models: str, **more: Any) -> BotError:
    with pytest.raises(BotError) as refused:
        await compare(services, *models, **more)
    return refused.value


def names_of(comparison: Comparison) -> tuple[str, ...]:
    return tuple(entry.model for entry in comparison.entries)


# What the models are given


async def test_every_model_gets_the_same_prompt_sampling_and_seed(
    services: Services, pool: ScriptedPool
) -> None:
    made = await compare(services, "small", "large", "tiny", seed=7)
    assert len(set(pool.prompts)) == 1
    assert len(set(pool.samplings)) == 1
    assert pool.samplings[0].seed == made.sampling.seed == 7
    assert (made.sampling.num_drafts, made.sampling.num_candidates) == (1, 0)


async def test_the_same_seed_gives_the_same_and_none_a_new_one(services: Services) -> None:
    first, second = await compare(services), await compare(services)
    assert first.sampling.seed != second.sampling.seed


async def test_all_read_the_passages_of_the_notes_and_their_own_words_are_shown(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await keep(store)
    pool.scripts = saying("Bananas are blue.")
    made = await compare(services, text=ASKED)
    assert made.num_passages == 1
    assert all(DROPOUT in prompt and ASKED in prompt for prompt in pool.prompts)
    assert [entry.text for entry in made.entries] == ["Bananas are blue."] * 2


async def test_where_the_notes_hold_nothing_there_are_no_passages(
    services: Services, pool: ScriptedPool
) -> None:
    assert (await compare(services)).num_passages == 0
    assert pool.prompts[0].startswith("Question: What is dropout?")


async def test_earlier_questions_of_the_channel_are_not_in_the_prompt(
    services: Services, pool: ScriptedPool
) -> None:
    await ask(services, "What is a loss?")
    await compare(services)
    assert "loss" not in pool.prompts[-1]


async def test_a_comparison_leaves_nothing_in_the_conversation(
    services: Services, pool: ScriptedPool
) -> None:
    await compare(services)
    await ask(services, "And why?")
    assert "dropout" not in pool.prompts[-1]


async def test_models_write_one_after_the_other(services: Services, pool: ScriptedPool) -> None:
    async with running(services, pool) as (live, gate):
        assert len(pool.prompts) == 2
        assert [each.state for each in live.comparison.entries] == [
            EntryState.DONE,
            EntryState.WAITING,
            EntryState.WAITING,
        ]
        gate.set()
        await last_of(live)
    assert len(pool.prompts) == 3


async def test_one_comparison_runs_at_a_time_and_the_next_one_after_it(
    services: Services, pool: ScriptedPool
) -> None:
    async with (
        running(services, pool) as (first, gate),
        services.compare.compare(wish("small", "large", asker=BOB)) as second,
    ):
        async for snapshot in second.snapshots():
            assert snapshot.writing is None
            break
        gate.set()
        assert (await last_of(first)).comparison.state is ComparisonState.DONE
        assert (await last_of(second)).comparison.state is ComparisonState.DONE


# What is measured


async def test_figures_are_measured_from_when_the_model_is_there(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [Script(logprob=-0.5)]
    made = await compare(services)
    for entry in made.entries:
        assert entry.num_new_tokens == 4
        assert entry.mean_logprob == -0.5
        assert (entry.revision, entry.layout) == ("0" * 40, "float32")
        assert entry.loading_seconds is not None
        assert entry.first_token_seconds is not None
        assert entry.seconds is not None
        assert 0 <= entry.first_token_seconds <= entry.seconds


async def test_loading_is_told_and_so_is_each_answer_when_it_is_there(
    services: Services, pool: ScriptedPool
) -> None:
    pool.load_gate = asyncio.Event()
    seen: list[ComparisonSnapshot] = []
    async with services.compare.compare(wish("small", "large")) as live:
        async for snapshot in live.snapshots():
            seen.append(snapshot)
            if snapshot.loading is not None:
                pool.load_gate.set()
    loading = next(each for each in seen if each.loading is not None)
    assert loading.writing == 1
    assert loading.comparison.entries[0].text == "Dropout zeroes activations."
    assert not loading.is_final


# What goes wrong


async def test_too_little_memory_for_one_model_is_its_entry_and_not_the_end(
    services: Services, pool: ScriptedPool
) -> None:
    pool.load_error = NotEnoughMemory("large needs 7 GB.")
    made = await compare(services, "large", "small", "tiny")
    assert [each.error for each in made.entries] == ["large needs 7 GB.", None, "large needs 7 GB."]
    assert made.entries[1].text == "Dropout zeroes activations."
    assert made.state is ComparisonState.DONE


async def test_where_only_one_answers_nothing_is_kept_secret(
    services: Services, pool: ScriptedPool
) -> None:
    pool.load_error = NotEnoughMemory("large needs 7 GB.")
    made = await compare(services, is_blind=True)
    assert made.is_revealed
    assert made.candidates == ()


async def test_a_model_that_fails_is_told_with_its_error_id(
    services: Services, pool: ScriptedPool
) -> None:
    failing = Script(words=["Drop"], finish_reason=FinishReason.FAILED, error_id="ab12")
    pool.scripts = [failing, Script()]
    made = await compare(services)
    assert "error id ab12" in (made.entries[0].error or "")
    assert made.entries[1].has_answer


async def test_a_bug_in_one_models_turn_is_reported_and_the_next_has_its_turn(
    services: Services, pool: ScriptedPool, bugs: list[BaseException]
) -> None:
    pool.scripts = [Script(error=KeyError("no one foresaw this")), Script()]
    made = await compare(services)
    assert [type(bug) for bug in bugs] == [KeyError]
    assert "error id" in (made.entries[0].error or "")
    assert made.entries[1].has_answer


async def test_an_empty_answer_is_told_as_one(services: Services, pool: ScriptedPool) -> None:
    pool.scripts = [Script(words=[" "]), Script()]
    made = await compare(services)
    assert made.entries[0].error == "The model had nothing to say."


async def test_what_the_server_does_not_want_is_written_again_with_another_seed(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [Script([" Dropout", " is", " fucking", " good."]), Script()]
    made = await compare(services, seed=7)
    assert [each.seed for each in made.entries] == [1007, None]
    assert made.entries[0].text == "Dropout zeroes activations."


async def test_what_is_indecent_twice_is_withheld(services: Services, pool: ScriptedPool) -> None:
    bad = Script([" Dropout", " is", " fucking", " good."])
    pool.scripts = [bad, bad, Script()]
    made = await compare(services)
    assert made.entries[0].error == WITHHELD
    assert made.entries[0].text == ""


async def test_a_stop_keeps_what_is_there_and_leaves_out_the_rest(
    services: Services, pool: ScriptedPool
) -> None:
    async with running(services, pool) as (live, _):
        await services.compare.stop(ADA, CHANNEL.server, live.comparison.id)
        made = (await last_of(live)).comparison
    assert made.state is ComparisonState.STOPPED
    assert [each.state for each in made.entries] == [
        EntryState.DONE,
        EntryState.LEFT_OUT,
        EntryState.LEFT_OUT,
    ]
    assert len(pool.prompts) == 2


async def test_only_who_asked_and_admins_can_stop(services: Services, pool: ScriptedPool) -> None:
    async with running(services, pool) as (live, _):
        with pytest.raises(NotAllowed, match="Only Ada, who asked, and admins can stop"):
            await services.compare.stop(BOB, CHANNEL.server, live.comparison.id)
        with pytest.raises(NotFound):
            await services.compare.stop(ADA, "other guild", live.comparison.id)
        await services.compare.stop(ADMIN, CHANNEL.server, live.comparison.id)
        assert (await last_of(live)).comparison.state is ComparisonState.STOPPED


async def test_who_leaves_early_stops_it(services: Services, pool: ScriptedPool) -> None:
    async with running(services, pool) as (live, _):
        number = live.comparison.id
    ended = await services.ballot.latest(number)
    assert ended is not None
    assert ended.state is ComparisonState.STOPPED


async def test_a_farewell_interrupts_what_runs_and_what_comes(
    services: Services, pool: ScriptedPool
) -> None:
    async with running(services, pool) as (live, _):
        services.compare.interrupt_all()
        made = (await last_of(live)).comparison
    assert made.state is ComparisonState.INTERRUPTED
    assert made.entries[0].has_answer
    assert (await compare(services)).state is ComparisonState.INTERRUPTED


async def test_one_whose_person_deletes_what_is_theirs_stops_and_leaves_nothing(
    services: Services, pool: ScriptedPool, bugs: list[BaseException]
) -> None:
    async with running(services, pool) as (live, _):
        await services.privacy.delete(BOB)
        assert live.ended_as is None
        await services.privacy.delete(ADA)
        last = await last_of(live)
    assert last.error == "I no longer know this comparison; please ask for a new one with /compare."
    assert await services.ballot.latest(last.comparison.id) is None
    assert bugs == []


async def test_a_store_that_breaks_at_the_end_is_told(
    services: Services, bugs: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*about: object, **more: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("bot.storage.comparisons.ComparisonQueries.end", broken)
    async with services.compare.compare(wish("small", "large")) as live:
        last = await last_of(live)
    assert "error id" in (last.error or "")
    assert [type(bug) for bug in bugs] == [OSError]


# Which models


async def test_without_names_those_that_are_here_are_compared_the_loaded_first(
    services: Services, pool: ScriptedPool
) -> None:
    pool.loaded = {"tiny"}
    assert await services.compare.chosen(()) == ("tiny", "small", "large")
    assert await services.compare.chosen(("", " ")) == ("tiny", "small", "large")


async def test_names_count_once_and_blanks_do_not(services: Services) -> None:
    assert await services.compare.chosen((" small", "large", "small", "")) == ("small", "large")


async def test_one_model_is_no_comparison(services: Services) -> None:
    refused = await refusal(services, "small", "small")
    assert refused.text == "small alone is no comparison; name at least one more model."


async def test_where_one_model_is_here_the_others_must_be_named(
    services: Services, pool: ScriptedPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    (one, *_) = await pool.statuses()

    async def statuses() -> list[object]:
        return [one]

    monkeypatch.setattr(pool, "statuses", statuses)
    with pytest.raises(QuestionRefused, match="only one model on this machine"):
        await services.compare.chosen(())


async def test_more_than_five_are_too_many(
    services: Services, pool: ScriptedPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = pool.spec("small")
    monkeypatch.setattr(pool, "spec", lambda name: dataclasses.replace(spec, name=name))
    with pytest.raises(QuestionRefused, match="These are 6 models; please compare 5 or fewer"):
        await services.compare.chosen("abcdef")


async def test_a_name_that_nobody_knows_is_refused(services: Services) -> None:
    assert isinstance(await refusal(services, "small", "huge"), UnknownModel)


async def test_secret_places_are_drawn_and_open_ones_are_as_named(services: Services) -> None:
    names = ("small", "large", "tiny")
    orders = {
        names_of(await compare(services, *names, is_blind=True, asker=OPERATOR)) for _ in range(6)
    }
    assert len(orders) > 1
    assert names_of(await compare(services, *names)) == names


# Limits and refusals


async def test_each_model_counts_as_a_question(services: Services, clock: SetClock) -> None:
    await services.settings.change(ADMIN, CHANNEL.server, person_limit=Limit(3, 3600))
    await compare(services)
    refused = await refusal(services)
    assert isinstance(refused, RateLimited)
    assert refused.text.startswith(
        "Comparing 2 models counts as 2 questions. You have reached the limit of 3 questions per"
    )
    await ask(services)  # the refused one was not charged at all


async def test_more_models_than_the_limit_allows_at_all_are_refused_as_such(
    services: Services,
) -> None:
    await services.settings.change(ADMIN, CHANNEL.server, channel_limit=Limit(2, 3600))
    refused = await refusal(services, "small", "large", "tiny")
    assert refused.text == (
        "Comparing 3 models counts as 3 questions, and the limit here is 2 questions per hour; "
        "please name fewer models."
    )
    made = await compare(services, "small", "large", "tiny", asker=OPERATOR)
    assert names_of(made) == ("small", "large", "tiny")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (" ", QuestionRefused),
        ("Thank you!", SmallTalk),
        ("How do I kill my neighbour?", NotDecent),
        ("I want to kill myself", HelpOffered),
    ],
)
async def test_what_ask_would_refuse_is_refused(
    services: Services, pool: ScriptedPool, text: str, kind: type[BotError]
) -> None:
    assert isinstance(await refusal(services, text=text), kind)
    assert pool.prompts == []
    assert await services.ballot.latest(1) is None


async def test_an_event_that_is_delivered_twice_is_compared_once(services: Services) -> None:
    wanted = wish("small", "large")
    async with services.compare.compare(wanted) as live:
        await last_of(live)
    with pytest.raises(AlreadyAccepted):
        async with services.compare.compare(wanted):
            pass
