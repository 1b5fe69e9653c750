"""Delivery under hard conditions: lost connections, doubled events, refusals, storms."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.domain.answer import AnswerState, MessageRef
from bot.domain.server_settings import ThreadsMode
from bot.storage.database import Transaction
from tests.cogs.conftest import Scene, StartBot
from tests.cogs.test_restart import reopen
from tests.discord_server import Message, Permission, Thread
from tests.discord_server.event import Event
from tests.scripted_models import Script

LONG = [f" word{number}" for number in range(700)]
ANSWER = "Dropout zeroes activations."


@pytest.fixture
async def quiet(bot: Scene) -> Scene:
    """The bot on a server where answers open no threads."""
    await bot.set(threads=ThreadsMode.OFF)
    return bot


@pytest.fixture
async def thread(bot: Scene) -> Thread:
    """A thread below an answer."""
    return await bot.thread_of(await bot.ask())


async def running(scene: Scene, gate: asyncio.Event) -> Message:
    """An answer that has shown its first word and waits for the gate."""
    scene.pool.scripts = [Script(gate=gate)]
    asked = await scene.ada.slash(scene.channel, "ask", question="What is dropout?")
    message = await asked.responded()
    await scene.server.until(lambda: "Dropout" in message.content)
    return message


@asynccontextmanager
async def crash(
    scene: Scene, start_bot: StartBot
) -> AsyncIterator[tuple[list[Message], Transaction]]:
    """A long answer and its row, of which the block makes what a crash would have left."""
    scene.server.rate_limits.lift()
    scene.pool.scripts = [Script(words=LONG)]
    async with start_bot():
        await scene.set(threads=ThreadsMode.OFF)
        parts = await scene.ask_long()
        await scene.server.quiet()
        assert len(parts) == 3
        assert scene.services is not None
        async with scene.services.installation._store.transaction() as transaction:
            yield parts, transaction


def answers_in(place: Thread) -> list[Message]:
    return [message for message in place.messages if "Regenerate" in message.buttons]


async def test_a_connection_lost_at_a_passing_edit_costs_only_that_edit(quiet: Scene) -> None:
    quiet.server.fail_next("PATCH", r".*/messages/@original", status=None)
    message = await quiet.ask()
    assert ANSWER in message.content
    assert quiet.server.statistics.num_aborted == 1


async def test_a_connection_lost_at_the_last_edit_is_tried_again(quiet: Scene) -> None:
    gate = asyncio.Event()
    message = await running(quiet, gate)
    quiet.server.fail_next("PATCH", r".*/messages/@original", status=None, times=2)
    gate.set()
    await quiet.ended(message)
    assert ANSWER in message.content


async def test_a_part_whose_receipt_was_lost_is_not_sent_twice(quiet: Scene) -> None:
    quiet.server.rate_limits.lift()
    quiet.pool.scripts = [Script(words=LONG)]
    quiet.server.fail_next("POST", r"/channels/\d+/messages", status=None, after_effect=True)
    parts = await quiet.ask_long()
    assert quiet.server.statistics.num_aborted == 1
    text = " ".join(part.content for part in parts)
    assert [word for word in text.split() if word.startswith("word")] == [
        word.strip() for word in LONG
    ]


async def test_a_follow_up_whose_receipt_was_lost_is_not_sent_twice(
    bot: Scene, thread: Thread
) -> None:
    bot.server.fail_next("POST", r"/channels/\d+/messages", status=None, after_effect=True)
    await bot.ada.say(thread, "Why?", reply_to=thread.messages[-1])
    await bot.server.until(lambda: answers_in(thread))
    await bot.server.quiet()
    assert [ANSWER in message.content for message in thread.messages].count(True) == 1
    assert thread.messages[-2].content == "Why?"


async def test_a_storm_of_refused_edits_does_not_keep_the_end_away(quiet: Scene) -> None:
    quiet.server.rate_limits.set_webhooks(1, 1.0)
    quiet.pool.scripts = [Script(words=LONG[:50])]
    message = await quiet.ask()
    assert "word49" in message.content
    assert "-# small" in message.content


async def test_a_bug_behind_the_answer_leaves_the_answer_standing(bot: Scene) -> None:
    bot.server.fail_next("POST", r".*/threads", status=400)
    asked = await bot.ada.slash(bot.channel, "ask", question="What is dropout?")
    message = await bot.final(asked)
    note = await asked.followed_up()
    assert "error id bug1" in note.content
    assert note.is_ephemeral
    assert ANSWER in message.content
    assert len(bot.bugs) == 1
    bot.bugs.clear()


async def test_a_command_that_is_delivered_twice_is_answered_once(quiet: Scene) -> None:
    asked = await quiet.ada.slash(quiet.channel, "ask", question="What is dropout?")
    quiet.server.world.publish(Event("INTERACTION_CREATE", asked.payload()))
    await quiet.final(asked)
    await quiet.server.quiet()
    assert len(quiet.channel.messages) == 1
    assert len(quiet.pool.prompts) == 1


@pytest.mark.parametrize("after_its_answer", [False, True])
async def test_a_message_that_is_delivered_twice_is_answered_once(
    bot: Scene, thread: Thread, after_its_answer: bool
) -> None:
    heard: list[Event] = []
    bot.server.world.listeners.append(heard.append)
    for text in ("Why?", "And when?"):
        await bot.ada.say(thread, text, mention=[bot.server.bot_user])
    if after_its_answer:
        await bot.server.until(lambda: answers_in(thread))
    for event in [each for each in heard if each.name == "MESSAGE_CREATE"]:
        if event.data["author"]["id"] == str(bot.ada.id):
            bot.server.world.publish(dataclasses.replace(event))
    await bot.server.until(lambda: answers_in(thread))
    await bot.server.quiet(0.4)
    assert len(answers_in(thread)) == 1
    assert bot.pool.prompts[-1].endswith("Question: Why?\nAnd when?\nAnswer:")


async def test_a_crash_in_a_long_answer_leaves_one_marked_message(
    scene: Scene, start_bot: StartBot
) -> None:
    async with crash(scene, start_bot) as (parts, transaction):
        await reopen(transaction, answer_id=1, state=AnswerState.GENERATING)
    async with start_bot():
        await scene.server.until(lambda: "Interrupted by a restart" in parts[0].content)
        await scene.server.until(lambda: parts[1].deleted and parts[2].deleted)
        assert parts[0].buttons == ["Regenerate", "Details"]
    assert scene.bugs == []


async def test_a_part_that_was_sent_but_not_noted_in_a_crash_is_taken_away(
    scene: Scene, start_bot: StartBot
) -> None:
    """Killed between Discord's receipt of a part and our note, in an answer that never ended."""
    async with crash(scene, start_bot) as (parts, transaction):
        *_, last = await transaction.answers.messages(1)
        await transaction.answers.put_message(dataclasses.replace(last, message_id=None))
        await reopen(transaction, answer_id=1, state=AnswerState.GENERATING)
    async with start_bot():
        await scene.server.until(lambda: "Interrupted by a restart" in parts[0].content)
        await scene.server.quiet()
    assert scene.channel.messages == [parts[0]]
    assert scene.bugs == []


async def test_an_answer_that_was_complete_in_a_crash_gets_its_missing_parts(
    scene: Scene, start_bot: StartBot
) -> None:
    async with crash(scene, start_bot) as (parts, transaction):
        await reopen(transaction, answer_id=1, state=None)
        await transaction.answers.drop_messages(1, 1)
        noted = MessageRef(1, 0, str(scene.channel.id), "n", str(parts[0].id))
        await transaction.answers.put_message(noted)
    for part in parts[1:]:
        await scene.admin.delete(part)
    for _ in range(2):
        async with start_bot():
            await scene.server.until(lambda: "-# small" in scene.channel.messages[-1].content)
            text = " ".join(part.content for part in scene.channel.messages)
            assert text.count("word") == len(LONG)
    assert scene.bugs == []


async def test_without_the_right_to_read_history_the_answer_is_no_reply(
    bot: Scene, thread: Thread
) -> None:
    bot.channel.deny(bot.server.bot_user, Permission.READ_MESSAGE_HISTORY)
    await bot.ada.say(thread, "Why?", mention=[bot.server.bot_user])
    await bot.server.until(lambda: answers_in(thread))
    assert answers_in(thread)[0].reference is None


async def test_a_private_answer_whose_token_died_is_no_bug(quiet: Scene) -> None:
    gate = asyncio.Event()
    quiet.pool.scripts = [Script(gate=gate)]
    asked = await quiet.ada.slash(quiet.channel, "ask", question="Why?", private=True)
    message = await asked.responded()
    await quiet.server.until(lambda: "Dropout" in message.content)
    quiet.server.clock.advance(16 * 60)
    gate.set()
    assert (await quiet.closed(1)).text == ANSWER


async def test_a_locked_or_archived_thread_is_no_bug(bot: Scene, thread: Thread) -> None:
    gate = asyncio.Event()
    bot.pool.scripts = [Script(gate=gate)]
    await bot.ada.say(thread, "Why?", mention=[bot.server.bot_user])
    await bot.server.until(lambda: "Dropout" in thread.messages[-1].content)
    thread.archived = thread.locked = True
    gate.set()
    await bot.closed(2)
    await bot.server.quiet(0.3)


async def test_a_reply_that_cannot_be_read_is_told_how_to_be(bot: Scene, thread: Thread) -> None:
    heard: list[Event] = []
    bot.server.world.listeners.append(heard.append)
    await bot.ada.say(thread, "Why?", reply_to=thread.messages[-1], ping=False)
    (event,) = [each for each in heard if each.name == "MESSAGE_CREATE"]
    # As Discord shows a pinging reply to the answer of a command: called, but without content.
    blank = {**event.data, "content": "", "mentions": [bot.server.bot_user.payload()]}
    bot.server.world.publish(dataclasses.replace(event, data=blank, without_content=blank))
    await bot.server.until(lambda: "Please mention me in it" in thread.messages[-1].content)


async def test_a_mention_in_a_reply_to_somebody_else_is_a_question(
    bot: Scene, thread: Thread
) -> None:
    said = await bot.bob.say(thread, "Dropout is noise.")
    await bot.ada.say(thread, "is he right?", reply_to=said, mention=[bot.server.bot_user])
    await bot.server.until(lambda: answers_in(thread))


async def test_an_outage_in_the_middle_ends_with_the_answer(quiet: Scene) -> None:
    gate = asyncio.Event()
    message = await running(quiet, gate)
    with quiet.server.offline():
        gate.set()
        before = quiet.server.statistics.num_aborted
        await quiet.server.until(lambda: quiet.server.statistics.num_aborted >= before + 2)
    await quiet.server.until(lambda: ANSWER in message.content, timeout=15)
    await quiet.server.connected(15)


async def test_a_regenerated_answer_whose_message_was_deleted_says_so(quiet: Scene) -> None:
    quiet.server.rate_limits.lift()
    quiet.pool.scripts = [Script(words=LONG)]
    parts = await quiet.ask_long()
    await quiet.admin.delete(parts[0])
    press = await quiet.ada.click(parts[-1], "Regenerate")
    assert "was deleted, so please ask" in (await press.followed_up()).content
