"""Regenerate and Continue: what the model reads, what the conversation keeps."""

import itertools
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from bot.domain.answer import AnswerState
from bot.domain.errors import QuestionRefused
from bot.domain.sampling import FinishReason
from bot.service.live_answer import LiveAnswer
from bot.service.press import Press
from bot.service.services import Services
from bot.service.snapshot import Snapshot
from tests import scripted_services
from tests.scripted_models import Script, ScriptedPool
from tests.service.asking import ADA, ask, last_snapshot

_presses = itertools.count(1)
Press_ = Callable[[Press], AbstractAsyncContextManager[LiveAnswer]]


async def press(button: Press_, answer_id: int) -> Snapshot:
    """Press and read to the end."""
    async with button(Press(f"press:{next(_presses)}", ADA, answer_id)) as live:
        return await last_snapshot(live)


def cut_off(*words: str) -> Script:
    return Script(words=words, finish_reason=FinishReason.LENGTH)


async def test_each_continuation_goes_on_from_the_last_word(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [
        cut_off("One", " two"),
        cut_off(" three", " four\n"),
        cut_off(" five"),
        Script(words=[" six."]),
    ]
    snapshot = await ask(services)
    opening = pool.prompts[-1]
    texts = []
    for _ in range(3):
        snapshot = await press(services.press.go_on, snapshot.answer_id)
        texts.append(snapshot.text)
    assert texts == [
        "One two three four\n",
        "One two three four five",
        "One two three four five six.",
    ]
    assert [prompt.removeprefix(opening) for prompt in pool.prompts[1:]] == [
        " One two",
        " One two three four",
        " One two three four five",
    ]


async def test_a_failed_attempt_does_not_bring_the_old_answer_back(
    services: Services, pool: ScriptedPool
) -> None:
    pool.scripts = [
        Script(words=["Bad", " old."]),
        Script(error=RuntimeError("broken")),
        Script(words=["New."]),
        Script(words=["Next."]),
    ]
    first = await ask(services)
    failed = await press(services.press.regenerate, first.answer_id)
    assert failed.state is AnswerState.FAILED
    better = await press(services.press.regenerate, failed.answer_id)
    assert better.text == "New."
    assert "Bad old" not in pool.prompts[-1]
    await ask(services, "And then?")
    assert pool.prompts[-1].count("What is dropout?") == 1
    assert "Answer: New." in pool.prompts[-1]
    assert "Bad old" not in pool.prompts[-1]


async def test_what_has_no_text_cannot_go_on(services: Services, pool: ScriptedPool) -> None:
    pool.scripts = [Script(error=RuntimeError("broken"))]
    failed = await ask(services)
    with pytest.raises(QuestionRefused, match="press Regenerate"):
        await press(services.press.go_on, failed.answer_id)


async def test_what_was_searched_is_sampled_when_it_is_regenerated(
    services: Services, pool: ScriptedPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A search would find the same text again."""
    pool.template = "base"
    monkeypatch.setitem(scripted_services.PLAIN, "num_candidates", 4)
    first = await ask(services)
    assert pool.samplings[-1].is_contrastive
    await press(services.press.regenerate, first.answer_id)
    assert pool.samplings[-1].is_random
