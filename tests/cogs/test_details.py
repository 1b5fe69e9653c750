"""*Details*: who may press it, and what it tells."""

import asyncio

import pytest

from tests.cogs.conftest import Scene, StartBot
from tests.discord_server import Message, Person, Upload
from tests.scripted_models import Script
from tests.study_server import JUDGING

LECTURE = Upload("week_1.md", b"# Week *1*\n\nDropout switches units off at random.\n")
SECONDS = 30.0


async def details(scene: Scene, message: Message, person: Person | None = None) -> Message:
    """What the button tells a person."""
    press = await (person or scene.ada).click(message, "Details")
    return await press.responded()


async def test_everybody_may_know_and_only_the_presser_reads_it(bot: Scene) -> None:
    message = await bot.ask(seed=7)
    told = await details(bot, message, bot.bob)
    assert bot.bob.sees(told)
    assert not bot.ada.sees(told)
    lines = told.content.splitlines()
    assert lines[:3] == [
        "**Answer:** #1 – /replay 1 writes it again",
        "**Model:** small at revision 000000000000, weights in float32",
        "**Sampling:** seed 7 · temperature 0.2 · top-p 0.9 · up to 160 tokens",
    ]
    assert lines[3].startswith("**Rests on:** the model's memory, unchecked · confidence ")
    assert "**Prompt:** 6 of 1,024 tokens" in lines
    assert "question        6 █" in lines
    assert "answer        160 █████" in lines
    assert lines[-1].startswith("**Speed:** 4 tokens · the first after ")
    assert message.buttons == ["Regenerate", "Details", "Look inside", *JUDGING]


async def test_an_answer_from_notes_tells_their_place_and_scores(bot: Scene) -> None:
    added = await bot.admin.slash(bot.channel, "notes add", file=LECTURE)
    await added.responded(SECONDS)
    told = await details(bot, await bot.ask("What does dropout switch off?"))
    assert "**Rests on:** the notes, quoted · confidence " in told.content
    assert "**Figures:** score " in told.content
    assert "**Passages:** \\[1\\] Week \\*1\\* · score " in told.content
    assert " · covers 100%" in told.content
    assert "passages " in told.content


async def test_turns_that_were_dropped_are_told(bot: Scene) -> None:
    bot.pool.window = 160 + 60
    bot.pool.scripts = [Script(words=[" word"] * 30)]
    for number in range(3):
        await bot.ask(f"What is {number}?")
    message = await bot.ask("And now?")
    assert ", 2 earlier turns left out" in (await details(bot, message)).content


async def test_a_private_answer_has_details_for_its_asker(bot: Scene) -> None:
    message = await bot.ask(private=True)
    assert "**Answer:** #1" in (await details(bot, message)).content


async def test_a_completion_has_details_too(bot: Scene) -> None:
    asked = await bot.ada.slash(bot.channel, "complete", text="Once upon a time", samples=2)
    told = await details(bot, await bot.final(asked))
    assert "question        4 █" in told.content
    assert "Rests on" not in told.content


@pytest.mark.parametrize("ending", ["fails", "stops"])
async def test_an_answer_that_did_not_come_to_its_end_tells_what_is_known(
    bot: Scene, ending: str
) -> None:
    if ending == "fails":
        bot.pool.scripts = [Script(error=RuntimeError("broken"))]
        message = await bot.ask()
        assert len(bot.bugs) == 1
        bot.bugs.clear()
    else:
        bot.pool.scripts = [Script(gate=asyncio.Event())]
        asked = await bot.ada.slash(bot.channel, "ask", question="What is dropout?")
        message = await asked.responded()
        await bot.server.until(lambda: "Dropout" in message.content)
        await bot.ada.click(message, "Stop")
        await bot.ended(message)
    told = await details(bot, message)
    assert "**Prompt:** 6 of 1,024 tokens" in told.content


async def test_details_work_after_a_restart(scene: Scene, start_bot: StartBot) -> None:
    async with start_bot():
        message = await scene.ask()
    async with start_bot():
        assert "**Answer:** #1" in (await details(scene, message)).content
    assert scene.bugs == []


async def test_a_forged_button_tells_nothing_of_another_server(bot: Scene) -> None:
    message = await bot.ask()
    elsewhere = bot.server.add_guild("Other")
    elsewhere.join(bot.bob)
    channel = elsewhere.add_channel("general")
    theirs = await bot.final(await bot.bob.slash(channel, "ask", question="Here?"))
    theirs.components = message.components
    press = await bot.bob.click(theirs, "Details")
    assert (await press.responded()).content == (
        "There is no answer 1 here; Details below an answer tells its number."
    )
