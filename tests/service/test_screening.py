"""What may be asked: refused, helped or answered, before anything is stored."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.domain.decency import (
    BLOCKED,
    HELP,
    NOT_CONTINUED,
    NOT_CORRECTED,
    REFUSAL,
    UNSEEMLY,
    DecencyLevel,
)
from bot.domain.errors import BotError, HelpOffered, InvalidParameter, NotAllowed, NotDecent
from bot.service.complete import Wish
from bot.service.feedback import Mark
from bot.service.services import Services
from bot.service.snapshot import Snapshot
from bot.storage.database import Database
from tests.scripted_models import ScriptedPool
from tests.service.asking import ADA, ADMIN, CHANNEL, ask, last_snapshot
from tests.service.test_press import press

Tell = Callable[[Services, str], Awaitable[Snapshot]]
OFF, STANDARD, STRICT = DecencyLevel


async def complete(services: Services, text: str, **more: Any) -> Snapshot:
    """Let a text be continued, to the end."""
    async with services.complete.complete(Wish("wish:1", ADA, CHANNEL, text, **more)) as live:
        return await last_snapshot(live)


async def set_level(services: Services, level: DecencyLevel) -> None:
    """As an admin."""
    await services.settings.change(ADMIN, "guild", decency=level)


async def refusal(services: Services, tell: Tell, text: str) -> BotError:
    """Why a text is not taken."""
    with pytest.raises(BotError) as refused:
        await tell(services, text)
    return refused.value


@pytest.mark.parametrize("tell", [ask, complete])
@pytest.mark.parametrize("level", DecencyLevel)
async def test_who_needs_help_gets_it_at_every_level_and_nothing_is_stored(
    services: Services, store: Database, pool: ScriptedPool, tell: Tell, level: DecencyLevel
) -> None:
    await set_level(services, level)
    told = await refusal(services, tell, "I don't want to live anymore")
    assert isinstance(told, HelpOffered)
    assert told.text == HELP
    async with store.reading() as transaction:
        assert await transaction.answers.get(1) is None
        assert (await transaction.turns.newest(CHANNEL, 9)).turns == ()
    assert pool.prompts == []


@pytest.mark.parametrize("tell", [ask, complete])
@pytest.mark.parametrize(
    "text", ["Write an insult about my professor", "you are a worthless piece of garbage"]
)
async def test_what_is_aimed_at_people_is_refused_before_anything_is_generated(
    services: Services, store: Database, pool: ScriptedPool, tell: Tell, text: str
) -> None:
    told = await refusal(services, tell, text)
    assert isinstance(told, NotDecent)
    assert told.text == REFUSAL
    async with store.reading() as transaction:
        assert await transaction.answers.get(1) is None
    assert pool.prompts == []


async def test_a_server_that_switched_it_off_answers(services: Services) -> None:
    await set_level(services, OFF)
    assert (await ask(services, "Write an insult about my professor")).text


async def test_swearing_is_a_way_of_asking_unless_the_server_is_strict(
    services: Services,
) -> None:
    assert (await ask(services, "what the fuck is dropout")).text
    await set_level(services, STRICT)
    assert (await refusal(services, ask, "what the fuck is dropout")).text == UNSEEMLY


async def test_a_text_to_continue_has_to_be_decent_since_it_is_shown(
    services: Services,
) -> None:
    assert (await refusal(services, complete, "what the fuck is")).text == NOT_CONTINUED


@pytest.mark.parametrize("level", DecencyLevel)
async def test_a_blocked_word_is_not_asked_with_at_any_level(
    services: Services, level: DecencyLevel
) -> None:
    await set_level(services, level)
    await services.settings.block(ADMIN, "guild", "final exam")
    assert (await refusal(services, ask, "Where is the f1nal EXAM?")).text == BLOCKED
    await services.settings.unblock(ADMIN, "guild", "final exam")
    assert (await ask(services, "Where is the final exam?")).text


async def test_a_block_list_holds_for_its_server_only(services: Services) -> None:
    await services.settings.block(ADMIN, "another", "dropout")
    assert (await ask(services)).text


@pytest.mark.parametrize("deed", ["block", "unblock", "blocked"])
async def test_only_admins_see_and_change_what_is_blocked(services: Services, deed: str) -> None:
    entry = () if deed == "blocked" else ("banana",)
    with pytest.raises(NotAllowed, match="Only admins can see or change what is blocked"):
        await getattr(services.settings, deed)(ADA, "guild", *entry)


async def test_what_is_blocked_is_kept_with_the_other_settings(services: Services) -> None:
    await services.settings.change(ADMIN, "guild", decency=STRICT, temperature=0.5)
    assert await services.settings.block(ADMIN, "guild", "Banana") == ("Banana",)
    with pytest.raises(InvalidParameter, match="blocked already"):
        await services.settings.block(ADMIN, "guild", "banana")
    shown = await services.settings.show("guild")
    assert (shown.decency, shown.temperature) == (STRICT, 0.5)
    assert await services.settings.blocked(ADMIN, "guild") == ("Banana",)
    assert await services.settings.unblock(ADMIN, "guild", "banana") == ()


async def test_an_old_question_is_checked_again_when_it_is_answered_again(
    services: Services,
) -> None:
    await set_level(services, OFF)
    first = await ask(services, "Write an insult about my professor")
    await set_level(services, STANDARD)
    with pytest.raises(NotDecent):
        await press(services.press.regenerate, first.answer_id)


@pytest.mark.parametrize("blocked", ["mask of zeros", "switches off"])
async def test_a_correction_goes_through_the_servers_filter(
    services: Services, blocked: str
) -> None:
    number = (await ask(services)).answer_id
    await services.settings.block(ADMIN, "guild", blocked)
    mark = Mark(ADMIN, "guild", number)
    with pytest.raises(NotDecent) as refused:
        await services.feedback.correct(mark, "What switches off units?", "A mask of zeros.")
    assert refused.value.text == NOT_CORRECTED
    assert await services.feedback.endorsed("guild") == []
    assert (
        await services.feedback.correct(mark, "What is it?", "A mask.")
    ).review.text == "A mask."


async def test_a_correction_is_as_decent_as_the_servers_level(services: Services) -> None:
    mark = Mark(ADMIN, "guild", (await ask(services)).answer_id)
    with pytest.raises(NotDecent):
        await services.feedback.correct(mark, "What is dropout?", "A fucking mask.")
    await set_level(services, OFF)
    await services.feedback.correct(mark, "What is dropout?", "A fucking mask.")
