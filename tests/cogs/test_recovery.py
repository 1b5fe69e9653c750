"""Ends that a restart has to show: beside the gateway, one at a time, and never too late."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.cogs import recovery
from bot.domain.answer import Answer
from bot.domain.feedback import Reception
from bot.service.snapshot import Snapshot
from tests.cogs.conftest import Scene, StartBot
from tests.cogs.test_restart import reopen
from tests.discord_server import Message
from tests.scripted_models import Script

LONG = [f" word{number}" for number in range(400)]
STALE = "… ▌"
OLD = "Dropout zeroes activations."


@asynccontextmanager
async def stale(scene: Scene, start_bot: StartBot, count: int) -> AsyncIterator[list[Message]]:
    """Answers that ended, whose messages do not show it: as after a kill."""
    async with start_bot():
        messages = [await scene.ask(f"Question {number}?") for number in range(count)]
        for message in messages:
            await scene.thread_of(message)
        assert scene.services is not None
        async with scene.services.installation._store.transaction() as transaction:
            for number in range(count):
                await reopen(transaction, answer_id=number + 1, state=None)
    for message in messages:
        message.content = STALE
    scene.server.rate_limits.lift()
    yield messages


def part_after(scene: Scene, message: Message) -> Message | None:
    """The bot's next message in the channel."""
    return next((m for m in scene.channel.messages if m.id > message.id and m.content), None)


def edit_of(message: Message) -> str:
    return rf"/channels/\d+/messages/{message.id}$"


async def test_a_slow_channel_keeps_nobody_waiting(scene: Scene, start_bot: StartBot) -> None:
    async with stale(scene, start_bot, 2) as (first, second):
        scene.server.delay_next("PATCH", edit_of(first), 1.5)
        async with start_bot():
            assert first.content == STALE, "the gateway opens while the edit is on its way"
            assert "zeroes" in (await scene.ask("A new question?")).content
            assert first.content == second.content == STALE
            await scene.server.until(lambda: OLD in first.content and OLD in second.content)
    assert scene.bugs == []


async def test_one_answer_that_cannot_be_shown_does_not_stop_the_start(
    scene: Scene, start_bot: StartBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = recovery.ended_snapshot

    def broken(answer: Answer, reception: Reception) -> Snapshot:
        if answer.id == 1:
            raise KeyError("no one foresaw this")
        return real(answer, reception)

    async with stale(scene, start_bot, 2) as (first, second):
        with monkeypatch.context() as patch:
            patch.setattr(recovery, "ended_snapshot", broken)
            async with start_bot():
                await scene.server.until(lambda: OLD in second.content)
                assert first.content == STALE
                assert "zeroes" in (await scene.ask("A new question?")).content
        assert [type(bug) for bug in scene.bugs] == [KeyError]
        async with start_bot():
            await scene.server.until(lambda: OLD in first.content)
        assert len(scene.bugs) == 1


async def test_a_button_pressed_meanwhile_waits_for_the_old_end_and_stays_answered(
    scene: Scene, start_bot: StartBot
) -> None:
    async with stale(scene, start_bot, 1) as (message,):
        scene.server.delay_next("PATCH", edit_of(message), 0.7)
        scene.pool.scripts = [Script(words=["Fresh."])]
        async with start_bot():
            assert message.content == STALE
            await scene.ada.click(message, "Regenerate")
            await scene.server.until(lambda: "Fresh." in message.content)
            await scene.server.quiet(1.0)
            assert "Fresh." in message.content
            shown = [version.content for version in message.versions]
            first_fresh = next(n for n, text in enumerate(shown) if "Fresh." in text)
            assert not [text for text in shown[first_fresh:] if OLD in text]
        assert len(scene.pool.prompts) == 2
    assert scene.bugs == []


async def test_a_button_of_an_answer_whose_turn_has_not_come_is_answered_first(
    scene: Scene, start_bot: StartBot
) -> None:
    async with stale(scene, start_bot, 3) as (first, second, third):
        scene.server.delay_next("PATCH", edit_of(first), 0.5)
        scene.server.delay_next("PATCH", edit_of(second), 1.5)
        scene.pool.scripts = [Script(words=["Fresh."])]
        async with start_bot():
            await scene.ada.click(third, "Regenerate")
            await scene.server.until(lambda: "Fresh." in third.content)
            assert second.content == STALE, "the press did not wait for the whole queue"
            await scene.server.until(lambda: OLD in second.content)
            await scene.server.quiet(0.3)
            assert "Fresh." in third.content
    assert scene.bugs == []


async def test_a_press_meanwhile_takes_over_every_part_that_the_old_end_needs(
    scene: Scene, start_bot: StartBot
) -> None:
    """A long answer was replacing a short one; the kill came before its first edit."""
    async with start_bot():
        message = await scene.ask()
        await scene.thread_of(message)
        short = message.components
        scene.pool.scripts = [Script(words=LONG)]
        await scene.ada.click(message, "Regenerate")
        second = await scene.server.until(lambda: part_after(scene, message))
        await scene.ended(second)
        await scene.server.quiet()  # its delivery is noted
        assert scene.services is not None
        async with scene.services.installation._store.transaction() as transaction:
            await reopen(transaction, answer_id=2, state=None)
            await transaction.answers.drop_messages(2, 1)
    second.deleted = True
    message.content, message.components = STALE, short
    scene.server.rate_limits.lift()
    scene.server.delay_next("PATCH", edit_of(message), 0.7)
    scene.pool.scripts = [Script(words=["Fresh."])]
    async with start_bot():
        await scene.ada.click(message, "Regenerate")
        await scene.server.until(lambda: "Fresh." in message.content)
        await scene.ended(message)
        await scene.server.quiet(0.5)
        assert part_after(scene, message) is None
        assert "Fresh." in message.content
    assert scene.bugs == []


async def test_an_older_answer_is_not_shown_over_a_newer_one(
    scene: Scene, start_bot: StartBot
) -> None:
    """Its last edit failed, somebody pressed Regenerate, and then came a restart."""
    async with start_bot():
        message = await scene.ask()
        scene.pool.scripts = [Script(words=["Fresh."])]
        await scene.ada.click(message, "Regenerate")
        await scene.server.until(lambda: "Fresh." in message.content)
        await scene.ended(message)
        await scene.server.quiet()
        assert scene.services is not None
        async with scene.services.installation._store.transaction() as transaction:
            await reopen(transaction, answer_id=1, state=None)
    async with start_bot():
        await scene.server.quiet(0.3)
        assert "Fresh." in message.content
        assert await scene.services.recovery.undelivered() == []
    assert scene.bugs == []


async def test_a_farewell_leaves_the_rest_to_the_next_start(
    scene: Scene, start_bot: StartBot
) -> None:
    async with stale(scene, start_bot, 3) as (first, second, third):
        scene.server.delay_next("PATCH", edit_of(first), 0.5)
        async with start_bot():
            pass
        assert OLD in first.content
        assert second.content == third.content == STALE
        async with start_bot():
            await scene.server.until(lambda: OLD in second.content and OLD in third.content)
    assert scene.bugs == []
