"""`/stats` as people meet it: numbers, a picture, and for whom."""

import pytest

from bot.domain.document import Piece
from bot.domain.errors import PictureUnavailable
from tests.cogs.conftest import Scene
from tests.cogs.test_compare_command import compared, hasty, press
from tests.discord_server import Message, Person
from tests.scripted_models import Script
from tests.service.notes import ASKED, DROPOUT
from tests.storage.notes import new_note

__all__ = ["hasty"]


async def stats(scene: Scene, which: str, person: Person | None = None, **options: int) -> Message:
    asked = await (person or scene.ada).slash(scene.channel, f"stats {which}", **options)
    return await asked.responded()


async def test_everybody_sees_their_own_alone(bot: Scene) -> None:
    await bot.ask()
    told = await stats(bot, "me")
    lines = told.content.split("\n")
    assert lines[:3] == [
        "**Your questions here**, the last 30 days",
        "1 question",
        "Answers: from memory 100%",
    ]
    assert "small" in told.content
    assert not bot.bob.sees(told)
    (picture,) = told.attachments
    assert picture.filename == "statistics.png"
    assert picture.description is not None
    assert "Questions per day" in picture.description


async def test_an_admin_sees_the_servers(bot: Scene) -> None:
    message = await bot.ask()
    asked = await bot.bob.slash(bot.channel, "ask", question="What is a loss?")
    await bot.final(asked)
    await bot.bob.click(message, "👍")
    await bot.server.until(lambda: "👍 1" in message.buttons)
    told = await stats(bot, "server", bot.admin, period=7)
    assert told.content.startswith("**This server**, the last 7 days\n2 questions by 2 people\n")
    assert "Feedback: 👍 1 · 👎 0" in told.content
    assert not bot.ada.sees(told)


async def test_a_member_is_refused_with_one_sentence(bot: Scene) -> None:
    told = await stats(bot, "server")
    assert told.content == (
        "Only admins can see a server's statistics: you need the Manage Server permission."
    )


async def test_standings_are_shown_to_everybody(bot: Scene) -> None:
    bot.pool.scripts = [Script()]
    message = await compared(bot, "small, large", seed=7)
    told = await press(bot, bot.bob, message, "A")
    winner = told.split("A is ")[1].split(".")[0]
    shown = await stats(bot, "standings")
    assert bot.bob.sees(shown)
    assert shown.content.startswith("**Standings of the last 30 days**\n```\nmodel")
    first = shown.content.split("\n")[3]
    assert first.split() == [winner, "100%", "1/1", "1"]
    assert shown.attachments


@pytest.mark.parametrize(
    ("which", "sentence"),
    [
        ("me", "You have not asked anything here in the last 90 days; use `/ask`."),
        ("server", "Nobody has asked anything here in the last 90 days; `/ask` is the beginning."),
        (
            "standings",
            "Nobody has voted here in the last 90 days; compare models with `/compare` and vote "
            "before the names are known.",
        ),
    ],
)
async def test_where_there_is_nothing_a_sentence_says_so(
    bot: Scene, which: str, sentence: str
) -> None:
    told = await stats(bot, which, bot.admin, period=90)
    assert told.content == sentence
    assert told.attachments == []


async def test_a_picture_that_cannot_be_drawn_leaves_the_table(bot: Scene) -> None:
    bot.painter.refusal = PictureUnavailable("It took too long.")
    await bot.ask()
    told = await stats(bot, "me")
    assert "1 question" in told.content
    assert told.attachments == []


async def test_another_server_is_not_in_the_numbers(bot: Scene) -> None:
    await bot.ask()
    other = bot.server.add_guild("Other")
    other.join(bot.ada)
    elsewhere = other.add_channel("general")
    asked = await bot.ada.slash(elsewhere, "stats me")
    assert "You have not asked anything here" in (await asked.responded()).content


async def test_a_title_of_a_note_does_nothing_to_the_message_around_it(bot: Scene) -> None:
    assert bot.services is not None
    new = new_note(title="*Week* @everyone")
    async with bot.services.installation._store.transaction() as transaction:
        await transaction.notes.put(str(bot.guild.id), new, [Piece("", DROPOUT)])
    await bot.ask(ASKED)
    told = await stats(bot, "me")
    assert "Busiest topics: \\*Week\\* @\u200beveryone (1)" in told.content
