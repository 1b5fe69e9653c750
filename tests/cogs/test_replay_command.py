"""`/replay` as people meet it."""

import asyncio

import pytest

from bot.domain.rate_limit import Limit
from tests.cogs.conftest import Scene, StartBot
from tests.discord_server import Message, Person, TextChannel
from tests.scripted_models import Script

SAME = "✅ Identical: its text of answer 1 came out the same to the last character"


async def replay(
    scene: Scene, number: int = 1, person: Person | None = None, place: TextChannel | None = None
) -> Message:
    """What the command answers in the end."""
    asked = await (person or scene.ada).slash(place or scene.channel, "replay", id=number)
    return await scene.settled(asked)


async def test_the_same_text_is_told_to_the_person_alone(bot: Scene) -> None:
    await bot.ask()
    told = await replay(bot)
    assert told.content == f"{SAME} (4 tokens; small, seed 100, alone in its batch)."
    assert not bot.bob.sees(told)
    assert bot.pool.num_alone == 1


async def test_a_text_that_differs_is_shown_harmless(bot: Scene) -> None:
    await bot.ask()
    bot.pool.scripts = [
        Script(
            words=["Dropout", " pings", " @everyone", " at", " https://evil.example/x", " *now*"]
        )
    ]
    told = (await replay(bot)).content
    assert told.startswith("❌ Not identical: answer 1 came out otherwise behind its first 1 of 3")
    quoted = told.splitlines()[-1]
    assert quoted == "> Dropout pings @\u200beveryone at \\[link removed\\] \\*now\\*"


async def test_a_long_text_that_differs_is_cut_to_one_message(bot: Scene) -> None:
    await bot.ask()
    bot.pool.scripts = [Script(words=[" *word*"] * 700)]
    told = (await replay(bot)).content
    assert 1_500 < len(told) <= 2_000


async def test_it_is_shown_how_far_a_replay_is(bot: Scene) -> None:
    gate = asyncio.Event()
    bot.pool.scripts = [Script(), Script(gate=gate)]
    await bot.ask()
    asked = await bot.ada.slash(bot.channel, "replay", id=1)
    message = await asked.responded()
    assert message.content == "⏳ Writing answer 1 again: token 2."
    gate.set()
    assert (await bot.settled(asked)).content.startswith(SAME)


async def test_an_assistant_may_and_another_student_may_not(bot: Scene) -> None:
    await bot.ask()
    assert (await replay(bot, person=bot.bob)).content == (
        "Only Ada, who asked, teaching assistants and admins can replay this answer; use /ask to "
        "get one of your own."
    )
    role = bot.guild.add_role("assistants")
    bot.guild.give_role(bot.bob, role)
    await bot.set(assistant_role=str(role.id))
    assert (await replay(bot, person=bot.bob)).content.startswith(SAME)


async def test_no_answer_of_another_server_and_no_private_one_is_there(bot: Scene) -> None:
    await bot.ask()
    await bot.ask(private=True)
    gone = "There is no answer {} here; Details below an answer tells its number."
    other = bot.server.add_guild("Other")
    other.join(bot.ada)
    elsewhere = other.add_channel("general")
    assert (await replay(bot, 1, place=elsewhere)).content == gone.format(1)
    assert (await replay(bot, 2, person=bot.admin)).content == gone.format(2)
    assert (await replay(bot, 3)).content == gone.format(3)
    assert "Identical" in (await replay(bot, 2)).content


async def test_a_replay_counts_as_a_question(bot: Scene) -> None:
    await bot.set(person_limit=Limit(2, 3600))
    await bot.ask()
    await replay(bot)
    assert "reached the limit of 2 questions per hour" in (await replay(bot)).content


async def test_a_farewell_in_the_middle_is_told(
    scene: Scene, start_bot: StartBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cogs.client.RETIRE_SECONDS", 0.1)
    async with start_bot():
        scene.pool.scripts = [Script(), Script(gate=asyncio.Event())]
        await scene.ask()
        asked = await scene.ada.slash(scene.channel, "replay", id=1)
        message = await asked.responded()
    assert message.content == (
        "I am restarting, so nothing was compared; please try again in a minute."
    )
    assert scene.bugs == []
