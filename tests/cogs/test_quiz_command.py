"""`/quiz` as people meet it: every button, again after a restart, and never for somebody else."""

import dataclasses

import pytest

from bot.cogs.study_buttons import ChoiceButton
from bot.domain.deck import Deck
from bot.domain.quiz_ref import QuizRef
from bot.handbook import load_topics
from bot.service.quiz import AGAIN, LIMIT, NOT_YOURS
from tests.cogs.conftest import Scene, StartBot
from tests.discord_server import Interaction, Message, Person

DECK = Deck(load_topics())
COMPONENT, ROW, BUTTON = 3, 1, 2


async def quiz(scene: Scene, person: Person | None = None, **options: object) -> Message:
    """What `/quiz` answers."""
    asked = await (person or scene.ada).slash(scene.channel, "quiz", **options)
    return await asked.responded()


def choices(message: Message) -> list[str]:
    """The ids of the buttons 1 to 4."""
    return [
        component["custom_id"]
        for component in message.all_components()
        if component["type"] == BUTTON and ":quiz:" in component["custom_id"]
    ]


def right_button(message: Message) -> str:
    """The label of the right answer's button."""
    _, _, _, card_id, asked, *_ = choices(message)[0].split(":")
    card = DECK.card(card_id)
    assert card is not None
    return str(DECK.quiz(card, int(asked, 36)).right + 1)


def wrong_button(message: Message) -> str:
    return "2" if right_button(message) == "1" else "1"


async def pressed(scene: Scene, message: Message, button: str) -> Message:
    """A question once its answer stands there."""
    await scene.ada.click(message, button)
    await scene.server.until(lambda: "Next question" in message.buttons)
    return message


async def test_a_question_is_asked_in_private_with_four_buttons(bot: Scene) -> None:
    message = await quiz(bot, topic="dropout")
    first, question, *options, blank = message.content.splitlines()
    assert first == "-# A new question · nothing is due · Topic: Dropout"
    assert question.startswith("**")
    assert question.endswith("?**")
    assert [line[:7] for line in options] == ["**1.** ", "**2.** ", "**3.** ", "**4.** "]
    assert blank == "-# ▁▁▁ hides what an answer is about."
    assert message.buttons == ["1", "2", "3", "4"]
    assert message.is_ephemeral
    assert not bot.bob.sees(message)


async def test_a_right_answer_is_told_with_its_source_and_when_it_comes_again(bot: Scene) -> None:
    message = await quiz(bot, topic="dropout")
    question = message.content.splitlines()[1]
    await pressed(bot, message, right_button(message))
    lines = message.content.splitlines()
    assert lines[:2] == [question, "✅ Right."]
    assert lines[2].startswith("**Right answer:** ")
    assert "opout" in lines[2] or "activations" in lines[2]
    assert lines[3] == f"-# Dropout — {question.strip('*')} (handbook)"
    assert lines[4] == "-# I ask this again in 2 days."
    assert message.buttons == ["Next question", "Learn: Dropout"]


async def test_a_wrong_answer_is_told_beside_the_right_one(bot: Scene) -> None:
    message = await quiz(bot, topic="dropout")
    wrong = wrong_button(message)
    option = next(line for line in message.content.splitlines() if line.startswith(f"**{wrong}.**"))
    await pressed(bot, message, wrong)
    lines = message.content.splitlines()
    assert lines[1] == f"❌ Not this time. You chose {wrong}: {option[7:]}"
    assert lines[2].startswith("**Right answer:** ")
    assert lines[4] == "-# I ask this again in 10 minutes."


@pytest.mark.parametrize("position", range(4))
async def test_each_of_the_four_buttons_answers(bot: Scene, position: int) -> None:
    message = await quiz(bot)
    await pressed(bot, message, str(position + 1))
    assert ("✅" in message.content) != ("❌" in message.content)


async def test_next_question_asks_another_of_the_same_topic(bot: Scene) -> None:
    message = await pressed(bot, await quiz(bot, topic="softmax"), "1")
    again = await (await bot.ada.click(message, "Next question")).responded()
    assert "Topic: Softmax" in again.content
    assert again.content.splitlines()[1] != message.content.splitlines()[0]
    assert again.is_ephemeral
    assert "Next question" in message.buttons


async def test_learn_opens_the_lesson_that_explains_the_question(bot: Scene) -> None:
    message = await pressed(bot, await quiz(bot, topic="softmax"), "1")
    lesson = await (await bot.ada.click(message, "Learn: Softmax")).responded()
    assert lesson.content.startswith("**Softmax**\nSoftmax turns a list of arbitrary numbers")
    assert lesson.is_ephemeral


async def test_a_direct_message_has_quizzes_too(bot: Scene) -> None:
    asked = await bot.ada.slash(bot.ada.dm_channel, "quiz", topic="adam")
    message = await asked.responded()
    await pressed(bot, message, right_button(message))
    assert "✅ Right." in message.content


async def test_topics_are_suggested_while_typing(bot: Scene) -> None:
    typing = await bot.ada.autocomplete(bot.channel, "quiz", "topic", "drpo")
    assert (await typing.suggestions())[0] == "Dropout"
    told = await quiz(bot, topic="pizza")
    assert told.content == "I have no topic “pizza”; please choose one that is offered."


# Twice, by others, after a restart


async def test_the_longest_button_fits_and_says_what_it_was() -> None:
    ref = QuizRef("9" * 20, "f" * 8, 2**43, "ffff", "x" * 34)
    button = ChoiceButton(ref, 3)
    custom_id = button.item.custom_id or ""
    assert len(custom_id) <= 100
    match = ChoiceButton.__discord_ui_compiled_template__.fullmatch(custom_id)
    assert match is not None
    again = await ChoiceButton.from_custom_id(None, button.item, match)  # type: ignore[arg-type]
    assert (again.ref, again.choice) == (ref, 3)


def press_late(scene: Scene, person: Person, message: Message, custom_id: str) -> Interaction:
    """A press on a screen that still shows the button."""
    data = {"id": 1, "custom_id": custom_id, "component_type": BUTTON}
    button = {"type": BUTTON, "id": 1, "custom_id": custom_id, "label": "1", "style": 2}
    row = {"type": ROW, "id": 2, "components": [button]}
    shown = dataclasses.replace(message, components=[row])
    return person.interact(COMPONENT, scene.channel, data, shown)


async def test_a_question_that_is_answered_twice_stays_as_it_is(bot: Scene) -> None:
    message = await quiz(bot)
    first, second, *_ = choices(message)
    await pressed(bot, message, "1")
    shown = message.content
    again = press_late(bot, bot.ada, message, second)
    assert (await again.followed_up()).content == AGAIN
    again = press_late(bot, bot.ada, message, first)
    assert (await again.followed_up()).content == AGAIN
    assert message.content == shown


async def test_two_presses_at_once_are_one_answer(bot: Scene) -> None:
    message = await quiz(bot)
    presses = [await bot.ada.click(message, button) for button in ("1", "2")]
    await bot.server.until(lambda: any(press.followups for press in presses))
    await bot.server.until(lambda: "Next question" in message.buttons)
    told = [each.content for press in presses for each in press.followups]
    assert told == [AGAIN]


async def test_nobody_else_answers_even_with_the_buttons_id(bot: Scene) -> None:
    message = await quiz(bot)
    shown = message.content
    press = press_late(bot, bot.bob, message, choices(message)[0])
    told = await press.followed_up()
    assert told.content == NOT_YOURS
    assert told.visible_to is bot.bob
    assert message.content == shown


async def test_buttons_work_after_a_restart_and_once_only(
    scene: Scene, start_bot: StartBot
) -> None:
    async with start_bot():
        message = await quiz(scene, topic="dropout")
        ids = choices(message)
    async with start_bot():
        await pressed(scene, message, right_button(message))
        assert "✅ Right." in message.content
    async with start_bot():
        again = press_late(scene, scene.ada, message, ids[0])
        assert (await again.followed_up()).content == AGAIN
        following = await (await scene.ada.click(message, "Next question")).responded()
        assert "Topic: Dropout" in following.content
    assert scene.bugs == []


async def test_a_question_that_the_handbook_no_longer_has_is_told(bot: Scene) -> None:
    message = await quiz(bot)
    custom_id = choices(message)[0].split(":")
    custom_id[3] = "00000000"
    press = press_late(bot, bot.ada, message, ":".join(custom_id))
    assert "The handbook has changed" in (await press.followed_up()).content


async def test_while_retiring_a_press_is_told_to_wait(bot: Scene) -> None:
    message = await quiz(bot)
    assert bot.client is not None
    bot.client.is_retiring = True
    press = await bot.ada.click(message, "1")
    assert "I am restarting" in (await press.responded()).content
    bot.client.is_retiring = False


async def test_pressing_without_end_is_held_back(bot: Scene) -> None:
    bot.server.rate_limits.lift()
    message = await pressed(bot, await quiz(bot), "1")
    for _ in range(LIMIT.count - 2):
        await (await bot.ada.click(message, "Next question")).responded()
    told = await (await bot.ada.click(message, "Next question")).responded()
    assert told.content.startswith("That was quick; please take a breath and go on in ")


# The schedule


async def schedule(scene: Scene, deed: str) -> str:
    return (await quiz(scene, schedule=deed)).content


async def test_the_schedule_is_shown_stopped_and_started(bot: Scene) -> None:
    assert await schedule(bot, "show") == (
        "You have not answered a question yet; `/quiz` asks the first."
    )
    await pressed(bot, await quiz(bot), "1")
    shown = await schedule(bot, "show")
    assert shown.startswith("I remember 1 question of yours; none is due now, the next <t:")
    stopped = await schedule(bot, "stop")
    assert stopped.startswith("Your schedule (1 question) is deleted, and from now on I remember")
    assert (await schedule(bot, "show")).startswith("I keep no schedule of yours")
    message = await quiz(bot, topic="dropout")
    assert message.content.startswith("-# Topic: Dropout\n")
    await pressed(bot, message, right_button(message))
    assert message.content.endswith(
        "-# I keep no schedule of yours; /quiz schedule: start changes that."
    )
    assert (await schedule(bot, "start")).startswith("From now on I remember")
    assert (await schedule(bot, "show")).startswith("You have not answered a question yet")
