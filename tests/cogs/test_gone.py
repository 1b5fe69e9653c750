"""While a question is answered, its place goes: permissions, messages, the channel, the thread."""

import asyncio
import re
from collections.abc import Callable

import pytest

from bot.domain.answer import Answer, AnswerState
from bot.domain.server_settings import ThreadsMode
from tests.cogs.conftest import Scene
from tests.discord_server import Channel, Interaction, Message, Permission
from tests.scripted_models import Script

WORDS = [f" word{number}" for number in range(900)]
HALVES = ["".join(WORDS[:449]), WORDS[449], "".join(WORDS[450:])]  # the last word is held back
DELETED = "A message of this answer was deleted, so please ask your question again."
FOLLOW_UP = r"/webhooks/\d+/[^/]+$"


@pytest.fixture
async def quiet(bot: Scene) -> Scene:
    """The bot on a server where answers open no threads and requests have no limits."""
    bot.server.rate_limits.lift()
    await bot.set(threads=ThreadsMode.OFF)
    return bot


async def begun(
    scene: Scene, gate: asyncio.Event, channel: Channel | None = None, **options: object
) -> tuple[Interaction, Message]:
    """A long answer that has shown its first half and waits for the gate."""
    scene.pool.scripts = [Script(words=HALVES, gate=gate), Script()]
    place = channel or scene.channel
    asked = await scene.ada.slash(place, "ask", question="What is dropout?", **options)
    message = await asked.responded()
    await scene.server.until(lambda: any(" ▌" in each.content for each in scene.server.messages))
    return asked, message


async def stored(scene: Scene) -> Answer:
    """The row of the first answer, once it is closed; and the bot answers elsewhere."""
    row = await scene.closed(1)
    await scene.server.quiet()
    elsewhere = scene.guild.add_channel("elsewhere")
    asked = await scene.bob.slash(elsewhere, "ask", question="What is a loss?")
    assert "zeroes" in (await scene.final(asked)).content
    return row


def public(scene: Scene) -> list[Message]:
    return [each for each in scene.channel.messages if not each.is_ephemeral]


def assert_nobody_is_told_in_public(scene: Scene, standing: list[Message]) -> None:
    """What stood still stands; drafts may have gone on until the bot met the gap."""
    seen = public(scene)
    assert seen[: len(standing)] == standing
    assert all(DELETED not in each.content for each in seen)


def assert_whole(row: Answer, state: AnswerState = AnswerState.DONE) -> None:
    assert row.state is state
    assert row.text == "".join(HALVES)


async def test_without_the_right_to_send_the_rest_of_the_answer_comes_all_the_same(
    quiet: Scene,
) -> None:
    """By the interaction's token, which may speak where the bot may not."""
    gate = asyncio.Event()
    await begun(quiet, gate)
    parts = public(quiet)
    assert len(parts) == 2
    quiet.channel.deny(quiet.server.bot_user, Permission.SEND_MESSAGES)
    gate.set()
    await quiet.server.until(lambda: "Regenerate" in quiet.channel.messages[-1].buttons)
    text = " ".join(part.content for part in public(quiet))
    assert re.findall(r"word\d+", text) == [word.strip() for word in WORDS]
    assert public(quiet)[:2] == parts
    assert_whole(await stored(quiet))


async def test_without_the_right_to_view_the_asker_alone_is_told_what_is_missing(
    quiet: Scene,
) -> None:
    gate = asyncio.Event()
    asked, _ = await begun(quiet, gate)
    parts = public(quiet)
    quiet.channel.deny(quiet.server.bot_user, Permission.VIEW_CHANNEL)
    gate.set()
    note = await asked.followed_up()
    assert note.content.startswith("I may no longer write there: an admin must give me View")
    assert note.visible_to is quiet.ada
    assert_whole(await stored(quiet))
    assert asked.followups == [note]
    assert public(quiet) == parts


async def test_the_view_taken_away_is_named_when_no_thread_can_be_opened(bot: Scene) -> None:
    gate = asyncio.Event()
    bot.pool.scripts = [Script(gate=gate), Script()]
    asked = await bot.ada.slash(bot.channel, "ask", question="What is dropout?")
    message = await asked.responded()
    await bot.server.until(lambda: " ▌" in message.content)
    bot.channel.deny(bot.server.bot_user, Permission.VIEW_CHANNEL)
    gate.set()
    note = await asked.followed_up()
    assert note.content.startswith(
        "I could not open a thread: an admin must give me the permission"
    )
    assert "View Channel" in note.content
    assert note.visible_to is bot.ada
    assert "zeroes" in message.content


async def test_a_permission_taken_away_after_the_token_expired_keeps_the_answer(
    quiet: Scene,
) -> None:
    gate = asyncio.Event()
    asked, _ = await begun(quiet, gate)
    quiet.server.clock.advance(16 * 60)
    quiet.channel.deny(quiet.server.bot_user, Permission.VIEW_CHANNEL)
    gate.set()
    assert_whole(await stored(quiet))
    assert asked.followups == []


@pytest.mark.parametrize("part", [0, 1])
@pytest.mark.parametrize("stumble", [None, 502])
async def test_the_asker_alone_is_told_that_a_message_of_the_answer_was_deleted(
    quiet: Scene, part: int, stumble: int | None
) -> None:
    gate = asyncio.Event()
    asked, _ = await begun(quiet, gate)
    parts = public(quiet)
    await quiet.admin.delete(parts[part])
    if stumble is not None:
        quiet.server.fail_next("POST", FOLLOW_UP, status=stumble)
    gate.set()
    note = await asked.followed_up()
    assert note.content == DELETED
    assert note.visible_to is quiet.ada
    assert_whole(await stored(quiet))
    assert asked.followups == [note]
    assert_nobody_is_told_in_public(quiet, [parts[1 - part]])


async def test_who_is_told_over_a_broken_line_is_told_in_private(quiet: Scene) -> None:
    gate = asyncio.Event()
    asked, message = await begun(quiet, gate)
    rest = public(quiet)[1:]
    await quiet.admin.delete(message)
    quiet.server.fail_next("POST", FOLLOW_UP, status=None, times=3, after_effect=True)
    gate.set()
    assert_whole(await stored(quiet))
    assert asked.followups
    assert all(note.visible_to is quiet.ada for note in asked.followups)
    assert_nobody_is_told_in_public(quiet, rest)


async def test_a_message_deleted_before_its_first_word_is_told_too(quiet: Scene) -> None:
    admission = asyncio.Event()
    quiet.pool.scripts = [Script(admission=admission), Script()]
    asked = await quiet.ada.slash(quiet.channel, "ask", question="What is dropout?")
    await asked.acknowledged()
    assert asked.response_message is not None
    await quiet.admin.delete(asked.response_message)
    admission.set()
    note = await asked.followed_up()
    assert note.content == DELETED
    assert note.visible_to is quiet.ada
    await stored(quiet)
    assert public(quiet) == []


async def test_a_refusal_reaches_the_asker_although_its_message_was_deleted(quiet: Scene) -> None:
    quiet.server.set_latency(0.3)
    asked = await quiet.ada.slash(quiet.channel, "ask", question="Why?", model="gpt-5")
    await asked.acknowledged()
    assert asked.response_message is not None
    await quiet.admin.delete(asked.response_message)
    note = await asked.followed_up()
    assert note.content.startswith("There is no model gpt-5")
    assert note.visible_to is quiet.ada
    assert public(quiet) == []


async def test_the_asker_of_a_private_answer_is_told_in_private(quiet: Scene) -> None:
    gate = asyncio.Event()
    asked, message = await begun(quiet, gate, private=True)
    message.deleted = True  # nobody else reaches it
    gate.set()
    await quiet.server.until(lambda: asked.followups and asked.followups[-1].content == DELETED)
    assert_whole(await stored(quiet))
    assert public(quiet) == []


async def test_an_answer_that_nobody_can_see_any_more_is_not_computed_to_its_end(
    quiet: Scene,
) -> None:
    class Dripping(asyncio.Event):
        async def wait(self) -> bool:  # type: ignore[override]
            await asyncio.sleep(0.02)
            return True

    quiet.pool.scripts = [Script(words=WORDS, gate=Dripping()), Script()]
    asked = await quiet.ada.slash(quiet.channel, "ask", question="What is dropout?")
    message = await asked.responded()
    await quiet.server.until(lambda: " ▌" in message.content)
    await quiet.admin.delete(message)
    assert (await asked.followed_up()).content == DELETED
    assert quiet.services is not None
    row = await quiet.services.delivery.answer(1)
    assert row is not None
    assert row.state is AnswerState.CANCELLED
    assert row.text.startswith(" word0 word1")


async def test_after_the_token_expired_nobody_is_told_of_a_deleted_message(quiet: Scene) -> None:
    gate = asyncio.Event()
    asked, message = await begun(quiet, gate)
    rest = public(quiet)[1:]
    await quiet.admin.delete(message)
    quiet.server.clock.advance(16 * 60)
    gate.set()
    assert_whole(await stored(quiet))
    assert asked.followups == []
    assert_nobody_is_told_in_public(quiet, rest)


@pytest.mark.parametrize("kind", ["channel", "thread"])
async def test_a_place_deleted_while_a_command_is_answered_in_it_keeps_the_answer(
    quiet: Scene, kind: str
) -> None:
    doomed = quiet.guild.add_channel("doomed")
    place: Channel = doomed
    if kind == "thread":
        place = await quiet.ada.start_thread(await quiet.ada.say(doomed, "Look"), "Here")
    gate = asyncio.Event()
    asked, _ = await begun(quiet, gate, place)
    delete: Callable[[], None] = place.delete  # type: ignore[attr-defined]
    delete()
    gate.set()
    assert_whole(await stored(quiet))
    assert asked.followups == []
    assert quiet.ada.dm_channel.messages == []


# In a thread, where a message was the question


async def test_permissions_revoked_while_answering_lose_nothing(bot: Scene) -> None:
    thread = await bot.thread_of(await bot.ask())
    gate = asyncio.Event()
    bot.pool.scripts = [Script(gate=gate)]
    await bot.ada.say(thread, "And why?", reply_to=thread.messages[-1])
    await bot.server.until(lambda: "Stop" in thread.messages[-1].buttons)
    running = thread.messages[-1]
    bot.channel.deny(bot.server.bot_user, Permission.VIEW_CHANNEL)
    gate.set()
    row = await bot.closed(2)
    await bot.server.until(
        lambda: any("I may no longer write" in m.content for m in bot.ada.dm_channel.messages)
    )
    assert bot.services is not None
    messages = await bot.services.delivery.messages(row.id)
    assert [message.message_id for message in messages] == [str(running.id)]
    assert row.state is AnswerState.DONE
    assert row.text == "Dropout zeroes activations."


@pytest.mark.parametrize("goes", ["thread", "message"])
async def test_nobody_is_told_of_a_thread_or_a_reply_that_was_deleted(
    bot: Scene, goes: str
) -> None:
    """It was deleted on purpose, and a sentence about it would be public."""
    thread = await bot.thread_of(await bot.ask())
    gate = asyncio.Event()
    bot.pool.scripts = [Script(gate=gate), Script()]
    await bot.ada.say(thread, "And why?", reply_to=thread.messages[-1])
    await bot.server.until(lambda: "Stop" in thread.messages[-1].buttons)
    before = bot.channel.messages
    if goes == "thread":
        thread.delete()
    else:
        await bot.admin.delete(thread.messages[-1])
    gate.set()
    row = await bot.closed(2)
    await bot.server.quiet()
    assert row.state is AnswerState.DONE
    assert row.text == "Dropout zeroes activations."
    assert bot.channel.messages == before
    assert bot.ada.dm_channel.messages == []
    assert goes == "thread" or thread.messages[-1].author is bot.ada
    assert "zeroes" in (await bot.ask()).content
