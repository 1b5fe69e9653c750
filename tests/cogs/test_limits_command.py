"""`/limits` as people meet it: how much may be asked, and when to ask again."""

import re

import pytest

from tests.cogs.conftest import Scene, StartBot
from tests.discord_server import Interaction, Message, Person
from tests.discord_server.refusal import NotPossible

DEFAULTS = """\
The rate limits of this server:
• each person: **6 questions per minute**
• each channel: **20 questions per minute**
• the whole server: **60 questions per minute**"""
REFUSAL = "Only admins can change this server's settings: you need the Manage Server permission."


async def reply(scene: Scene, person: Person, command: str, **options: object) -> Message:
    """What `/limits …` answers."""
    asked = await person.slash(scene.channel, f"limits {command}", **options)
    return await asked.responded()


async def limit(scene: Scene, scope: str, count: int, period: str) -> str:
    """Set a limit as the admin."""
    message = await reply(scene, scene.admin, "set", scope=scope, count=count, period=period)
    return message.content


async def ended(scene: Scene, interaction: Interaction) -> str:
    """The answer, or the refusal."""
    message = await interaction.responded()
    await scene.server.until(lambda: "-# small" in message.content or "limit" in message.content)
    return message.content


async def ask(scene: Scene, person: Person, command: str = "ask", **options: object) -> str:
    """A person asks; the answer, or the refusal."""
    given = options or ({"question": "Why?"} if command == "ask" else {"text": "Once"})
    return await ended(scene, await person.slash(scene.channel, command, **given))


async def test_any_member_sees_the_limits_in_private(bot: Scene) -> None:
    message = await reply(bot, bot.ada, "show")
    assert message.content == DEFAULTS
    assert not bot.bob.sees(message)


async def test_a_member_is_refused_with_one_sentence(bot: Scene) -> None:
    message = await reply(bot, bot.ada, "set", scope="person", count=99, period="second")
    assert message.content == REFUSAL
    assert not bot.bob.sees(message)
    assert (await reply(bot, bot.ada, "show")).content == DEFAULTS


async def test_people_with_the_admin_role_may_set(bot: Scene) -> None:
    tutors = bot.guild.add_role("tutors")
    bot.guild.give_role(bot.bob, tutors)
    await bot.set(admin_role=str(tutors.id))
    message = await reply(bot, bot.bob, "set", scope="server", count=1, period="second")
    assert "the whole server: **1 question per second** (set here)" in message.content


@pytest.mark.parametrize(
    ("scope", "name"),
    [("person", "each person"), ("channel", "each channel"), ("server", "the whole server")],
)
@pytest.mark.parametrize("period", ["second", "minute", "hour", "day"])
async def test_each_limit_can_be_set_per_each_period_and_taken_back(
    bot: Scene, scope: str, name: str, period: str
) -> None:
    content = await limit(bot, scope, 3, period)
    line = f"• {name}: **3 questions per {period}** (set here)"
    assert line in content.split("\n")
    assert content.count("(set here)") == 1
    shown = (await reply(bot, bot.ada, "show")).content
    assert "Done. " + shown == content
    back = await reply(bot, bot.admin, "set", scope=scope)
    assert back.content == "Done. " + DEFAULTS


@pytest.mark.parametrize("half", [{"count": 3}, {"period": "hour"}])
async def test_half_a_limit_is_refused(bot: Scene, half: dict[str, object]) -> None:
    message = await reply(bot, bot.admin, "set", scope="person", **half)
    assert message.content == (
        "Please give both a count and a period, or leave out both for the default."
    )
    assert (await reply(bot, bot.ada, "show")).content == DEFAULTS


@pytest.mark.parametrize("count", [0, -1, 100_001])
async def test_a_count_out_of_range_cannot_be_sent(bot: Scene, count: int) -> None:
    with pytest.raises(NotPossible):
        await limit(bot, "person", count, "day")


async def test_a_limit_that_is_reached_names_itself_and_the_time(bot: Scene) -> None:
    await limit(bot, "person", 1, "minute")
    assert "zeroes" in await ask(bot, bot.ada)
    refused = await ask(bot, bot.ada)
    match = re.fullmatch(
        r"You have reached the limit of 1 question per minute; please ask again in (\d+) s\.",
        refused,
    )
    assert match is not None, refused
    assert 50 <= int(match[1]) <= 60
    assert "zeroes" in await ask(bot, bot.bob)
    assert len(bot.pool.prompts) == 2


async def test_a_long_wait_is_told_in_hours(bot: Scene) -> None:
    await limit(bot, "person", 1, "day")
    await ask(bot, bot.ada)
    assert (await ask(bot, bot.ada)).endswith("1 question per day; please ask again in 24 h.")


async def test_a_channels_limit_holds_for_all_of_its_people_and_no_other_channel(
    bot: Scene,
) -> None:
    await limit(bot, "channel", 1, "hour")
    await ask(bot, bot.ada)
    refused = await ask(bot, bot.bob)
    assert refused == (
        "This channel has reached the limit of 1 question per hour; please ask again in 60 min."
    )
    other = bot.guild.add_channel("other")
    asked = await bot.bob.slash(other, "ask", question="Why?")
    assert "zeroes" in await ended(bot, asked)


async def test_a_servers_limit_holds_in_all_of_its_channels(bot: Scene) -> None:
    await limit(bot, "server", 1, "hour")
    await ask(bot, bot.ada)
    asked = await bot.bob.slash(bot.guild.add_channel("other"), "ask", question="Why?")
    assert (await ended(bot, asked)).startswith("This server has reached the limit of 1 question")


async def test_what_the_server_refuses_costs_the_person_nothing(bot: Scene) -> None:
    await limit(bot, "person", 2, "day")
    await limit(bot, "server", 1, "day")
    await ask(bot, bot.ada)
    for _ in range(2):
        assert (await ask(bot, bot.ada)).startswith("This server has reached")
    await limit(bot, "server", 100_000, "second")
    assert "zeroes" in await ask(bot, bot.ada)
    assert (await ask(bot, bot.ada)).startswith("You have reached the limit of 2 questions per day")


async def test_questions_that_cannot_be_asked_cost_nothing(bot: Scene) -> None:
    await limit(bot, "person", 1, "day")
    asked = await bot.ada.slash(bot.channel, "ask", question="Why?", model="gpt-5")
    message = await asked.responded()
    await bot.server.until(lambda: "There is no model" in message.content)
    assert "zeroes" in await ask(bot, bot.ada)


async def test_continuations_and_private_questions_count_as_well(bot: Scene) -> None:
    await limit(bot, "person", 2, "day")
    assert "zeroes" in await ask(bot, bot.ada, "complete")
    assert "zeroes" in await ask(bot, bot.ada, question="Why?", private=True)
    assert (await ask(bot, bot.ada, "complete")).startswith("You have reached the limit")


async def test_a_raised_limit_holds_at_once(bot: Scene) -> None:
    await limit(bot, "person", 1, "day")
    await ask(bot, bot.ada)
    assert (await ask(bot, bot.ada)).endswith("please ask again in 24 h.")
    await limit(bot, "person", 100, "minute")
    assert "zeroes" in await ask(bot, bot.ada)


async def test_people_with_the_exempt_role_ask_without_limits(bot: Scene) -> None:
    role = bot.guild.add_role("tutors")
    asked = await bot.admin.slash(bot.channel, "settings set", exempt_role=role)
    await asked.responded()
    for scope in ("person", "channel", "server"):
        await limit(bot, scope, 1, "day")
    await ask(bot, bot.ada)
    bot.guild.give_role(bot.bob, role)
    for _ in range(3):
        assert "zeroes" in await ask(bot, bot.bob)
    bot.guild.take_role(bot.bob, role)
    assert "has reached the limit" in await ask(bot, bot.bob)


async def test_servers_have_limits_of_their_own(bot: Scene) -> None:
    await limit(bot, "person", 1, "day")
    await ask(bot, bot.ada)
    channel = bot.server.add_guild("Statistics 1").add_channel("questions")
    assert channel.guild is not None
    channel.guild.join(bot.ada)
    shown = await (await bot.ada.slash(channel, "limits show")).responded()
    assert shown.content == DEFAULTS
    asked = await bot.ada.slash(channel, "ask", question="Why?")
    assert "zeroes" in await ended(bot, asked)


async def test_a_limit_that_is_reached_survives_a_restart(
    scene: Scene, start_bot: StartBot
) -> None:
    async with start_bot():
        await limit(scene, "person", 1, "day")
        await ask(scene, scene.ada)
    async with start_bot():
        assert "You have reached" in await ask(scene, scene.ada)


async def test_limits_belong_to_servers_and_not_to_direct_messages(bot: Scene) -> None:
    with pytest.raises(NotPossible, match="cannot be used here"):
        await bot.ada.slash(bot.ada.dm_channel, "limits show")
