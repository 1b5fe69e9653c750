"""Threads: opened by answers, asked on in, with manners."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from bot.domain.server_settings import ThreadsMode
from bot.domain.small_talk import THANKED
from tests.cogs.conftest import Scene, StartBot
from tests.discord_server import Intent, Message, Permission, Thread
from tests.study_server import JUDGING


@pytest.fixture
async def listening(scene: Scene, start_bot: StartBot) -> AsyncIterator[Scene]:
    """The scene with a bot that reads plain messages."""
    scene.server.enable_intents(Intent.MESSAGE_CONTENT)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(start_bot(message_content=True))
        yield scene
    assert scene.bugs == []


async def opened(scene: Scene) -> Thread:
    return await scene.thread_of(await scene.ask())


def answers_in(thread: Thread) -> list[Message]:
    return [message for message in thread.messages if "Regenerate" in message.buttons]


async def num_answers(scene: Scene, thread: Thread, count: int) -> list[Message]:
    await scene.server.until(lambda: len(answers_in(thread)) >= count)
    await scene.server.quiet(0.3)
    assert len(answers_in(thread)) == count
    return answers_in(thread)


async def test_an_answer_opens_a_thread_named_after_the_question(bot: Scene) -> None:
    message = await bot.ask("What is   dropout,\nand why?" + " Please explain it well." * 10)
    thread = await bot.thread_of(message)
    assert thread.name.startswith("What is dropout, and why? Please")
    assert len(thread.name) <= 100
    assert thread.messages[-1].content == (
        "Ask on here: reply to this message, mention me, or use `/ask`."
    )


async def test_a_follow_up_by_reply_by_mention_and_by_command_knows_the_thread(bot: Scene) -> None:
    thread = await opened(bot)
    asked = await bot.ada.say(thread, "And why does it help?", reply_to=thread.messages[-1])
    (answer,) = await num_answers(bot, thread, 1)
    assert answer.reference is not None
    assert answer.reference["message_id"] == str(asked.id)
    assert answer.pinged_users == []
    assert bot.pool.prompts[-1].startswith(
        "Question: What is dropout?\nAnswer: Dropout zeroes activations.\n"
        "Question: And why does it help?"
    )
    await bot.ada.say(thread, "And when?", mention=[bot.server.bot_user])
    await num_answers(bot, thread, 2)
    assert "Question: And when?\nAnswer:" in bot.pool.prompts[-1]
    await bot.final(await bot.ada.slash(thread, "ask", question="And how much?"))
    assert bot.pool.prompts[-1].count("Question:") == 4
    assert len(bot.guild.threads) == 1


async def test_a_follow_up_to_an_answer_in_the_thread_is_heard(bot: Scene) -> None:
    thread = await opened(bot)
    await bot.ada.say(thread, "Why?", mention=[bot.server.bot_user])
    (answer,) = await num_answers(bot, thread, 1)
    await bot.ada.say(thread, "And then?", reply_to=answer)
    await num_answers(bot, thread, 2)


async def test_without_the_intent_plain_messages_stay_among_people(bot: Scene) -> None:
    thread = await opened(bot)
    await bot.ada.say(thread, "I think that is right.")
    await num_answers_stay(bot, thread)


async def num_answers_stay(scene: Scene, thread: Thread) -> None:
    await scene.server.quiet(0.5)
    assert answers_in(thread) == []
    assert len(scene.pool.prompts) == 1


async def test_with_the_intent_plain_messages_in_the_thread_are_questions(listening: Scene) -> None:
    thread = await opened(listening)
    assert thread.messages[-1].content == "Ask on here: just write."
    await listening.ada.say(thread, "And why does it help?")
    await num_answers(listening, thread, 1)
    await listening.bob.say(thread, "And when?")
    await num_answers(listening, thread, 2)


async def test_plain_messages_outside_its_threads_are_not_for_the_bot(listening: Scene) -> None:
    await listening.ada.say(listening.channel, "What is dropout?")
    message = await listening.ada.say(listening.channel, "Look")
    others = await listening.ada.start_thread(message, "Our own")
    await listening.bob.say(others, "What is dropout?")
    await listening.server.quiet(0.5)
    assert listening.pool.prompts == []


async def test_a_burst_is_one_question(listening: Scene) -> None:
    thread = await opened(listening)
    for text in ("So", "what about attention?", "the one with heads"):
        await listening.ada.say(thread, text)
    await num_answers(listening, thread, 1)
    assert (
        "Question: So\nwhat about attention?\nthe one with heads\nAnswer:"
        in (listening.pool.prompts[-1])
    )


async def test_a_burst_beyond_ten_messages_says_what_was_left_out(listening: Scene) -> None:
    thread = await opened(listening)
    said = [await listening.ada.say(thread, f"word {number}") for number in range(12)]
    (answer,) = await num_answers(listening, thread, 1)
    assert "word 9\nAnswer:" in listening.pool.prompts[-1]
    assert "-# I read the first 10 of the 12 messages that you sent at once" in answer.content
    assert answer.reference is not None
    assert answer.reference["message_id"] == str(said[9].id)


async def test_a_burst_of_10000_characters_is_refused_with_one_sentence(listening: Scene) -> None:
    thread = await opened(listening)
    for _ in range(5):
        await listening.ada.say(thread, "x" * 2_000)
    await listening.server.until(lambda: thread.messages[-1].author.is_bot)
    assert thread.messages[-1].content == (
        "Your question has 10,004 characters; please shorten it to 4,000 or fewer."
    )
    await num_answers_stay(listening, thread)


async def test_bursts_of_two_people_are_two_questions(listening: Scene) -> None:
    thread = await opened(listening)
    for person, text in (
        (listening.ada, "Why A?"),
        (listening.bob, "Why B?"),
        (listening.ada, "more A"),
    ):
        await person.say(thread, text)
    await num_answers(listening, thread, 2)
    questions = {prompt.rsplit("Question: ", 1)[1] for prompt in listening.pool.prompts[1:]}
    assert questions == {"Why A?\nmore A\nAnswer:", "Why B?\nAnswer:"}


async def test_the_bot_is_silent_when_people_talk_to_each_other(listening: Scene) -> None:
    thread = await opened(listening)
    said = await listening.ada.say(thread, "Bob, look!", mention=[listening.bob])
    await listening.bob.say(thread, "Oh, nice", reply_to=said)
    await listening.bob.say(
        thread, "Both of you", mention=[listening.ada, listening.server.bot_user]
    )
    await num_answers_stay(listening, thread)


async def test_the_bot_ignores_bots(listening: Scene) -> None:
    thread = await opened(listening)
    robot = listening.server.add_person("robot")
    robot.is_bot = True
    listening.guild.join(robot)
    await robot.say(thread, "What is dropout?", mention=[listening.server.bot_user])
    await num_answers_stay(listening, thread)


async def test_a_mention_in_the_channel_is_answered_as_a_reply_and_opens_a_thread(
    bot: Scene,
) -> None:
    await bot.ada.say(bot.channel, "what is dropout?", mention=[bot.server.bot_user])
    answer = await bot.server.until(
        lambda: next((m for m in bot.channel.messages if "Regenerate" in m.buttons), None)
    )
    assert bot.pool.prompts == ["Question: what is dropout?\nAnswer:"]
    assert not answer.content.startswith(">")
    await bot.thread_of(answer)


async def test_a_direct_message_is_a_question(bot: Scene) -> None:
    await bot.ada.dm("What is dropout?")
    await bot.server.until(
        lambda: any("Regenerate" in m.buttons for m in bot.ada.dm_channel.messages)
    )


async def test_a_refused_follow_up_gets_its_sentence_as_a_reply(bot: Scene) -> None:
    thread = await opened(bot)
    await bot.ada.say(thread, "", mention=[bot.server.bot_user])
    await bot.server.until(lambda: "Your question is empty" in thread.messages[-1].content)


async def test_thanks_are_returned_and_make_no_answer(bot: Scene) -> None:
    thread = await opened(bot)
    num_prompts = len(bot.pool.prompts)
    await bot.ada.say(thread, "thanks!", reply_to=thread.messages[-1])
    await bot.server.until(lambda: thread.messages[-1].content == THANKED)
    assert thread.messages[-1].buttons == []
    assert len(bot.pool.prompts) == num_prompts


async def test_a_mode_of_off_opens_no_thread(bot: Scene) -> None:
    await bot.set(threads=ThreadsMode.OFF)
    message = await bot.ask()
    await bot.server.quiet(0.3)
    assert message.thread is None
    assert message.buttons == ["Regenerate", "Details", "Look inside", *JUDGING]


async def test_a_mode_of_button_opens_it_on_demand(bot: Scene) -> None:
    await bot.set(threads=ThreadsMode.BUTTON)
    message = await bot.ask()
    assert message.buttons == ["Regenerate", "Open thread", "Details", "Look inside", *JUDGING]
    assert message.thread is None
    press = await bot.bob.click(message, "Open thread")
    assert (await press.responded()).is_ephemeral
    thread = await bot.thread_of(message)
    await bot.ada.say(thread, "Why?", mention=[bot.server.bot_user])
    await num_answers(bot, thread, 1)
    assert "Question: What is dropout?" in bot.pool.prompts[-1]


async def test_without_the_right_to_open_threads_the_missing_permission_is_named(
    bot: Scene,
) -> None:
    bot.channel.deny(bot.server.bot_user, Permission.CREATE_PUBLIC_THREADS)
    interaction = await bot.ada.slash(bot.channel, "ask", question="What is dropout?")
    message = await bot.final(interaction)
    note = await interaction.followed_up()
    assert "zeroes" in message.content
    assert "Create Public Threads" in note.content
    assert note.is_ephemeral


async def test_without_the_right_to_write_in_threads_the_channel_gets_the_answer(
    bot: Scene,
) -> None:
    thread = await opened(bot)
    bot.channel.deny(bot.server.bot_user, Permission.SEND_MESSAGES_IN_THREADS)
    await bot.server.quiet(0.2)
    await bot.ada.say(thread, "And why?", reply_to=thread.messages[-1])
    answer = await bot.server.until(
        lambda: next((m for m in bot.channel.messages[1:] if "Regenerate" in m.buttons), None)
    )
    assert answer.channel is bot.channel
    text = bot.seen()
    assert "Send Messages in Threads" in text
    assert answer.content.startswith("> And why?")


async def test_without_the_right_to_write_a_private_thread_stays_private(bot: Scene) -> None:
    secret = bot.channel.start_private_thread("exam", bot.ada, bot.server.bot_user)
    await bot.server.until(lambda: bot.client and bot.client.get_channel(secret.id))
    bot.channel.deny(bot.server.bot_user, Permission.SEND_MESSAGES_IN_THREADS)
    await bot.server.quiet(0.2)
    await bot.ada.say(secret, "what is dropout?", mention=[bot.server.bot_user])
    await bot.server.until(lambda: bot.ada.dm_channel.messages)
    await bot.server.quiet(0.3)
    (told,) = bot.ada.dm_channel.messages
    assert "as it is private I answer nowhere else" in told.content
    assert "Send Messages in Threads" in told.content
    assert bot.channel.messages == []
    assert bot.pool.prompts == []


async def test_in_a_private_thread_where_the_bot_may_write_it_answers_there(bot: Scene) -> None:
    secret = bot.channel.start_private_thread("exam", bot.ada, bot.server.bot_user)
    await bot.server.until(lambda: bot.client and bot.client.get_channel(secret.id))
    await bot.ada.say(secret, "what is dropout?", mention=[bot.server.bot_user])
    await num_answers(bot, secret, 1)
    assert bot.channel.messages == []
