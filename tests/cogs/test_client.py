"""The client itself: what it may know, what it says of errors, how it lives on."""

import asyncio
import dataclasses

import discord
import pytest

from bot.cogs.registry import make_client
from bot.domain.errors import AlreadyAccepted, QuestionRefused
from tests.cogs.conftest import Scene, StartBot


async def test_no_privileged_intent_is_used_by_default(bot: Scene) -> None:
    assert bot.client is not None
    intents = bot.client.intents
    used = [intents.message_content, intents.members, intents.presences]
    assert used == [False, False, False]


async def test_nothing_is_logged_about_voice(
    scene: Scene,
    start_bot: StartBot,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name in ("warn_nacl", "warn_dave"):
        monkeypatch.setattr(discord.VoiceClient, name, True)
    async with start_bot():
        assert "voice" not in caplog.text


async def test_nobody_can_be_pinged_by_whatever_is_sent(bot: Scene) -> None:
    assert bot.client is not None
    allowed = bot.client.allowed_mentions
    assert allowed is not None
    assert allowed.to_dict() == discord.AllowedMentions.none().to_dict()


async def test_a_bug_in_an_event_is_reported_and_the_bot_stays(bot: Scene) -> None:
    assert bot.client is not None

    async def on_typing(*_: object) -> None:
        raise RuntimeError("a bug")

    bot.client.on_typing = on_typing  # type: ignore[attr-defined]
    bot.client.dispatch("typing", None, None, None)
    await bot.server.until(lambda: [str(bug) for bug in bot.bugs] == ["a bug"])
    bot.bugs.clear()
    assert "zeroes" in (await bot.ask()).content


async def test_a_refusal_is_its_own_sentence_and_no_bug(bot: Scene) -> None:
    assert bot.client is not None
    assert bot.client.sentence_of(QuestionRefused("Please ask in words.")) == "Please ask in words."
    assert bot.client.sentence_of(AlreadyAccepted("twice")) is None
    assert bot.bugs == []


@pytest.mark.parametrize("command", ["help", "about"])
async def test_a_bug_in_a_command_is_told_with_its_id(
    bot: Scene, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> str:
        raise KeyError("secret detail")

    monkeypatch.setattr("bot.cogs.about.about_text", broken)
    monkeypatch.setattr("bot.cogs.help.HELP", None)
    asked = await bot.ada.slash(bot.channel, command)
    message = await asked.responded()
    assert "error id bug1" in message.content
    assert "secret" not in message.content
    assert message.is_ephemeral
    bot.bugs.clear()


async def test_a_farewell_waits_for_commands_but_not_for_ever(
    scene: Scene, start_bot: StartBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cogs.client.RETIRE_SECONDS", 0.2)
    scene.pool.load_gate = asyncio.Event()
    async with start_bot() as client:
        asked = await scene.admin.slash(scene.channel, "model switch", model="large")
        await asked.responded()
        assert len(client._working) == 1
    assert not client._working
    assert scene.bugs == []


async def test_a_farewell_before_the_client_is_ready_leaves_no_task_behind(
    scene: Scene, start_bot: StartBot
) -> None:
    async with start_bot() as client:
        patient = dataclasses.replace(client.options, guild_ready_seconds=30)
        other = make_client(client.services, patient)
        running = asyncio.create_task(other.run_until_closed(scene.server.token))
        waiting = await scene.server.until(lambda: other._connection._ready_task)
        await other.retire()
        await running
        done, _ = await asyncio.wait({waiting}, timeout=1)
        assert done
