"""`/model` as people meet it: looking is for everybody, switching for admins."""

import asyncio
from dataclasses import dataclass

import pytest

from bot.domain.errors import NotEnoughMemory
from tests.cogs.conftest import Scene, StartBot
from tests.discord_server import Message, Person, TextChannel
from tests.study_server import answers_from_now_on, model_of

REFUSAL = "Only admins can switch the model: you need the Manage Server permission."


@dataclass
class Other:
    """A second server with people of its own."""

    channel: TextChannel
    eve: Person


@pytest.fixture
def other(scene: Scene) -> Other:
    guild = scene.server.add_guild("Statistics 1")
    channel = guild.add_channel("questions")
    eve = scene.server.add_person("eve")
    guild.join(eve)
    return Other(channel, eve)


async def start_switch(scene: Scene, model: str = "large") -> Message:
    """An admin's switch that waits for `pool.load_gate`."""
    scene.pool.load_gate = asyncio.Event()
    asked = await scene.admin.slash(scene.channel, "model switch", model=model)
    message = await asked.responded()
    await scene.server.until(lambda: f"Loading {model}" in message.content)
    return message


async def model_of_answer(scene: Scene, person: Person, channel: TextChannel) -> str:
    """Which model answers a person's question."""
    message = await scene.final(await person.slash(channel, "ask", question="What is dropout?"))
    return model_of(message)


# Who may switch


@pytest.mark.parametrize(
    ("command", "options"), [("model switch", {"model": "large"}), ("model default", {})]
)
async def test_a_member_is_refused_with_one_sentence(
    bot: Scene, command: str, options: dict[str, object]
) -> None:
    message = await bot.settled(await bot.ada.slash(bot.channel, command, **options))
    assert message.content == REFUSAL
    assert bot.pool.loaded == {"small"}


async def test_the_configured_admin_role_may_switch(bot: Scene) -> None:
    tutors = bot.guild.add_role("tutors")
    await bot.set(admin_role=str(tutors.id))
    refused = await bot.switch("large", bot.bob)
    assert refused.content == REFUSAL[:-1] + " or this server's admin role."
    bot.guild.give_role(bot.bob, tutors)
    assert (await bot.switch("large", bot.bob)).content == answers_from_now_on("large")


async def test_the_admin_of_one_server_is_a_member_of_another(bot: Scene, other: Other) -> None:
    assert other.channel.guild is not None
    other.channel.guild.join(bot.admin)
    asked = await bot.admin.slash(other.channel, "model switch", model="large")
    assert (await bot.settled(asked)).content == REFUSAL


@pytest.mark.parametrize(
    ("command", "options"), [("model switch", {"model": "large"}), ("model default", {})]
)
async def test_a_direct_message_says_how_to_choose_a_model_there(
    bot: Scene, command: str, options: dict[str, object]
) -> None:
    message = await bot.settled(await bot.ada.slash(bot.ada.dm_channel, command, **options))
    assert message.content == (
        "In direct messages no model can be switched; name one with each question instead: "
        "`/ask model:`."
    )


# Switching


async def test_a_switch_is_told_to_everybody_and_the_next_answer_uses_it(bot: Scene) -> None:
    message = await bot.switch("large")
    assert message.content == answers_from_now_on("large")
    assert bot.bob.sees(message)
    assert await model_of_answer(bot, bot.ada, bot.channel) == "large"
    listed = await (await bot.ada.slash(bot.channel, "model list")).responded()
    assert "→ large" in listed.content


async def test_the_old_model_answers_while_the_new_one_loads(bot: Scene) -> None:
    message = await start_switch(bot)
    assert message.content == "⏳ Loading large `▓▓▓▓▓░░░░░░░░░░░░░░░` 25%"
    assert await model_of_answer(bot, bot.ada, bot.channel) == "small"
    assert message.content.startswith("⏳ Loading large")
    assert bot.pool.load_gate is not None
    bot.pool.load_gate.set()
    await bot.server.until(lambda: message.content == answers_from_now_on("large"))
    assert await model_of_answer(bot, bot.ada, bot.channel) == "large"


async def test_an_answer_that_runs_ends_with_the_model_it_began_with(bot: Scene) -> None:
    gate = asyncio.Event()
    bot.pool.scripts[0].gate = gate
    asked = await bot.ada.slash(bot.channel, "ask", question="What is dropout?")
    message = await asked.responded()
    await bot.server.until(lambda: "Dropout ▌" in message.content)
    await bot.switch("large")
    gate.set()
    assert "-# small" in (await bot.ended(message)).content


async def test_too_little_memory_is_told_and_nothing_changes(bot: Scene) -> None:
    sentence = "large needs 3.2 GB and only 1.1 GB are free; stop something or take a smaller one."
    bot.pool.load_error = NotEnoughMemory(sentence)
    assert (await bot.switch("large")).content == sentence
    assert await model_of_answer(bot, bot.ada, bot.channel) == "small"
    shown = await (await bot.ada.slash(bot.channel, "settings show")).responded()
    assert "model: **small**\n" in shown.content
    bot.pool.load_error = None
    assert (await bot.switch("large")).content == answers_from_now_on("large")


async def test_servers_have_models_of_their_own(bot: Scene, other: Other) -> None:
    await bot.switch("large")
    assert await model_of_answer(bot, bot.ada, bot.channel) == "large"
    assert await model_of_answer(bot, other.eve, other.channel) == "small"
    listed = await (await other.eve.slash(other.channel, "model list")).responded()
    assert "→ small" in listed.content


async def test_a_second_admin_is_told_who_is_switching_already(bot: Scene) -> None:
    message = await start_switch(bot)
    boss = bot.guild.owner
    assert isinstance(boss, Person)
    for command, options in (("model switch", {"model": "tiny"}), ("model default", {})):
        asked = await boss.slash(bot.channel, command, **options)
        assert (await bot.settled(asked)).content == (
            "Admin is switching this server to large right now; please wait until that is done "
            "and try again."
        )
    assert bot.pool.load_gate is not None
    bot.pool.load_gate.set()
    await bot.server.until(lambda: message.content == answers_from_now_on("large"))
    assert (await bot.switch("tiny", boss)).content == answers_from_now_on("tiny")


async def test_another_server_may_switch_at_the_same_time(bot: Scene, other: Other) -> None:
    await start_switch(bot)
    assert other.channel.guild is not None
    boss = other.channel.guild.owner
    assert isinstance(boss, Person)
    asked = await boss.slash(other.channel, "model switch", model="small")
    assert (await bot.settled(asked)).content == answers_from_now_on("small")
    assert bot.pool.load_gate is not None
    bot.pool.load_gate.set()
    await bot.server.until(lambda: answers_from_now_on("large") in bot.seen())


async def test_a_switch_that_outlives_its_token_is_told_all_the_same(bot: Scene) -> None:
    message = await start_switch(bot)
    bot.server.clock.advance(16 * 60)
    assert bot.pool.load_gate is not None
    bot.pool.load_gate.set()
    await bot.server.until(lambda: message.content == answers_from_now_on("large"))


async def test_a_refusal_that_outlives_its_token_is_told_all_the_same(bot: Scene) -> None:
    message = await start_switch(bot)
    bot.server.clock.advance(16 * 60)
    bot.pool.load_error = NotEnoughMemory("large needs more memory.")
    assert bot.pool.load_gate is not None
    bot.pool.load_gate.set()
    await bot.server.until(lambda: message.content == "large needs more memory.")


async def test_a_switch_whose_message_was_deleted_still_happens(bot: Scene) -> None:
    message = await start_switch(bot)
    await bot.admin.delete(message)
    assert bot.pool.load_gate is not None
    bot.pool.load_gate.set()
    await bot.server.until(lambda: bot.pool.is_loaded("large"))
    assert await model_of_answer(bot, bot.ada, bot.channel) == "large"


async def test_a_restart_ends_a_switch_with_a_sentence(
    scene: Scene, start_bot: StartBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cogs.client.RETIRE_SECONDS", 0.05)
    async with start_bot():
        message = await start_switch(scene)
    assert message.content == (
        "I am restarting, so nothing was switched; please try again in a minute."
    )
    assert scene.bugs == []


# Going back


async def test_the_default_model_comes_back(bot: Scene) -> None:
    await bot.switch("large")
    message = await bot.settled(await bot.admin.slash(bot.channel, "model default"))
    assert message.content == "The default model, **small**, answers on this server from now on."
    assert await model_of_answer(bot, bot.ada, bot.channel) == "small"


async def test_the_default_model_is_loaded_before_it_answers(bot: Scene) -> None:
    await bot.switch("large")
    bot.pool.loaded.discard("small")
    bot.pool.load_gate = asyncio.Event()
    asked = await bot.admin.slash(bot.channel, "model default")
    message = await asked.responded()
    await bot.server.until(lambda: "Loading small" in message.content)
    assert await model_of_answer(bot, bot.ada, bot.channel) == "large"
    bot.pool.load_gate.set()
    await bot.server.until(lambda: "The default model, **small**" in message.content)


async def test_a_default_model_that_cannot_be_loaded_changes_nothing(bot: Scene) -> None:
    await bot.switch("large")
    bot.pool.loaded.discard("small")
    bot.pool.load_error = NotEnoughMemory("small needs more memory.")
    message = await bot.settled(await bot.admin.slash(bot.channel, "model default"))
    assert message.content == "small needs more memory."
    assert await model_of_answer(bot, bot.ada, bot.channel) == "large"


async def test_a_choice_survives_a_restart(scene: Scene, start_bot: StartBot) -> None:
    async with start_bot():
        await scene.switch("large")
    async with start_bot():
        assert await model_of_answer(scene, scene.ada, scene.channel) == "large"
