"""`/reset`, `/help` and `/about` as people meet them."""

import asyncio
import re
from datetime import timedelta

import pytest

from bot.cogs.about import uptime_words
from tests.cogs.conftest import Scene, StartBot
from tests.discord_server import Channel, Intent, Message, Person
from tests.scripted_models import Script

SLASH = 1


async def reply(
    scene: Scene, command: str, person: Person | None = None, channel: Channel | None = None
) -> Message:
    """What a command answers, by default to Ada."""
    asked = await (person or scene.ada).slash(channel or scene.channel, command)
    return await asked.responded()


# /reset


async def test_a_member_lets_a_channel_be_forgotten_and_everybody_sees_it(bot: Scene) -> None:
    await bot.ask("First?")
    await bot.ask("Second?")
    message = await reply(bot, "reset", bot.bob)
    assert message.content == (
        "I have forgotten 2 questions and answers here; the next question starts afresh."
    )
    assert bot.ada.sees(message)
    await bot.ask("Third?")
    assert "First?" not in bot.pool.prompts[-1]
    assert "Second?" not in bot.pool.prompts[-1]


async def test_one_question_is_told_as_one(bot: Scene) -> None:
    await bot.ask("First?")
    assert (await reply(bot, "reset")).content == (
        "I have forgotten 1 question and its answer here; the next question starts afresh."
    )


async def test_where_nothing_was_said_there_is_nothing_to_forget(bot: Scene) -> None:
    assert (await reply(bot, "reset")).content == (
        "There was nothing to forget here: the next question starts afresh anyway."
    )


async def test_other_channels_and_the_thread_remember(bot: Scene) -> None:
    other = bot.guild.add_channel("other")
    await bot.final(await bot.ada.slash(other, "ask", question="Elsewhere?"))
    thread = await bot.thread_of(await bot.ask("Here?"))
    await reply(bot, "reset")
    await bot.final(await bot.ada.slash(thread, "ask", question="Why?"))
    assert "Here?" in bot.pool.prompts[-1]
    await bot.final(await bot.ada.slash(other, "ask", question="Why?"))
    assert "Elsewhere?" in bot.pool.prompts[-1]
    await bot.ask("Why?")
    assert "Here?" not in bot.pool.prompts[-1]


async def test_a_thread_is_forgotten_and_its_channel_remembers(bot: Scene) -> None:
    thread = await bot.thread_of(await bot.ask("Here?"))
    assert "1 question" in (await reply(bot, "reset", channel=thread)).content
    await bot.final(await bot.ada.slash(thread, "ask", question="Why?"))
    assert "Here?" not in bot.pool.prompts[-1]
    await bot.ask("Why?")
    assert "Here?" in bot.pool.prompts[-1]


async def test_an_answer_under_way_is_shown_but_forgotten_too(bot: Scene) -> None:
    gate = asyncio.Event()
    bot.pool.scripts = [Script(gate=gate), Script()]
    asked = await bot.ada.slash(bot.channel, "ask", question="First?")
    message = await asked.responded()
    await bot.server.until(lambda: "Stop" in message.buttons)
    await reply(bot, "reset")
    gate.set()
    assert "zeroes" in (await bot.ended(message)).content
    await bot.ask("Second?")
    assert "First?" not in bot.pool.prompts[-1]


async def test_direct_messages_can_be_forgotten(bot: Scene) -> None:
    private = bot.ada.dm_channel
    await bot.final(await bot.ada.slash(private, "ask", question="First?"))
    assert "1 question" in (await reply(bot, "reset", channel=private)).content


# /help


async def test_help_names_every_command_and_fits_one_private_message(bot: Scene) -> None:
    message = await reply(bot, "help")
    assert not bot.bob.sees(message)
    registered = bot.server.world.commands.registered()
    for command in registered:
        nested = [each["name"] for each in command.get("options") or [] if each["type"] == 1]
        if command["type"] != SLASH:
            assert command["name"] in message.content
        for name in [f"{command['name']} {each}" for each in nested] or [command["name"]]:
            prefix = "/" if command["type"] == SLASH else ""
            assert prefix + name in message.content


async def test_help_names_no_command_that_does_not_exist(bot: Scene) -> None:
    names = bot.server.world.commands.names
    content = (await reply(bot, "help")).content
    assert {each for each in re.findall(r"`/(\w+)", content) if each not in names} == set()


async def test_without_message_content_help_tells_to_reply_or_mention(bot: Scene) -> None:
    content = (await reply(bot, "help")).content
    assert "thread: reply to my message there, mention me, or use `/ask`." in content


async def test_with_message_content_help_tells_just_to_write(
    scene: Scene, start_bot: StartBot
) -> None:
    scene.server.enable_intents(Intent.MESSAGE_CONTENT)
    async with start_bot(message_content=True):
        assert "thread: just write." in (await reply(scene, "help")).content


async def test_help_is_there_in_direct_messages(bot: Scene) -> None:
    assert "`/ask question:`" in (await reply(bot, "help", channel=bot.ada.dm_channel)).content


# /about


async def test_about_tells_model_version_and_uptime_in_private(bot: Scene) -> None:
    message = await reply(bot, "about")
    first, second, third = message.content.split("\n")
    assert re.fullmatch(r"\*\*Lectern 1\.2\.3\*\*, up for \d+ s\.", first)
    assert second == (
        "Here **small** answers (`test/small` at revision `000000000000`), in my own process: "
        "what you write goes to no other company's model."
    )
    assert third == (
        "It is a tiny model that knows Lectern's handbook of deep learning and nothing else."
    )
    assert not bot.bob.sees(message)


async def test_about_tells_the_model_of_this_server(bot: Scene) -> None:
    await bot.set(model="large")
    assert "Here **large** answers" in (await reply(bot, "about")).content
    content = (await reply(bot, "about", channel=bot.ada.dm_channel)).content
    assert "Here **small** answers" in content


async def test_about_prompt_shows_how_the_next_prompt_would_be_shared(bot: Scene) -> None:
    await bot.ask("First?")
    asked = await bot.ada.slash(bot.channel, "about", prompt=True)
    message = await asked.responded()
    assert message.content.splitlines() == [
        "How the 1,024 tokens of **small** would be shared by the next question here:",
        "```",
        "history         8 █",
        "question        3 █",
        "answer        160 █████",
        "free          853 ░░░░░░░░░░░░░░░░░░░░░░░░░░░",
        "```",
        "It remembers 1 earlier question.",
        "Passages are added where the notes answer it; `question:` tells for one of yours.",
    ]
    assert not bot.bob.sees(message)


async def test_about_prompt_tells_for_a_question_without_asking_it(bot: Scene) -> None:
    asked = await bot.ada.slash(bot.channel, "about", question="What is a llama?")
    content = (await asked.responded()).content
    assert "shared by this question here" in content
    assert "Nothing was said here before.\nThe notes do not answer it" in content
    assert bot.pool.prompts == []


async def test_about_prompt_refuses_what_is_no_question(bot: Scene) -> None:
    asked = await bot.ada.slash(bot.channel, "about", question="…")
    assert "I cannot find a word in that" in (await asked.responded()).content


@pytest.mark.parametrize(
    ("uptime", "words"),
    [
        (timedelta(seconds=0.9), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=3, seconds=7), "3 min 7 s"),
        (timedelta(hours=2), "2 h 0 min"),
        (timedelta(days=40, hours=5, minutes=59), "40 d 5 h"),
    ],
)
def test_uptime_is_told_in_its_two_largest_units(uptime: timedelta, words: str) -> None:
    assert uptime_words(uptime) == words
