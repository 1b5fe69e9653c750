"""`/learn` as people meet it: text at once, pictures below it, buttons to go on."""

import asyncio

import pytest

from bot.cogs.lesson_message import lesson_parts
from bot.domain.errors import ModelUnavailable
from bot.domain.progress import LoadProgress
from bot.domain.splitting import MESSAGE_LIMIT, message_length
from bot.domain.syllabus import Syllabus
from bot.handbook import load_lessons, load_topics
from bot.service.learn import Opened
from tests.cogs.conftest import Scene, StartBot
from tests.discord_server import Message, Person
from tests.scripted_insight import ScriptedExplainer
from tests.sketcher import Sketcher

SYLLABUS = Syllabus(load_topics(), load_lessons())
LESSONS = SYLLABUS.suggest("", 1_000)


@pytest.fixture
def explainer(scene: Scene) -> ScriptedExplainer:
    """Who looks inside, on a server that draws formulas, too."""
    scene.illustrator = Sketcher()
    return scene.explainer


async def learn(scene: Scene, topic: str, person: Person | None = None, **more: object) -> Message:
    """What `/learn` shows first."""
    asked = await (person or scene.ada).slash(scene.channel, "learn", topic=topic, **more)
    return await asked.responded()


async def pictured(scene: Scene, message: Message, number: int = 1) -> Message:
    """A lesson once it has so many pictures."""
    await scene.server.until(lambda: len(message.attachments) == number)
    return message


async def test_a_lesson_is_its_text_with_buttons_to_go_on(bot: Scene) -> None:
    message = await learn(bot, "what is a transformer?")
    assert message.content.startswith('**Transformer**\n"Attention Is All You Need" (Vaswani')
    assert message.buttons == [
        "Quiz me",
        "Self-attention",
        "Multi-head attention",
        "Feed-forward block",
        "Residual connections",
        "Encoder-decoder",
        "GPT-2",
        "BERT",
    ]
    assert bot.bob.sees(message)


@pytest.mark.usefixtures("explainer")
async def test_a_picture_of_the_persons_sentence_follows_with_its_caption(bot: Scene) -> None:
    message = await pictured(bot, await learn(bot, "bag of words", sentence="Dogs chase cats"))
    (picture,) = message.attachments
    assert (picture.filename, picture.content) == (
        "illustration.png",
        b"Sheet dark",
    )
    assert picture.description
    assert picture.description.startswith("Bag of words")
    assert "\n-# The sentence as a bag of words: read the counts" in message.content
    assert "Quiz me" in message.buttons


@pytest.mark.usefixtures("explainer")
async def test_formulas_are_drawn_beside_the_picture(bot: Scene) -> None:
    message = await pictured(bot, await learn(bot, "attention"), 2)
    assert [each.filename for each in message.attachments] == ["formulas.png", "illustration.png"]
    assert "\\mathrm{softmax}" in (message.attachments[0].description or "")
    assert "averaged over all layers and heads" in message.content


async def test_loading_a_model_is_told_and_the_text_does_not_wait(
    scene: Scene, explainer: ScriptedExplainer, start_bot: StartBot
) -> None:
    gate = explainer.gate = asyncio.Event()
    explainer.loading = LoadProgress("small", "load", 0.5)
    async with start_bot():
        message = await learn(scene, "self-attention")
        assert message.content.startswith("**Self-attention**")
        await scene.server.until(lambda: "Loading small" in message.content)
        assert "\n-# ⏳ Loading small `▓▓" in message.content
        gate.set()
        await pictured(scene, message, 2)
        assert "⏳" not in message.content
        assert "in small, averaged" in message.content
    assert scene.bugs == []


async def test_a_picture_that_cannot_be_had_is_told_below_the_text(
    scene: Scene, explainer: ScriptedExplainer, start_bot: StartBot
) -> None:
    explainer.refusal = ModelUnavailable("small is not here; please ask an admin.")
    async with start_bot():
        message = await learn(scene, "autoregression")
        await scene.server.until(lambda: "no picture this time" in message.content)
        assert message.content.endswith("this time: small is not here; please ask an admin.")
        assert message.buttons[0] == "Quiz me"
    assert scene.bugs == []


async def test_a_bug_in_a_picture_leaves_the_text_and_is_told_beside_it(
    scene: Scene, explainer: ScriptedExplainer, start_bot: StartBot
) -> None:
    explainer.refusal = RuntimeError("a bug")  # type: ignore[assignment]
    async with start_bot():
        asked = await scene.ada.slash(scene.channel, "learn", topic="tokenisation")
        message = await asked.responded()
        told = await asked.followed_up()
        assert "tell an admin the error id bug1" in told.content
        assert told.is_ephemeral
        assert message.content.startswith("**Tokenisation**")
    assert len(scene.bugs) == 1


async def test_a_reason_of_any_length_fits_below_the_text(
    scene: Scene, explainer: ScriptedExplainer, start_bot: StartBot
) -> None:
    explainer.refusal = ModelUnavailable("word " * 1_000)
    async with start_bot():
        message = await learn(scene, "transformer", sentence="Dogs chase cats")
        await scene.server.until(lambda: "no picture this time" in message.content)
        assert message.content.endswith("word…")
        assert message_length(message.content) <= MESSAGE_LIMIT
    assert scene.bugs == []


async def test_a_picture_that_is_lost_on_its_way_leaves_the_text(
    explainer: ScriptedExplainer, bot: Scene
) -> None:
    explainer.gate = asyncio.Event()
    explainer.loading = LoadProgress("small", "load", 0.5)
    message = await learn(bot, "autoregression")
    await bot.server.until(lambda: "Loading small" in message.content)
    bot.server.fail_next("PATCH", r".*/messages/@original", status=400)
    explainer.gate.set()
    await bot.server.quiet()
    assert message.content.startswith("**Autoregression**")
    assert [each.filename for each in message.attachments] == ["formulas.png"]


async def test_a_sentence_that_the_topic_has_no_use_for_is_told(bot: Scene) -> None:
    message = await learn(bot, "overfitting", sentence="Dogs chase cats")
    assert message.content.endswith(
        "\n-# This topic has no picture of a sentence; yours was not used."
    )


async def test_a_private_lesson_is_seen_by_one_person(bot: Scene) -> None:
    message = await learn(bot, "dropout", private=True)
    assert message.is_ephemeral
    assert not bot.bob.sees(message)


@pytest.mark.usefixtures("explainer")
async def test_a_direct_message_has_lessons_too(bot: Scene) -> None:
    asked = await bot.ada.slash(bot.ada.dm_channel, "learn", topic="causal mask")
    await pictured(bot, await asked.responded())


async def test_topics_are_suggested_while_typing_the_first_steps_before_all(bot: Scene) -> None:
    typing = await bot.ada.autocomplete(bot.channel, "learn", "topic", "")
    offered = await typing.suggestions()
    assert offered[:3] == ["Transformer", "Self-attention", "Bag of words, RNN or transformer"]
    assert len(offered) == 25
    typing = await bot.ada.autocomplete(bot.channel, "learn", "topic", "self atention")
    assert (await typing.suggestions())[0] == "Self-attention"


async def test_what_there_is_no_lesson_on_is_told(bot: Scene) -> None:
    assert "“gtp2”; did you mean “GPT-2”" in (await learn(bot, "gtp2")).content


async def test_the_word_of_a_sentence_may_not_ping_or_offend(bot: Scene) -> None:
    told = await learn(bot, "bag of words", sentence="I will kill you tonight")
    assert told.buttons == []
    assert "kill" not in told.content


# Buttons, of everybody and after a restart


@pytest.mark.parametrize("button", ["Self-attention", "GPT-2", "BERT"])
async def test_a_next_lesson_is_shown_to_whoever_presses(bot: Scene, button: str) -> None:
    message = await learn(bot, "transformer")
    lesson = await (await bot.bob.click(message, button)).responded()
    assert lesson.content.startswith(f"**{button}**")
    assert lesson.visible_to is bot.bob
    assert "Quiz me" in lesson.buttons


async def test_quiz_me_asks_whoever_presses(bot: Scene) -> None:
    message = await learn(bot, "dropout")
    for person in (bot.ada, bot.bob):
        question = await (await person.click(message, "Quiz me")).responded()
        assert "Topic: Dropout" in question.content
        assert question.visible_to is person
        await person.click(question, "1")
        await bot.server.until(lambda shown=question: "Next question" in shown.buttons)


async def test_buttons_work_after_a_restart(scene: Scene, start_bot: StartBot) -> None:
    async with start_bot():
        message = await learn(scene, "one-hot against embedding")
    async with start_bot():
        lesson = await (await scene.bob.click(message, "Cosine similarity")).responded()
        assert lesson.content.startswith("**Cosine similarity**")
        question = await (await scene.bob.click(message, "Quiz me")).responded()
        assert question.buttons == ["1", "2", "3", "4"]
    assert scene.bugs == []


async def test_lessons_count_as_questions_also_by_buttons(bot: Scene) -> None:
    message = await learn(bot, "transformer")
    for _ in range(6):
        told = await (await bot.bob.click(message, "BERT")).responded()
        assert told.content.startswith("**BERT**")
    told = await (await bot.bob.click(message, "BERT")).responded()
    assert "reached the limit of 6 questions per minute" in told.content


# Every lesson


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_every_lesson_fits_into_messages(lesson: object) -> None:
    opened = Opened(lesson, (), None, None, "gpt2-xl")  # type: ignore[arg-type]
    parts = lesson_parts(opened)
    assert len(parts) <= 2
    assert all(message_length(part) <= MESSAGE_LIMIT for part in parts)
    assert message_length(parts[-1]) <= MESSAGE_LIMIT - 500
    assert all(part.count("```") % 2 == 0 for part in parts)
