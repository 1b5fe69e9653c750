"""`/settings` as people meet it: what holds on a server is seen by all and set by admins."""

import pytest

from bot.domain.sampling import SamplingParams
from tests.cogs.conftest import Scene, StartBot
from tests.discord_server import Message, Person
from tests.discord_server.refusal import NotPossible
from tests.study_server import JUDGING

DEFAULTS = """\
The settings of this server:
• threads: **auto**
• model: **small**
• temperature: **0.2**
• top_p: **0.9**
• length: **normal**
• handbook: **on**
• decency: **standard**
• topic guard: **off**
• blocked words and phrases: none
• admin role: none
• teaching assistants' role: none
• role without rate limits: none"""
REFUSAL = "Only admins can change this server's settings: you need the Manage Server permission."


async def reply(scene: Scene, person: Person, command: str, **options: object) -> Message:
    """What `/settings …` answers."""
    asked = await person.slash(scene.channel, f"settings {command}", **options)
    return await asked.responded()


async def sampling_of_answer(scene: Scene, **options: object) -> SamplingParams:
    """How the answer to Ada's next question is sampled."""
    await scene.ask(**options)
    return scene.pool.samplings[-1]


# Looking


async def test_any_member_sees_the_settings_in_private(bot: Scene) -> None:
    message = await reply(bot, bot.ada, "show")
    assert message.content == DEFAULTS
    assert not bot.bob.sees(message)


async def test_a_switched_model_is_among_the_settings(bot: Scene) -> None:
    await bot.set(model="large")
    assert "model: **large** (set here)" in (await reply(bot, bot.ada, "show")).content


# Who may set


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("set", {"threads": "off"}),
        ("set", {"temperature": 0.0}),
        ("set", {"top_p": 0.5}),
        ("set", {"length": "long"}),
        ("set", {"handbook": False}),
        ("reset", {"setting": "everything"}),
    ],
)
async def test_a_member_is_refused_with_one_sentence(
    bot: Scene, command: str, options: dict[str, object]
) -> None:
    message = await reply(bot, bot.ada, command, **options)
    assert message.content == REFUSAL
    assert not bot.bob.sees(message)
    assert (await reply(bot, bot.ada, "show")).content == DEFAULTS


async def test_a_member_cannot_make_a_role_of_theirs_an_admin_role(bot: Scene) -> None:
    role = bot.guild.add_role("students")
    bot.guild.give_role(bot.ada, role)
    assert (await reply(bot, bot.ada, "set", admin_role=role)).content == REFUSAL
    assert (await reply(bot, bot.ada, "set", assistant_role=role)).content == REFUSAL
    assert (await reply(bot, bot.ada, "set", exempt_role=role)).content == REFUSAL
    assert (await reply(bot, bot.ada, "show")).content == DEFAULTS


async def test_the_servers_owner_may_set(bot: Scene) -> None:
    owner = bot.guild.owner
    assert isinstance(owner, Person)
    assert "length: **long**" in (await reply(bot, owner, "set", length="long")).content


async def test_people_with_the_admin_role_may_set_until_it_is_taken(bot: Scene) -> None:
    tutors = bot.guild.add_role("tutors")
    bot.guild.give_role(bot.bob, tutors)
    await reply(bot, bot.admin, "set", admin_role=tutors)
    assert "length: **long**" in (await reply(bot, bot.bob, "set", length="long")).content
    bot.guild.take_role(bot.bob, tutors)
    assert (
        "or this server's admin role." in (await reply(bot, bot.bob, "set", length="short")).content
    )
    assert "length: **long**" in (await reply(bot, bot.ada, "show")).content


async def test_the_admin_role_can_be_taken_back(bot: Scene) -> None:
    tutors = bot.guild.add_role("tutors")
    bot.guild.give_role(bot.bob, tutors)
    await reply(bot, bot.admin, "set", admin_role=tutors)
    assert (
        "admin role: none" in (await reply(bot, bot.admin, "reset", setting="admin_role")).content
    )
    assert (await reply(bot, bot.bob, "set", length="long")).content == REFUSAL


@pytest.mark.parametrize("option", ["admin_role", "assistant_role", "exempt_role"])
async def test_the_role_of_everybody_is_refused(bot: Scene, option: str) -> None:
    message = await reply(bot, bot.admin, "set", **{option: bot.guild.everyone})
    assert message.content == (
        "Everybody has that role; please choose one that only some people have."
    )
    assert (await reply(bot, bot.ada, "show")).content == DEFAULTS


async def test_naming_roles_pings_nobody(bot: Scene) -> None:
    role = bot.guild.add_role("tutors")
    await reply(bot, bot.admin, "set", admin_role=role, exempt_role=role)
    message = await reply(bot, bot.ada, "show")
    assert f"• admin role: {role.mention}\n" in message.content
    assert f"• role without rate limits: {role.mention}" in message.content
    assert all(each.pinged_role_ids == () for each in bot.server.messages)


async def test_settings_belong_to_servers_and_not_to_direct_messages(bot: Scene) -> None:
    with pytest.raises(NotPossible, match="cannot be used here"):
        await bot.ada.slash(bot.ada.dm_channel, "settings show")


# Setting


async def test_everything_set_at_once_is_shown_and_the_rest_is_left(bot: Scene) -> None:
    options = {"threads": "button", "temperature": 1.25, "top_p": 0.5, "length": "short"}
    options |= {"handbook": False, "decency": "strict"}
    message = await reply(bot, bot.admin, "set", **options)
    expected = """\
The settings of this server:
• threads: **button** (set here)
• model: **small**
• temperature: **1.25** (set here)
• top_p: **0.5** (set here)
• length: **short** (set here)
• handbook: **off** (set here)
• decency: **strict** (set here)
• topic guard: **off**
• blocked words and phrases: none
• admin role: none
• teaching assistants' role: none
• role without rate limits: none"""
    assert message.content == "Done. " + expected
    assert not bot.bob.sees(message)
    message = await reply(bot, bot.admin, "set", length="long")
    assert message.content == "Done. " + expected.replace("short", "long")


async def test_naming_nothing_is_refused(bot: Scene) -> None:
    message = await reply(bot, bot.admin, "set")
    assert message.content == "Nothing to set: please name at least one setting."


@pytest.mark.parametrize(
    "options",
    [
        {"temperature": -0.1},
        {"temperature": 5.1},
        {"top_p": 0.0},
        {"top_p": 1.1},
        {"length": "endless"},
        {"threads": "maybe"},
        {"decency": "some"},
    ],
)
async def test_values_out_of_range_cannot_be_sent(bot: Scene, options: dict[str, object]) -> None:
    with pytest.raises(NotPossible):
        await bot.admin.slash(bot.channel, "settings set", **options)


async def test_answers_are_sampled_as_the_server_says(bot: Scene) -> None:
    await reply(bot, bot.admin, "set", temperature=0.0, top_p=0.25, length="short", threads="off")
    sampling = await sampling_of_answer(bot)
    assert (sampling.temperature, sampling.top_p, sampling.max_new_tokens) == (0.0, 0.25, 64)
    assert (await sampling_of_answer(bot, length="long")).max_new_tokens == 320


async def test_continuations_are_sampled_as_the_server_says(bot: Scene) -> None:
    await reply(bot, bot.admin, "set", temperature=1.5, top_p=0.25, length="short")
    await bot.final(await bot.ada.slash(bot.channel, "complete", text="Once", top_p=1.0))
    (sampling,) = bot.pool.samplings
    assert (sampling.temperature, sampling.top_p, sampling.max_new_tokens) == (1.5, 1.0, 64)


async def test_auto_opens_a_thread_button_offers_one_and_off_does_neither(bot: Scene) -> None:
    bot.server.rate_limits.lift()
    await reply(bot, bot.admin, "set", threads="button")
    message = await bot.ask()
    assert "Open thread" in message.buttons
    assert message.thread is None
    await reply(bot, bot.admin, "set", threads="off")
    message = await bot.ask()
    assert message.buttons == ["Regenerate", "Details", "Look inside", *JUDGING]
    await reply(bot, bot.admin, "set", threads="auto")
    await bot.thread_of(await bot.ask())
    assert [each.thread for each in bot.channel.messages].count(None) == (
        len(bot.channel.messages) - 1
    )


async def test_a_server_keeps_its_settings_to_itself(bot: Scene) -> None:
    await reply(bot, bot.admin, "set", temperature=0.0, threads="off")
    channel = bot.server.add_guild("Statistics 1").add_channel("questions")
    assert channel.guild is not None
    channel.guild.join(bot.bob)
    shown = await (await bot.bob.slash(channel, "settings show")).responded()
    assert shown.content == DEFAULTS
    await bot.final(await bot.bob.slash(channel, "ask", question="Why?"))
    assert bot.pool.samplings[-1].temperature == 0.2


async def test_settings_survive_a_restart(scene: Scene, start_bot: StartBot) -> None:
    async with start_bot():
        await reply(scene, scene.admin, "set", temperature=0.0, length="essay")
    async with start_bot():
        content = (await reply(scene, scene.ada, "show")).content
    assert "temperature: **0** (set here)\n" in content
    assert "length: **essay** (set here)" in content


# Going back


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ("threads", "• threads: **auto**\n"),
        ("temperature", "• temperature: **0.2**\n"),
        ("top_p", "• top_p: **0.9**\n"),
        ("length", "• length: **normal**\n"),
        ("handbook", "• handbook: **on**\n"),
        ("decency", "• decency: **standard**\n"),
        ("admin_role", "• admin role: none\n"),
        ("assistant_role", "• teaching assistants' role: none\n"),
        ("exempt_role", "• role without rate limits: none"),
    ],
)
async def test_one_setting_goes_back_and_the_others_stay(
    bot: Scene, setting: str, line: str
) -> None:
    role = bot.guild.add_role("tutors")
    options = {"threads": "off", "temperature": 0.0, "top_p": 0.5, "length": "long"}
    roles = dict.fromkeys(("admin_role", "assistant_role", "exempt_role"), role)
    await reply(bot, bot.admin, "set", **options, **roles, handbook=False, decency="off")
    content = (await reply(bot, bot.admin, "reset", setting=setting)).content
    assert line in content + "\n"
    num_changed = content.count("(set here)") + content.count(role.mention)
    assert num_changed == 8


async def test_everything_goes_back_but_the_model_and_the_limits(bot: Scene) -> None:
    await bot.set(model="large")
    await bot.admin.slash(bot.channel, "limits set", scope="person", count=2, period="hour")
    await reply(bot, bot.admin, "set", temperature=0.0, threads="off", length="long")
    content = (await reply(bot, bot.admin, "reset", setting="everything")).content
    assert content == "Done. " + DEFAULTS.replace("**small**", "**large** (set here)")
    limits = await (await bot.ada.slash(bot.channel, "limits show")).responded()
    assert "2 questions per hour" in limits.content
