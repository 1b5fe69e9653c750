"""*Ask about this message*: a form, and an answer that knows the message."""

import pytest

from bot.cogs.ask import DEFAULT_QUESTION
from tests.cogs.conftest import Scene
from tests.discord_server import Interaction, Message, Upload
from tests.discord_server.refusal import NotPossible
from tests.scripted_models import Script

COMMAND = "Ask about this message"
SAID = "Residual connections add the input to the output."


async def form(scene: Scene, text: str = SAID) -> Interaction:
    """Bob says something; ada opens the form about it."""
    said = await scene.bob.say(scene.channel, text)
    opened = await scene.ada.context_menu(COMMAND, said)
    await opened.modal_shown()
    return opened


async def ask(scene: Scene, opened: Interaction, question: str | None = None) -> Message:
    """Send the form; the whole answer."""
    values = {} if question is None else {"Your question": question}
    return await scene.final(await scene.ada.submit_modal(opened, values))


async def test_a_question_of_ones_own_is_asked_with_the_message_quoted(bot: Scene) -> None:
    message = await ask(bot, await form(bot), "Why does one do that?")
    assert message.content.startswith("> Why does one do that?")
    (prompt,) = bot.pool.prompts
    assert prompt == f'Question: Why does one do that?\n"{SAID}"\nAnswer:'


async def test_the_question_that_the_form_offers_is_enough(bot: Scene) -> None:
    await ask(bot, await form(bot), None)
    assert f"Question: {DEFAULT_QUESTION}\n" in bot.pool.prompts[-1]


@pytest.mark.parametrize("blank", ["   ", "\u200b\u200b"])
async def test_a_blank_question_becomes_the_one_that_the_form_offers(
    bot: Scene, blank: str
) -> None:
    await ask(bot, await form(bot), blank)
    assert f"Question: {DEFAULT_QUESTION}\n" in bot.pool.prompts[-1]


@pytest.mark.parametrize("question", ["🤖🤖", "```\nfence", "\u202eמה זה?", "@everyone why?"])
async def test_a_strange_question_is_answered_and_pings_nobody(bot: Scene, question: str) -> None:
    bot.pool.scripts = [Script(words=["@everyone ", "no"])]
    message = await ask(bot, await form(bot, "@everyone look:\n```python\nx = 1"), question)
    assert "-# small" in message.content
    assert "@everyone" not in message.content
    assert not message.pinged_everyone


async def test_a_question_longer_than_the_form_cannot_be_sent(bot: Scene) -> None:
    opened = await form(bot)
    with pytest.raises(NotPossible):
        await bot.ada.submit_modal(opened, {"Your question": "x" * 10_000})
    assert "-# small" in (await ask(bot, opened, "x" * 500)).content


@pytest.mark.parametrize("num_characters", [2_000, 4_000])  # 4,000 with Nitro
async def test_the_longest_message_is_quoted_by_its_beginning(
    bot: Scene, num_characters: int
) -> None:
    said = await bot.bob.say(bot.channel, "Look:")
    said.content = "word " * (num_characters // 5)
    opened = await bot.ada.context_menu(COMMAND, said)
    await opened.modal_shown()
    message = await ask(bot, opened, "y" * 500)
    assert "-# small" in message.content
    assert bot.pool.prompts[-1].count("word") == 300


@pytest.mark.parametrize("text", ["", "\u200b\u200b"])
async def test_a_message_without_text_is_refused(bot: Scene, text: str) -> None:
    said = await bot.bob.say(bot.channel, text, files=[Upload("plot.png", b"x")])
    opened = await bot.ada.context_menu(COMMAND, said)
    assert "no text that I could read" in (await opened.responded()).content
