"""`/privacy`: people see what is stored about them, and have it deleted once they say so."""

import asyncio
import re

from sqlalchemy import select

from bot.cogs.privacy import DONE_ALREADY, KEEP, NOT_YOURS, NOTHING
from bot.domain.server_settings import ThreadsMode
from bot.storage.tables import metadata
from tests.cogs.conftest import Scene, StartBot
from tests.cogs.test_explain_command import explain
from tests.discord_server import Interaction, Message, Person
from tests.scripted_models import Script

CONFIRM = ["Delete it all", "Keep it"]


async def privacy(scene: Scene, command: str, person: Person | None = None) -> Message:
    """What `/privacy` replies."""
    asked = await (person or scene.ada).slash(scene.channel, f"privacy {command}")
    return await asked.responded()


async def deleted(scene: Scene, person: Person | None = None) -> Message:
    """The last word after everything was deleted."""
    question = await privacy(scene, "delete", person)
    await (person or scene.ada).click(question, CONFIRM[0])
    await scene.server.until(lambda: question.buttons == [])
    return question


async def cells(scene: Scene) -> list[str]:
    """Every value that is stored."""
    assert scene.services is not None
    async with scene.services.installation._store.reading() as transaction:
        connection = transaction.people._connection  # type: ignore[attr-defined]
        found = [await connection.execute(select(table)) for table in metadata.sorted_tables]
        return [str(cell) for rows in found for row in rows for cell in row]


async def test_who_never_asked_has_nothing(bot: Scene) -> None:
    assert (await privacy(bot, "show")).content == NOTHING
    refused = await privacy(bot, "delete")
    assert (refused.content, refused.buttons) == (NOTHING, [])


async def test_a_person_alone_reads_numbers_and_what_they_are_for(bot: Scene) -> None:
    await bot.set(threads=ThreadsMode.OFF)
    message = await bot.ask()
    await bot.ask("Why?")
    await bot.ada.click(message, "👍")
    await bot.server.until(lambda: "👍 1" in message.buttons)
    await explain(bot)
    shown = await privacy(bot, "show")
    assert not bot.bob.sees(shown)
    lines = [
        re.sub(r", since \d+ \w+ \d{4}", ", since …", line) for line in shown.content.split("\n")
    ]
    assert lines[1:6] == [
        "- **2 turns in channels and threads**, since …: so that follow-up questions are "
        "understood; /reset forgets a channel's",
        "- **1 vote on an answer**, since …: to count 👍 and 👎",
        "- **1 text given to /explain**, since …: so that the controls below their pictures work",
        "- **2 questions and texts to continue, with what was answered**, since …: so that "
        "answers can be regenerated, replayed and looked into",
        "- **1 counter of a rate limit**: so that everybody gets a turn",
    ]
    assert (await privacy(bot, "show", bot.bob)).content == NOTHING


async def test_nothing_is_deleted_before_the_person_says_so(bot: Scene) -> None:
    await bot.set(threads=ThreadsMode.OFF)
    await bot.ask()
    question = await privacy(bot, "delete")
    assert question.buttons == CONFIRM
    assert "- 1 question or text to continue, with what was answered" in question.content
    await bot.ada.click(question, "Keep it")
    await bot.server.until(lambda: question.content == KEEP)
    assert question.buttons == []
    assert "1 turn in" in (await privacy(bot, "show")).content


async def test_after_deleting_nothing_of_the_person_is_left(bot: Scene) -> None:
    message = await bot.ask()
    await bot.ask("Why?", private=True)
    await explain(bot)
    other = await bot.final(await bot.bob.slash(bot.channel, "ask", question="What is a loss?"))
    await bot.ada.click(other, "👎")
    await bot.server.until(lambda: "👎 1" in other.buttons)
    done = await deleted(bot)
    assert done.content.startswith("Done. Deleted: ")
    assert "2 questions and texts to continue" in done.content
    stored = await cells(bot)
    assert not [cell for cell in stored if str(bot.ada.id) in cell or "Ada" in cell]
    assert [cell for cell in stored if str(bot.bob.id) in cell]
    assert "1 question" in (await privacy(bot, "show", bot.bob)).content
    press = await bot.ada.click(message, "Regenerate")
    assert "I no longer know this answer" in (await press.responded()).content


async def test_an_approved_answer_stays_without_the_asker_s_name(bot: Scene) -> None:
    tess = await bot.assistant()
    message = await bot.ask()
    await (await tess.click(message, "Endorse")).responded()
    question = await privacy(bot, "delete")
    assert "- 1 question whose answer an assistant approved" in question.content.split("name:")[1]
    await bot.ada.click(question, CONFIRM[0])
    await bot.server.until(lambda: question.content.startswith("Done."))
    assert "Without your name from now on: 1 question whose answer" in question.content
    again = await bot.final(await bot.bob.slash(bot.channel, "ask", question="What is dropout?"))
    assert "Already answered here" in again.content
    assert not [cell for cell in await cells(bot) if str(bot.ada.id) in cell]


async def test_the_reviews_of_an_assistant_stay_without_their_name(bot: Scene) -> None:
    tess = await bot.assistant()
    message = await bot.ask()
    await (await tess.click(message, "Endorse")).responded()
    assert "Without your name from now on" in (await deleted(bot, tess)).content
    again = await bot.final(await bot.bob.slash(bot.channel, "ask", question="What is dropout?"))
    assert "Already answered here" in again.content
    assert not [cell for cell in await cells(bot) if str(tess.id) in cell]


async def test_an_answer_that_is_being_written_ends_cleanly(bot: Scene) -> None:
    await bot.set(threads=ThreadsMode.OFF)
    bot.pool.scripts = [Script(gate=asyncio.Event())]
    asked = await bot.ada.slash(bot.channel, "ask", question="What is dropout?")
    message = await asked.responded()
    await bot.server.until(lambda: "Dropout" in message.content)
    await deleted(bot)
    await bot.ended(message)
    assert "⏹ Stopped." in message.content
    await bot.server.until(lambda: bot.services and bot.services.answering.find(1) is None)
    assert not [cell for cell in await cells(bot) if str(bot.ada.id) in cell]


async def test_an_answer_of_many_messages_ends_cleanly_too(bot: Scene) -> None:
    bot.server.rate_limits.lift()
    await bot.set(threads=ThreadsMode.OFF)
    gate = asyncio.Event()
    bot.pool.scripts = [Script(words=[f" word{number}" for number in range(600)], gate=gate)]
    asked = await bot.ada.slash(bot.channel, "ask", question="What is dropout?")
    message = await asked.responded()
    await bot.server.until(lambda: "word0" in message.content)
    assert bot.services is not None
    async with bot.services.installation._store.transaction() as transaction:
        await transaction.people.forget(str(bot.ada.id))
    gate.set()
    await bot.server.until(lambda: "Regenerate" in bot.channel.messages[-1].buttons)
    assert not [cell for cell in await cells(bot) if str(bot.ada.id) in cell]


async def test_the_buttons_work_after_a_restart_and_once(scene: Scene, start_bot: StartBot) -> None:
    async with start_bot():
        await scene.ask()
        question, stale = [await privacy(scene, "delete") for _ in range(2)]
    async with start_bot():
        await scene.ada.click(question, CONFIRM[0])
        await scene.server.until(lambda: question.content.startswith("Done."))
        await scene.ada.click(stale, CONFIRM[0])
        await scene.server.until(lambda: stale.content == DONE_ALREADY)
    assert scene.bugs == []


async def test_nobody_deletes_somebody_else_s_data(bot: Scene) -> None:
    await bot.ask()
    question = await privacy(bot, "delete")
    public = await bot.ask("Why?")
    public.components = question.components  # a forged button
    press: Interaction = await bot.bob.click(public, CONFIRM[0])
    assert (await press.followed_up()).content == NOT_YOURS
    assert "2 questions" in (await privacy(bot, "show")).content
