"""Farewells, crashes and returns: every answer ends, once."""

import asyncio

import pytest

from bot.cogs.client import DiscordOptions
from bot.cogs.registry import make_client
from bot.domain.answer import AnswerState, MessageRef
from bot.domain.errors import ConfigurationError
from tests.cogs.conftest import Scene, StartBot
from tests.scripted_models import Script


async def test_a_farewell_marks_what_runs_as_interrupted(scene: Scene, start_bot: StartBot) -> None:
    scene.pool.scripts = [Script(gate=asyncio.Event())]
    async with start_bot():
        asked = await scene.ada.slash(scene.channel, "ask", question="What is dropout?")
        message = await asked.responded()
        await scene.server.until(lambda: "Dropout" in message.content)
    assert "Interrupted by a restart" in message.content
    assert "Dropout" in message.content
    assert "Regenerate" in message.buttons


async def test_while_retiring_nothing_new_is_accepted(bot: Scene) -> None:
    assert bot.client is not None
    bot.client.is_retiring = True
    asked = await bot.ada.slash(bot.channel, "ask", question="What is dropout?")
    assert "I am restarting" in (await asked.responded()).content
    assert bot.pool.prompts == []


async def test_what_a_crash_left_open_is_marked_at_the_next_start(
    scene: Scene, start_bot: StartBot
) -> None:
    """As after a kill: rows are open or undelivered, messages show something stale."""
    async with start_bot():
        done = await scene.ask("First?")
        stale = await scene.ask("Second?")
        await scene.thread_of(stale)
        assert scene.services is not None
        store = scene.services.installation._store
        async with store.transaction() as transaction:
            await reopen(transaction, answer_id=2, state=AnswerState.GENERATING)
            await reopen(transaction, answer_id=1, state=None)
        for message in (done, stale):
            message.content = "… ▌"
    scene.pool.scripts = [Script(words=["Fresh."])]
    async with start_bot():
        await scene.server.until(lambda: "zeroes" in done.content)
        await scene.server.until(lambda: "Interrupted by a restart" in stale.content)
        assert stale.buttons == ["Regenerate", "Details"]
        await scene.ada.click(stale, "Regenerate")
        await scene.server.until(lambda: "Fresh." in stale.content)
    async with start_bot():
        await scene.server.quiet(0.3)
        assert "Fresh." in stale.content
    assert scene.bugs == []


async def test_dropped_turns_are_told_again_when_a_restart_shows_the_end(
    scene: Scene, start_bot: StartBot
) -> None:
    scene.pool.window = 260
    async with start_bot():
        for _ in range(3):
            await scene.ask("word " * 60)
        shown = await scene.ask("word " * 60)
        await scene.thread_of(shown)
        assert scene.services is not None
        async with scene.services.installation._store.transaction() as transaction:
            await reopen(transaction, answer_id=4, state=None)
        before, shown.content = shown.content, "… ▌"
    assert "no longer fit" in before
    async with start_bot():
        await scene.server.until(lambda: shown.content == before)
    assert scene.bugs == []


async def reopen(transaction: object, *, answer_id: int, state: AnswerState | None) -> None:
    """Put a row back to where a kill would have left it."""
    from sqlalchemy import update

    from bot.storage.tables import answers

    values: dict[str, object] = {"delivered_at": None}
    if state is not None:
        values |= {"state": state, "finished_at": None, "text": ""}
    connection = transaction.answers._connection  # type: ignore[attr-defined]
    await connection.execute(update(answers).where(answers.c.id == answer_id).values(values))


async def test_a_message_that_was_sent_but_not_noted_is_not_sent_twice(
    scene: Scene, start_bot: StartBot
) -> None:
    """Killed between Discord's receipt and our note: the nonce finds the message again."""
    async with start_bot():
        thread = await scene.thread_of(await scene.ask())
        await scene.ada.say(thread, "Why?", reply_to=thread.messages[-1])
        answer = await scene.server.until(
            lambda: next((m for m in thread.messages if "Regenerate" in m.buttons), None)
        )
        assert scene.services is not None
        (ref,) = await scene.services.delivery.messages(2)
        assert ref.message_id == str(answer.id)
        store = scene.services.installation._store
        async with store.transaction() as transaction:
            await transaction.answers.put_message(MessageRef(2, 0, ref.channel_id, ref.nonce, None))
            await reopen(transaction, answer_id=2, state=AnswerState.GENERATING)
    count = len(thread.messages)
    async with start_bot():
        await scene.server.until(lambda: "Interrupted by a restart" in answer.content)
        assert len(thread.messages) == count
    assert scene.bugs == []


async def test_commands_are_told_to_discord_once(scene: Scene, start_bot: StartBot) -> None:
    for _ in range(2):
        async with start_bot():
            pass
    assert scene.server.commands.num_syncs == 1
    assert set(scene.server.commands.names) >= {
        "ask",
        "complete",
        "model",
        "settings",
        "limits",
        "reset",
        "help",
        "about",
        "Ask about this message",
    }


async def test_a_wrong_token_is_one_sentence(scene: Scene, start_bot: StartBot) -> None:
    async with start_bot() as client:
        other = make_client(
            client.services,
            DiscordOptions(report=lambda bug: "x"),
        )
        with pytest.raises(ConfigurationError, match="Discord does not accept DISCORD_TOKEN"):
            await other.run_until_closed("wrong." + "x" * 40)


async def test_an_intent_that_is_not_enabled_is_one_sentence(
    scene: Scene, start_bot: StartBot
) -> None:
    async with start_bot() as client:
        options = DiscordOptions(report=lambda bug: "x", message_content=True)
        other = make_client(client.services, options)
        with pytest.raises(ConfigurationError, match="lacks the Message Content intent"):
            await other.run_until_closed(scene.server.token)


async def test_a_lost_session_is_taken_up_again(bot: Scene) -> None:
    await bot.server.drop_gateway(resumable=True)
    await bot.server.connected()
    assert "zeroes" in (await bot.ask()).content
    assert bot.client is not None
    assert bot.client.is_healthy()
