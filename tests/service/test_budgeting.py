"""Previews of prompts: what would be read, and that nothing is asked, stored or charged."""

import pytest

from bot.domain.card import Basis
from bot.domain.conversation import Conversation
from bot.domain.errors import QuestionRefused
from bot.domain.rate_limit import Limit
from bot.service.services import Services
from bot.storage.database import Database
from tests.scripted_models import Script, ScriptedPool
from tests.service.asking import ADMIN, CHANNEL, ask
from tests.service.notes import ASKED, keep, row_of


async def test_without_a_question_everything_else_is_counted(services: Services) -> None:
    await ask(services)
    preview = await services.budget.preview(CHANNEL)
    assert preview.budget is not None
    assert preview.budget.parts.history > 0
    assert preview.budget.room == 160
    assert preview.budget.window == 1024
    assert (preview.num_turns, preview.num_dropped_turns) == (1, 0)


async def test_elsewhere_nothing_was_said(services: Services) -> None:
    await ask(services)
    preview = await services.budget.preview(Conversation("guild", "elsewhere"))
    assert preview.budget is not None
    assert preview.budget.parts.history == 0
    assert (preview.num_turns, preview.num_dropped_turns) == (0, 0)


async def test_a_preview_is_the_budget_that_the_question_then_gets(
    services: Services, store: Database
) -> None:
    await keep(store)
    await ask(services)
    for text, basis in ((ASKED, Basis.NOTES), ("What is a llama?", Basis.MEMORY)):
        preview = await services.budget.preview(CHANNEL, text)
        row = await row_of(store, await ask(services, text))
        assert preview.basis is basis
        assert preview.budget == row.budget
        assert preview.num_dropped_turns == 0 or basis is Basis.NOTES


async def test_turns_that_do_not_fit_are_counted(services: Services, pool: ScriptedPool) -> None:
    pool.scripts = [Script(words=[" word"] * 30)]
    for number in range(4):
        await ask(services, f"What is {number}?")
    pool.window = 160 + 60
    preview = await services.budget.preview(CHANNEL)
    assert preview.num_turns + preview.num_dropped_turns == 4
    assert preview.num_turns == 1


async def test_an_approved_answer_needs_no_prompt(services: Services, store: Database) -> None:
    async with store.transaction() as transaction:
        await transaction.notes.put_answer(CHANNEL.server, 1, ASKED, "It zeroes units.", None)
    preview = await services.budget.preview(CHANNEL, ASKED)
    assert (preview.basis, preview.budget) == (Basis.ANSWERED, None)


async def test_nothing_is_written_stored_or_charged(
    services: Services, store: Database, pool: ScriptedPool
) -> None:
    await services.settings.change(ADMIN, CHANNEL.server, person_limit=Limit(1, 3600))
    for _ in range(3):
        await services.budget.preview(CHANNEL, "What is dropout?")
    assert pool.prompts == []
    assert await services.delivery.answer(1) is None
    await ask(services)


async def test_a_question_without_words_is_refused_as_always(services: Services) -> None:
    with pytest.raises(QuestionRefused):
        await services.budget.preview(CHANNEL, " … ")
