"""model, settings, limits, reset, help and about as people meet them."""

import asyncio

import pytest

from bot.domain.errors import NotEnoughMemory
from tests.cogs.conftest import Scene, StartBot
from tests.discord_server import Intent, Person

ADMIN_ONLY = [
    ("model switch", {"model": "large"}),
    ("model default", {}),
    ("settings set", {"temperature": 0.1}),
    ("settings reset", {"setting": "everything"}),
    ("limits set", {"scope": "person", "count": 1, "period": "minute"}),
]


async def reply(scene: Scene, person: Person, command: str, **options: object) -> str:
    """What a command answers."""
    asked = await person.slash(scene.channel, command, **options)
    return (await asked.responded()).content


@pytest.mark.parametrize(("command", "options"), ADMIN_ONLY)
async def test_what_changes_the_server_is_for_admins(
    bot: Scene, command: str, options: dict[str, object]
) -> None:
    assert "Only admins can" in await reply(bot, bot.ada, command, **options)
    assert "Only admins can" not in await reply(bot, bot.admin, command, **options)


async def test_a_role_can_be_made_admin_and_another_free_of_limits(bot: Scene) -> None:
    role = bot.guild.add_role("tutors")
    await reply(bot, bot.admin, "settings set", admin_role=role, exempt_role=role)
    tutor = bot.server.add_person("tutor")
    bot.guild.join(tutor, roles=[role])
    text = await reply(bot, tutor, "limits set", scope="person", count=1, period="day")
    assert "each person: **1 question per day**" in text
    for _ in range(2):
        asked = await tutor.slash(bot.channel, "ask", question="Why?")
        assert "zeroes" in (await bot.final(asked)).content
    await bot.ask()
    assert "reached the limit of 1 question per day" in await reply(
        bot, bot.ada, "ask", question="Why?"
    )


async def test_the_list_of_models_marks_the_one_that_answers(bot: Scene) -> None:
    text = await reply(bot, bot.ada, "model list")
    assert "→ small" in text
    assert "→ large" not in text


async def test_one_model_in_detail(bot: Scene) -> None:
    text = await reply(bot, bot.ada, "model show", model="large")
    assert "**large** · on disk" in text
    assert "2 layers × 64 wide" in text


async def test_a_switch_shows_its_progress_and_answers_go_on_meanwhile(bot: Scene) -> None:
    bot.pool.load_gate = asyncio.Event()
    asked = await bot.admin.slash(bot.channel, "model switch", model="large")
    message = await asked.responded()
    await bot.server.until(lambda: "Loading large" in message.content and "25%" in message.content)
    assert "small · seed" in (await bot.ask()).content
    assert "is switching this server to large right now" in await reply(
        bot, bot.admin, "model switch", model="tiny"
    )
    bot.pool.load_gate.set()
    await bot.server.until(lambda: "**large** answers on this server" in message.content)
    assert "large · seed" in (await bot.ask()).content
    assert "**small**" in await reply(bot, bot.admin, "model default")
    assert "small · seed" in (await bot.ask()).content


async def test_a_switch_that_fails_changes_nothing(bot: Scene) -> None:
    bot.pool.load_error = NotEnoughMemory("large needs 3 GB and 1 GB is free.")
    asked = await bot.admin.slash(bot.channel, "model switch", model="large")
    message = await asked.responded()
    await bot.server.until(lambda: "large needs 3 GB" in message.content)
    assert "small · seed" in (await bot.ask()).content


async def test_settings_are_shown_set_and_reset(bot: Scene) -> None:
    assert "threads: **auto**\n" in await reply(bot, bot.ada, "settings show")
    text = await reply(bot, bot.admin, "settings set", threads="off", temperature=0.0)
    assert "threads: **off** (set here)" in text
    assert "temperature: **0** (set here)" in text
    await bot.ask()
    assert bot.pool.samplings[-1].temperature == 0
    assert "threads: **auto**\n" in await reply(
        bot, bot.admin, "settings reset", setting="everything"
    )


async def test_the_limits_are_shown(bot: Scene) -> None:
    text = await reply(bot, bot.ada, "limits show")
    assert "each person: **6 questions per minute**" in text


async def test_a_channel_can_be_reset(bot: Scene) -> None:
    await bot.ask("First?")
    assert "forgotten 1 question" in await reply(bot, bot.bob, "reset")
    await bot.ask("Second?")
    assert "First?" not in bot.pool.prompts[-1]


async def test_help_says_how_to_ask_on(scene: Scene, start_bot: StartBot) -> None:
    async with start_bot():
        assert "reply to my message there" in await reply(scene, scene.ada, "help")
    scene.server.enable_intents(Intent.MESSAGE_CONTENT)
    async with start_bot(message_content=True):
        assert "just write" in await reply(scene, scene.ada, "help")


async def test_about_names_model_revision_version_and_uptime(bot: Scene) -> None:
    text = await reply(bot, bot.ada, "about")
    assert "**Lectern 1.2.3**, up for " in text
    assert "**small** answers (`test/small` at revision `000000000000`)" in text


@pytest.mark.parametrize("command", ["help", "about", "model list", "settings show", "limits show"])
async def test_information_is_for_the_one_who_asked_for_it(bot: Scene, command: str) -> None:
    asked = await bot.ada.slash(bot.channel, command)
    assert (await asked.responded()).is_ephemeral
