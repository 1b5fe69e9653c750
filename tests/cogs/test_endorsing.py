"""Endorse: an assistant lets an answer stand for a question, on their server alone."""

import asyncio

from tests.cogs.approving import RIGHT, TEXT, ask_again, correct, opened, said, settled
from tests.cogs.conftest import Scene
from tests.cogs.test_buttons import CUT
from tests.discord_server import Person
from tests.scripted_models import Script


async def test_an_endorsed_answer_is_given_to_the_next_who_asks_the_same(
    bot: Scene, tess: Person
) -> None:
    message = await bot.ask()
    press = await tess.click(message, "Endorse")
    assert (await press.responded()).content == (
        "Endorsed: whoever asks this here again reads this answer first."
    )
    await settled(bot, message, "-# ✅ Endorsed by Tess, teaching assistant.")
    assert "unchecked" not in message.content
    assert message.buttons == ["Details", "Look inside", "👍", "👎", "Take back", "Correct"]
    again = await ask_again(bot, "can you explain dropout")
    assert again.content.splitlines() == [
        "> can you explain dropout",
        "Dropout zeroes activations.",
        "-# ✅ Already answered here; a teaching assistant has approved it.",
        f"-# \\[1\\] Endorsed answer — What is dropout? {message.jump_url}",
    ]
    assert again.buttons == ["Regenerate", "Details", "Look inside", "👍", "👎", "Correct"]
    assert len(bot.pool.prompts) == 1


async def test_a_different_question_is_not_answered_with_it(bot: Scene, tess: Person) -> None:
    await (await tess.click(await bot.ask(), "Endorse")).responded()
    bot.pool.scripts = [Script(words=["Anew."])]
    for question in ("When is dropout used?", "What is attention?", "Which dropout do I need?"):
        assert "Already answered" not in (await ask_again(bot, question)).content


async def test_what_is_taken_back_is_given_to_nobody(bot: Scene, tess: Person) -> None:
    message = await bot.ask()
    await (await tess.click(message, "Endorse")).responded()
    await settled(bot, message, "Endorsed by Tess")
    press = await tess.click(message, "Take back")
    assert (await press.responded()).content.startswith("Taken back:")
    await bot.server.until(lambda: "Endorsed by" not in message.content)
    assert "unchecked" in message.content
    assert message.buttons == [
        "Regenerate",
        "Details",
        "Look inside",
        "👍",
        "👎",
        "Endorse",
        "Correct",
    ]
    assert "Already answered" not in (await ask_again(bot, "What is dropout?")).content
    press = await tess.click(await bot.ask(), "Endorse")
    assert (await press.responded()).content.startswith("Endorsed:")


async def test_pressing_endorse_twice_endorses_once(bot: Scene, tess: Person) -> None:
    message = await bot.ask()
    presses = await asyncio.gather(*(tess.click(message, "Endorse") for _ in range(2)))
    first, second = sorted([await said(press) for press in presses])
    assert first.startswith("Endorsed:")
    assert second == "Tess has approved this answer already; press Correct to change it."
    assert bot.services is not None
    assert len(await bot.services.feedback.endorsed(str(bot.guild.id))) == 1


async def test_students_may_neither_endorse_nor_correct_nor_take_back(
    bot: Scene, tess: Person
) -> None:
    message = await bot.ask()
    for button, deed in (("Endorse", "endorse answers"), ("Correct", "correct answers")):
        refusal = await said(await bot.ada.click(message, button))
        assert refusal.startswith(f"Only teaching assistants and admins can {deed};")
    await (await tess.click(message, "Endorse")).responded()
    await settled(bot, message, "Endorsed by Tess")
    refusal = await said(await bot.ada.click(message, "Take back"))
    assert refusal.startswith("Only teaching assistants and admins can take answers back;")
    assert "Already answered" in (await ask_again(bot, "What is dropout?")).content


async def test_who_lost_the_role_while_the_form_was_open_is_refused(
    bot: Scene, tess: Person
) -> None:
    message = await bot.ask()
    press = await opened(message, tess)
    await bot.set(assistant_role="1")
    sent = await tess.submit_modal(press, {TEXT: RIGHT})
    assert (await sent.responded()).content.startswith("Only teaching assistants")
    assert RIGHT not in message.content


async def test_a_question_that_needs_the_one_before_is_corrected_rather_than_endorsed(
    bot: Scene, tess: Person
) -> None:
    message = await bot.ask("And why is that?")
    refusal = await said(await tess.click(message, "Endorse"))
    assert refusal.startswith("This question says nothing without the one before it;")
    told = await correct(message, tess, "It keeps units apart.", Question="Why does dropout help?")
    assert told == "Corrected: whoever asks this here again reads your answer first."
    assert "It keeps units apart." in (await ask_again(bot, "why does dropout help")).content


async def test_an_approved_answer_neither_regenerates_nor_goes_on(bot: Scene, tess: Person) -> None:
    bot.pool.scripts = [CUT]
    message = await bot.ask()
    old = message.components
    await (await tess.click(message, "Endorse")).responded()
    await settled(bot, message, "Endorsed by Tess")
    for button in ("Regenerate", "Continue"):
        message.components, fresh = old, message.components
        press = await bot.ada.click(message, button)
        message.components = fresh
        told = await said(press)
        assert told.startswith("A teaching assistant has approved this answer, so it stays;")
