"""Formulas below answers: the text first, then one picture with words for who cannot see it."""

import asyncio

import pytest

from bot.cogs.pictures import FILE_NAME
from bot.domain.errors import PictureUnavailable, UnsupportedFormula
from bot.domain.server_settings import ThreadsMode
from bot.figures.studio import Studio
from tests.cogs.approving import correct
from tests.cogs.conftest import Scene, StartBot
from tests.cogs.test_recovery import stale
from tests.cogs.test_restart import reopen
from tests.discord_server import Message, Permission, Upload
from tests.scripted_models import Script
from tests.sketcher import Sketcher
from tests.study_server import JUDGING

FRACTION = r"\frac{1}{1-p}"
WORDS = Script(words=["Units", " are", " scaled", " by", f" ${FRACTION}$."])
TEXT = f"Units are scaled by ${FRACTION}$."
NOTE = Upload("softmax.md", b"# Softmax\n\nThe softmax of $z_i$ is $\\frac{e^{z_i}}{Z}$.\n")
SECONDS = 30.0


@pytest.fixture
def sketcher(scene: Scene) -> Sketcher:
    scene.pool.scripts = [WORDS]
    sketcher = scene.illustrator = Sketcher()
    return sketcher


async def pictured(scene: Scene, message: Message) -> Message:
    """A message once it has a picture."""
    await scene.server.until(lambda: message.attachments)
    return message


async def test_the_picture_follows_the_text_and_leaves_all_of_it(
    sketcher: Sketcher, bot: Scene
) -> None:
    message = await pictured(bot, await bot.ask())
    (picture,) = message.attachments
    assert (picture.filename, picture.content) == (FILE_NAME, FRACTION.encode())
    assert picture.description == f"Formula: {FRACTION}"
    assert TEXT in message.content
    assert message.buttons == ["Regenerate", "Details", "Look inside", *JUDGING]
    assert message.versions[-1].content == message.versions[-2].content
    assert f"📎 {FILE_NAME}" in bot.seen()


async def test_neither_the_text_nor_its_thread_waits_for_the_picture(
    sketcher: Sketcher, bot: Scene
) -> None:
    sketcher.gate = asyncio.Event()
    message = await bot.ask()
    assert await bot.thread_of(message)
    assert message.attachments == []
    row = await bot.closed(1)
    assert row.delivered_at is not None
    sketcher.gate.set()
    await pictured(bot, message)


async def test_a_private_answer_has_its_picture_too(sketcher: Sketcher, bot: Scene) -> None:
    message = await pictured(bot, await bot.ask(private=True))
    assert message.is_ephemeral
    assert TEXT in message.content


async def test_a_reply_in_a_thread_has_its_picture_too(sketcher: Sketcher, bot: Scene) -> None:
    thread = await bot.thread_of(await bot.ask())
    await bot.ada.say(thread, "Why?", reply_to=thread.messages[-1])
    await bot.server.until(lambda: "Regenerate" in thread.messages[-1].buttons)
    await pictured(bot, thread.messages[-1])


async def test_a_long_answer_has_its_picture_below_the_last_part(
    sketcher: Sketcher, bot: Scene
) -> None:
    bot.server.rate_limits.lift()
    await bot.set(threads=ThreadsMode.OFF)
    words = [f" word{number}" for number in range(400)]
    bot.pool.scripts = [Script(words=[f"${FRACTION}$", *words])]
    first, last = await bot.ask_long()
    await pictured(bot, last)
    assert first.attachments == []


async def test_nothing_is_drawn_where_there_is_no_formula(sketcher: Sketcher, bot: Scene) -> None:
    bot.pool.scripts = [Script(words=["It", " costs", " $5", " or", " `$x$`."])]
    message = await bot.ask()
    await bot.server.quiet()
    assert sketcher.drawn == []
    assert message.attachments == []


async def test_a_formula_of_the_notes_is_drawn_below_its_quote(
    sketcher: Sketcher, bot: Scene
) -> None:
    added = await bot.admin.slash(bot.channel, "notes add", file=NOTE)
    await added.responded(SECONDS)
    message = await pictured(bot, await bot.ask("What is the softmax?"))
    assert sketcher.drawn[:2] == ["z_i", r"\frac{e^{z_i}}{Z}"]
    assert "[1]" in message.content


async def test_notes_show_draws_the_formulas_of_a_note(sketcher: Sketcher, bot: Scene) -> None:
    added = await bot.admin.slash(bot.channel, "notes add", file=NOTE)
    await added.responded(SECONDS)
    asked = await bot.ada.slash(bot.channel, "notes show", name="softmax.md")
    message = await pictured(bot, await asked.responded())
    assert "1 passage" in message.content
    assert message.attachments[0].description == (r"Formulas: (1) zᵢ; (2) \frac{e^{z_i}}{Z}")


async def test_what_cannot_be_drawn_is_shown_as_its_source(sketcher: Sketcher, bot: Scene) -> None:
    sketcher.refusal = UnsupportedFormula("no")
    message = await bot.ask()
    await bot.server.until(lambda: "```latex" in message.content)
    assert f"{TEXT}\n```latex\n{FRACTION}\n```\n-# ⚠️" in message.content
    assert message.content.splitlines()[-1].startswith("-# small")
    assert message.buttons == ["Regenerate", "Details", "Look inside", *JUDGING]
    assert message.attachments == []


async def test_a_picture_that_cannot_be_had_leaves_the_text_as_it_is(
    sketcher: Sketcher, bot: Scene
) -> None:
    sketcher.refusal = PictureUnavailable("The picture could not be drawn; please try again.")
    message = await bot.ask()
    await bot.server.quiet()
    assert message.versions[-1].content.count(FRACTION) == 1
    assert message.attachments == []


async def test_without_the_right_to_attach_files_the_text_stands(
    sketcher: Sketcher, bot: Scene
) -> None:
    thread = await bot.thread_of(await bot.ask())
    bot.channel.deny(bot.server.bot_user, Permission.ATTACH_FILES)
    await bot.ada.say(thread, "Why?", reply_to=thread.messages[-1])
    await bot.server.until(lambda: "Regenerate" in thread.messages[-1].buttons)
    await bot.server.quiet()
    assert TEXT in thread.messages[-1].content
    assert thread.messages[-1].attachments == []


async def test_a_picture_that_is_lost_on_its_way_leaves_the_text(
    sketcher: Sketcher, bot: Scene
) -> None:
    sketcher.gate = asyncio.Event()
    message = await bot.ask()
    bot.server.fail_next("PATCH", r".*/messages/@original", status=400)
    sketcher.gate.set()
    await bot.server.quiet()
    assert TEXT in message.content
    assert message.attachments == []


async def test_regenerate_takes_the_old_picture_away(sketcher: Sketcher, bot: Scene) -> None:
    message = await pictured(bot, await bot.ask())
    bot.pool.scripts = [Script(words=["No", " formula."])]
    await bot.ada.click(message, "Regenerate")
    await bot.server.until(lambda: "No formula." in message.content)
    await bot.ended(message)
    assert message.attachments == []


async def test_a_picture_that_comes_too_late_is_not_put_below_another_answer(
    sketcher: Sketcher, bot: Scene
) -> None:
    gate = sketcher.gate = asyncio.Event()
    message = await bot.ask()
    bot.pool.scripts = [Script(words=["No", " formula."])]
    await bot.ada.click(message, "Regenerate")
    await bot.server.until(lambda: "No formula." in message.content)
    await bot.ended(message)
    gate.set()
    await bot.server.quiet()
    assert message.attachments == []


async def test_the_real_studio_draws_a_png(scene: Scene, start_bot: StartBot) -> None:
    scene.pool.scripts = [WORDS]
    async with Studio() as scene.illustrator, start_bot():
        message = await scene.ask()
        await scene.server.until(lambda: message.attachments, 60)
    assert message.attachments[0].content.startswith(b"\x89PNG\r\n\x1a\n")
    assert scene.bugs == []


async def test_a_picture_follows_what_assistants_make_of_an_answer(
    sketcher: Sketcher, bot: Scene
) -> None:
    message = await pictured(bot, await bot.ask())
    tess = await bot.assistant()
    endorsed = await tess.click(message, "Endorse")
    await endorsed.responded()
    assert "Endorsed by Tess" in message.content
    assert [each.content for each in message.attachments] == [FRACTION.encode()]
    await correct(message, tess, "By $1-p$, and no more.")
    assert [each.content for each in message.attachments] == [b"1-p"]
    await (await tess.click(message, "Take back")).responded()
    assert [each.content for each in message.attachments] == [FRACTION.encode()]
    await correct(message, tess, "By nothing.")
    assert message.attachments == []


async def test_an_end_that_a_restart_shows_has_its_picture_and_no_older_one(
    sketcher: Sketcher, scene: Scene, start_bot: StartBot
) -> None:
    async with stale(scene, start_bot, 1) as (message,):
        assert [each.content for each in message.attachments] == [FRACTION.encode()]
        sketcher.gate = asyncio.Event()
        async with start_bot():
            await scene.server.until(lambda: TEXT in message.content)
            assert message.attachments == []
            sketcher.gate.set()
            await pictured(scene, message)
    assert scene.bugs == []


async def test_a_private_end_that_a_restart_shows_has_its_picture(
    sketcher: Sketcher, scene: Scene, start_bot: StartBot
) -> None:
    async with start_bot():
        gate = asyncio.Event()
        scene.pool.scripts = [Script(WORDS.words, gate=gate)]
        asked = await scene.ada.slash(scene.channel, "ask", question="Why?", private=True)
        message = await asked.responded()
        assert scene.services is not None
        await scene.server.until(lambda: scene.pool.prompts)
        (known,) = await scene.services.delivery.messages(1)
        gate.set()
        await pictured(scene, message)
        async with scene.services.installation._store.transaction() as transaction:
            await reopen(transaction, answer_id=1, state=None)
            await transaction.answers.put_message(known)
    message.content, message.attachments = "…", []
    async with start_bot():
        await pictured(scene, message)
    assert TEXT in message.content
    assert scene.bugs == []
