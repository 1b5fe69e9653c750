"""👍 and 👎: everybody has one vote for each answer, counted and acknowledged in private."""

import asyncio

from bot.domain.server_settings import ThreadsMode
from tests.cogs.conftest import Scene, StartBot
from tests.cogs.test_buttons import sentence
from tests.discord_server import Message
from tests.scripted_models import Script
from tests.study_server import JUDGING


async def labelled(scene: Scene, message: Message, *labels: str) -> None:
    """Wait until the voting buttons read so."""
    await scene.server.until(lambda: tuple(message.buttons[-4:-2]) == labels)


async def test_votes_are_counted_on_the_buttons_and_acknowledged_in_private(bot: Scene) -> None:
    message = await bot.ask()
    press = await bot.ada.click(message, "👍")
    assert await sentence(press) == "Thank you, your 👍 counts."
    await labelled(bot, message, "👍 1", "👎")
    await bot.bob.click(message, "👍 1")
    await labelled(bot, message, "👍 2", "👎")
    assert message.buttons == ["Regenerate", "Details", "Look inside", "👍 2", *JUDGING[1:]]
    assert "zeroes activations." in message.content


async def test_the_same_vote_again_takes_it_back_and_another_takes_its_place(bot: Scene) -> None:
    message = await bot.ask()
    await bot.ada.click(message, "👍")
    await labelled(bot, message, "👍 1", "👎")
    await bot.ada.click(message, "👎")
    await labelled(bot, message, "👍", "👎 1")
    press = await bot.ada.click(message, "👎 1")
    assert await sentence(press) == "Your 👎 is taken back."
    await labelled(bot, message, "👍", "👎")


async def test_two_people_who_press_at_once_both_count(bot: Scene) -> None:
    message = await bot.ask()
    people = (bot.ada, bot.bob, bot.admin)
    await asyncio.gather(*(person.click(message, "👍") for person in people))
    await labelled(bot, message, "👍 3", "👎")


async def test_votes_survive_a_restart(scene: Scene, start_bot: StartBot) -> None:
    async with start_bot():
        message = await scene.ask()
        await scene.ada.click(message, "👎")
        await labelled(scene, message, "👍", "👎 1")
    async with start_bot():
        await scene.bob.click(message, "👎 1")
        await labelled(scene, message, "👍", "👎 2")
    assert scene.bugs == []


async def test_a_thread_button_stays_beside_the_votes(bot: Scene) -> None:
    await bot.set(threads=ThreadsMode.BUTTON)
    message = await bot.ask()
    await bot.ada.click(message, "👍")
    await labelled(bot, message, "👍 1", "👎")
    assert message.buttons[:2] == ["Regenerate", "Open thread"]


async def test_private_answers_and_direct_messages_have_votes_only(bot: Scene) -> None:
    private = await bot.ask(private=True)
    assert private.buttons == ["Regenerate", "Details", "Look inside", "👍", "👎"]
    await bot.ada.click(private, "👍")
    await bot.server.until(lambda: "👍 1" in private.buttons)
    asked = await bot.ada.slash(bot.ada.dm_channel, "ask", question="What is dropout?")
    direct = await bot.final(asked)
    assert direct.buttons == ["Regenerate", "Details", "Look inside", "👍", "👎"]
    await bot.ada.click(direct, "👎")
    await bot.server.until(lambda: "👎 1" in direct.buttons)


async def test_a_vote_for_what_was_replaced_leaves_the_new_answer_its_buttons(bot: Scene) -> None:
    message = await bot.ask()
    old = message.components
    bot.pool.scripts = [Script(words=["Something", " else."])]
    await bot.ada.click(message, "Regenerate")
    await bot.server.until(lambda: "Something else." in message.content)
    await bot.ended(message)
    message.components, fresh = old, message.components
    press = await bot.bob.click(message, "👍")
    message.components = fresh
    assert await sentence(press) == "Thank you, your 👍 counts."
    assert bot.services is not None
    assert (await bot.services.feedback.reception(1)).num_good == 1
    assert message.buttons == ["Regenerate", "Details", "Look inside", *JUDGING]
