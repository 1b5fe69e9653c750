"""Stop, Regenerate and Continue: for whom they work, and after a restart too."""

import asyncio

import pytest
from sqlalchemy import delete

from bot.domain.rate_limit import Limit
from bot.domain.sampling import FinishReason
from bot.domain.server_settings import ThreadsMode
from bot.storage.tables import answers
from tests.cogs.conftest import Scene, StartBot
from tests.discord_server import Interaction, Message
from tests.scripted_models import Script
from tests.study_server import JUDGING

CUT = Script(words=["Dropout", " zeroes"], finish_reason=FinishReason.LENGTH)


async def running(scene: Scene, **options: object) -> Message:
    """An answer in the middle."""
    scene.pool.scripts = [Script(gate=asyncio.Event())]
    asked = await scene.ada.slash(scene.channel, "ask", question="What is dropout?", **options)
    message = await asked.responded()
    await scene.server.until(lambda: "Dropout" in message.content)
    return message


async def sentence(interaction: Interaction) -> str:
    """What only the presser reads."""

    def said() -> Message | None:
        shown = [*interaction.followups, interaction.response_message]
        return next((each for each in shown if each is not None and each.is_ephemeral), None)

    note = await interaction.world.waiting.until(said, 5, lambda: "nothing said")
    assert note is not None
    return note.content


@pytest.mark.parametrize("who", ["ada", "admin"])
async def test_stop_works_for_the_asker_and_for_admins(bot: Scene, who: str) -> None:
    message = await running(bot)
    await getattr(bot, who).click(message, "Stop")
    await bot.ended(message)
    assert message.content.splitlines()[1:] == [
        "Dropout zeroes",
        "-# ⚠️ From the model's memory, unchecked.",
        "-# ⏹ Stopped.",
    ]
    assert message.buttons == ["Regenerate", "Continue", "Details", "Look inside", *JUDGING]


async def test_stop_is_refused_for_everybody_else(bot: Scene) -> None:
    message = await running(bot)
    press = await bot.bob.click(message, "Stop")
    assert "Only Ada, who asked, and admins can stop this answer" in await sentence(press)
    assert "Stop" in message.buttons
    await bot.ada.click(message, "Stop")
    await bot.ended(message)


async def test_regenerate_writes_another_answer_into_the_same_message(bot: Scene) -> None:
    message = await bot.ask()
    bot.pool.scripts = [Script(words=["Something", " else."])]
    await bot.ada.click(message, "Regenerate")
    await bot.server.until(lambda: "Something else." in message.content)
    await bot.ended(message)
    assert "seed 101" in message.content
    assert bot.pool.prompts[0] == bot.pool.prompts[1]
    await bot.ask("Why?")
    assert "Something else." in bot.pool.prompts[-1]
    assert "zeroes" not in bot.pool.prompts[-1]


async def test_a_shorter_regenerated_answer_takes_its_surplus_messages_away(bot: Scene) -> None:
    bot.server.rate_limits.lift()
    await bot.set(threads=ThreadsMode.OFF)
    bot.pool.scripts = [Script(words=[f" word{number}" for number in range(700)])]
    parts = await bot.ask_long()
    assert len(parts) == 3
    bot.pool.scripts = [Script(words=["Short."])]
    await bot.ada.click(parts[-1], "Regenerate")
    await bot.server.until(lambda: parts[1].deleted and parts[2].deleted)
    assert "Short." in parts[0].content
    assert parts[0].buttons == ["Regenerate", "Details", "Look inside", *JUDGING]


async def test_a_reply_that_is_regenerated_quotes_no_question_wherever_the_button_stands(
    bot: Scene,
) -> None:
    bot.server.rate_limits.lift()
    thread = await bot.thread_of(await bot.ask())

    async def ended(seed: int) -> list[Message]:
        """The parts of the reply once it has ended with this seed."""

        def parts() -> list[Message]:
            there = [message for message in thread.messages if not message.deleted]
            return [message for message in there if message.author.is_bot and message.content]

        await bot.server.until(
            lambda: f"seed {seed} " in parts()[-1].content and "Regenerate" in parts()[-1].buttons
        )
        return parts()

    bot.pool.scripts = [Script(words=[f" word{number}" for number in range(500)])]
    await bot.ada.say(thread, "Why?", reply_to=thread.messages[-1])
    parts = await ended(101)
    assert len(parts) > 1
    await bot.ada.click(parts[-1], "Regenerate")
    await ended(102)
    versions = [version.content for message in thread.messages for version in message.versions]
    assert not any("> Why?" in content for content in versions)


async def test_others_may_not_regenerate(bot: Scene) -> None:
    message = await bot.ask()
    press = await bot.bob.click(message, "Regenerate")
    assert "Only Ada, who asked, and admins can regenerate" in await sentence(press)
    assert len(bot.pool.prompts) == 1


async def test_continue_goes_on_from_the_last_word(bot: Scene) -> None:
    bot.pool.scripts = [CUT, Script(words=[" activations", "."])]
    message = await bot.ask()
    await bot.ada.click(message, "Continue")
    await bot.server.until(lambda: "Dropout zeroes activations." in message.content)
    await bot.ended(message)
    assert bot.pool.prompts[1] == "Question: What is dropout?\nAnswer: Dropout zeroes"
    await bot.ask("Why?")
    assert "Answer: Dropout zeroes activations.\n" in bot.pool.prompts[-1]


async def test_a_private_answer_regenerates_in_private(bot: Scene) -> None:
    message = await bot.ask(private=True)
    press = await bot.ada.click(message, "Regenerate")
    again = await bot.final(press)
    assert again.is_ephemeral
    assert again.content.startswith("> What is dropout?\nDropout zeroes")


async def test_pressing_twice_generates_once(bot: Scene) -> None:
    message = await bot.ask()
    gate = asyncio.Event()
    bot.pool.scripts = [Script(gate=gate)]
    await bot.ada.click(message, "Regenerate")
    second = await bot.ada.click(message, "Regenerate")
    assert "already on it" in await sentence(second)
    gate.set()
    await bot.server.until(lambda: "seed 101" in message.content)
    assert len(bot.pool.prompts) == 2


async def test_buttons_work_after_a_restart(scene: Scene, start_bot: StartBot) -> None:
    async with start_bot():
        scene.pool.scripts = [CUT]
        message = await scene.ask()
    scene.pool.scripts = [Script(words=[" activations."])]
    async with start_bot():
        await scene.ada.click(message, "Continue")
        await scene.server.until(lambda: "Dropout zeroes activations." in message.content)
        await scene.ended(message)
        scene.pool.scripts = [Script(words=["Anew."])]
        await scene.ada.click(message, "Regenerate")
        await scene.server.until(lambda: "Anew." in message.content)
        await scene.ended(message)
    assert scene.bugs == []
    assert len([each for each in scene.channel.messages if not each.deleted]) == 1


async def test_a_button_of_a_forgotten_answer_says_so(bot: Scene) -> None:
    message = await bot.ask()
    await bot.thread_of(message)
    assert bot.services is not None
    store = bot.services.installation._store
    async with store.transaction() as transaction:
        await transaction.answers._connection.execute(delete(answers))  # type: ignore[attr-defined]
    press = await bot.ada.click(message, "Regenerate")
    assert "I no longer know this answer" in await sentence(press)


async def test_a_limited_person_is_refused_at_the_button_too(bot: Scene) -> None:
    message = await bot.ask()
    await bot.set(person_limit=Limit(1, 60))
    press = await bot.ada.click(message, "Regenerate")
    assert "please ask again in" in await sentence(press)
    assert "zeroes" in message.content
