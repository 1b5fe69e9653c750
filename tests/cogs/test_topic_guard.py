"""The topic guard as people meet it on Discord: off, a hint, a refusal, and its setting."""

import pytest

from bot.domain.topic_guard import HINT, NOT_CONFIGURED, REFUSAL
from tests.cogs.conftest import Scene, StartBot
from tests.discord_server import DiscordServer
from tests.scripted_classifiers import guarding
from tests.scripted_models import ScriptedPool

STRAY = "Who won the world cup?"


@pytest.fixture
def scene(discord_server: DiscordServer, pool: ScriptedPool) -> Scene:
    """One whose bot has a classifier."""
    return Scene.build(discord_server, pool=pool, classifiers=guarding())


async def choose(scene: Scene, mode: str) -> str:
    """Set it as the admin; what is said to that."""
    asked = await scene.admin.slash(scene.channel, "settings set", topic_guard=mode)
    return (await asked.responded()).content


async def test_off_is_the_default(bot: Scene) -> None:
    message = await bot.ask(STRAY)
    assert HINT not in message.content


async def test_a_hint_stands_below_the_answer(bot: Scene) -> None:
    assert "• topic guard: **hint** (set here)" in await choose(bot, "hint")
    message = await bot.ask(STRAY)
    assert f"\n-# {HINT}\n" in message.content
    assert HINT not in (await bot.ask("What is dropout?")).content


async def test_a_refusal_is_one_sentence_in_the_answers_place(bot: Scene) -> None:
    await choose(bot, "refuse")
    asked = await bot.ada.slash(bot.channel, "ask", question=STRAY)
    message = await asked.responded()
    await bot.server.until(lambda: message.content)
    assert message.content == REFUSAL
    assert not message.buttons
    assert message.thread is None
    assert bot.pool.prompts == []


async def test_a_message_that_is_off_topic_is_refused_by_a_reply(bot: Scene) -> None:
    await choose(bot, "refuse")
    thread = await bot.thread_of(await bot.ask())
    await bot.ada.say(thread, STRAY, reply_to=thread.messages[-1])
    await bot.server.until(lambda: thread.messages[-1].content == REFUSAL)


async def test_a_follow_up_in_a_thread_goes_on(bot: Scene) -> None:
    await choose(bot, "refuse")
    thread = await bot.thread_of(await bot.ask())
    await bot.ada.say(thread, "Why?", reply_to=thread.messages[-1])
    await bot.server.until(lambda: "Regenerate" in thread.messages[-1].buttons)


async def test_a_member_may_not_choose(bot: Scene) -> None:
    asked = await bot.ada.slash(bot.channel, "settings set", topic_guard="refuse")
    assert (await asked.responded()).content.startswith("Only admins")


async def test_it_is_reset_like_other_settings(bot: Scene) -> None:
    await choose(bot, "refuse")
    asked = await bot.admin.slash(bot.channel, "settings reset", setting="topic_guard")
    assert "• topic guard: **off**\n" in (await asked.responded()).content


async def test_without_a_classifier_the_operator_is_named(
    scene: Scene, start_bot: StartBot
) -> None:
    scene.classifiers.says.clear()
    async with start_bot():
        assert await choose(scene, "hint") == NOT_CONFIGURED
        shown = await scene.admin.slash(scene.channel, "settings show")
        assert "• topic guard: **off**\n" in (await shown.responded()).content


async def test_a_setting_that_lost_its_classifier_says_so(
    scene: Scene, start_bot: StartBot
) -> None:
    async with start_bot():
        await choose(scene, "refuse")
    scene.classifiers.says.clear()
    async with start_bot():
        shown = await scene.admin.slash(scene.channel, "settings show")
        assert (
            "• topic guard: **refuse, without effect while no classifier is configured** (set here)"
            in (await shown.responded()).content
        )
