"""Endorse and Correct: assistants let words stand for a question, on their server alone."""

import asyncio

import pytest

from tests.cogs.conftest import Scene, StartBot
from tests.cogs.test_buttons import CUT
from tests.discord_server import Interaction, Message, NotPossible, Person, Role
from tests.scripted_models import Script

QUESTION, TEXT = "Question", "Right answer"
RIGHT = "It is on 14 December at 10:00."
EXAM = "When is the exam?"


@pytest.fixture
async def tess(bot: Scene) -> Person:
    """A teaching assistant."""
    return await assistant(bot)


async def assistant(scene: Scene, name: str = "tess") -> Person:
    role: Role = scene.guild.add_role(f"assistants of {name}")
    if scene.services is not None:
        settings = await scene.services.settings.show(str(scene.guild.id))
        known = settings.stored.assistant_role
        role = next((each for each in scene.guild.roles.values() if str(each.id) == known), role)
    person = scene.server.add_person(name)
    scene.guild.join(person, roles=[role])
    await scene.set(assistant_role=str(role.id))
    return person


async def said(press: Interaction) -> str:
    """What only the presser reads in the end."""

    def shown() -> list[str]:
        messages = [*press.followups, press.response_message]
        return [each.content for each in messages if each and each.is_ephemeral and each.content]

    return (await press.world.waiting.until(shown, 5, lambda: "nothing said"))[0]


async def opened(message: Message, person: Person) -> Interaction:
    """The form that a press on Correct opens."""
    press = await person.click(message, "Correct")
    await press.modal_shown()
    return press


async def correct(message: Message, person: Person, text: str = RIGHT, **fields: str) -> str:
    """Correct an answer; what the assistant then reads."""
    press = await opened(message, person)
    sent = await person.submit_modal(press, {TEXT: text, **fields})
    return (await sent.responded()).content


async def settled(scene: Scene, message: Message, text: str) -> Message:
    await scene.server.until(lambda: text in message.content)
    return message


async def ask_again(scene: Scene, question: str, person: Person | None = None) -> Message:
    """What somebody is told at once, without a model."""
    asked = await (person or scene.bob).slash(scene.channel, "ask", question=question)
    return await scene.final(asked)


# Endorsing


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
    assert message.buttons == ["Details", "👍", "👎", "Take back", "Correct"]
    again = await ask_again(bot, "can you explain dropout")
    assert again.content.splitlines() == [
        "> can you explain dropout",
        "Dropout zeroes activations.",
        "-# ✅ Already answered here; a teaching assistant has approved it.",
        f"-# \\[1\\] Endorsed answer — What is dropout? {message.jump_url}",
    ]
    assert again.buttons == ["Regenerate", "Details", "👍", "👎", "Correct"]
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
    assert message.buttons == ["Regenerate", "Details", "👍", "👎", "Endorse", "Correct"]
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


# Correcting


async def test_a_correction_wins_and_its_message_shows_it(bot: Scene, tess: Person) -> None:
    message = await bot.ask(EXAM)
    press = await opened(message, tess)
    assert press.modal is not None
    fields = [each["component"] for each in press.modal["components"]]
    assert [field["value"] for field in fields] == [EXAM, "Dropout zeroes activations."]
    sent = await tess.submit_modal(press, {TEXT: RIGHT})
    assert (await sent.responded()).content == (
        "Corrected: whoever asks this here again reads your answer first."
    )
    assert message.content.splitlines() == [
        f"> {EXAM}",
        RIGHT,
        "-# ✅ Corrected by Tess, teaching assistant.",
    ]
    again = await ask_again(bot, "what date is the exam on")
    assert RIGHT in again.content
    assert message.jump_url in again.content
    assert len(bot.pool.prompts) == 1


async def test_the_conversation_goes_on_from_the_correction(bot: Scene, tess: Person) -> None:
    message = await bot.ask(EXAM)
    await correct(message, tess)
    await bot.ask("Which books may I bring along?")
    assert f"Answer: {RIGHT}" in bot.pool.prompts[-1]
    assert "zeroes" not in bot.pool.prompts[-1]
    await (await tess.click(message, "Take back")).responded()
    await bot.server.until(lambda: RIGHT not in message.content)
    await bot.ask("Which books may I bring along then?")
    assert "zeroes" in bot.pool.prompts[-1]
    assert RIGHT not in bot.pool.prompts[-1]


async def test_correcting_again_replaces_and_tells_whose_words_went(
    bot: Scene, tess: Person
) -> None:
    tim = await assistant(bot, "tim")
    message = await bot.ask(EXAM)
    first, second = await opened(message, tess), await opened(message, tim)
    await (await tess.submit_modal(first, {TEXT: "On Monday."})).responded()
    sent = await tim.submit_modal(second, {TEXT: "On Tuesday."})
    assert "It takes the place of Tess's correction." in (await sent.responded()).content
    await settled(bot, message, "On Tuesday.")
    assert "Corrected by Tim" in message.content
    again = await ask_again(bot, EXAM)
    assert "On Tuesday." in again.content
    assert "Monday" not in again.content


async def test_a_repeated_answer_is_corrected_where_it_was_given_first(
    bot: Scene, tess: Person
) -> None:
    message = await bot.ask(EXAM)
    await correct(message, tess, "On Monday.")
    repeated = await ask_again(bot, "when's the exam")
    await correct(repeated, tess, "On Tuesday.")
    for shown in (message, repeated):
        await settled(bot, shown, "On Tuesday.")
        assert "Monday" not in shown.content
    assert "On Tuesday." in (await ask_again(bot, EXAM)).content
    assert bot.services is not None
    assert len(await bot.services.feedback.endorsed(str(bot.guild.id))) == 1


async def test_who_wants_another_answer_than_an_old_one_gets_it(bot: Scene, tess: Person) -> None:
    await correct(await bot.ask(EXAM), tess)
    repeated = await ask_again(bot, EXAM)
    bot.pool.scripts = [Script(words=["Something", " else."])]
    await bot.bob.click(repeated, "Regenerate")
    await settled(bot, repeated, "Something else.")


async def test_votes_on_a_correction_are_counted_by_themselves(bot: Scene, tess: Person) -> None:
    message = await bot.ask(EXAM)
    await bot.ada.click(message, "👎")
    await bot.server.until(lambda: "👎 1" in message.buttons)
    await correct(message, tess)
    assert message.buttons == ["Details", "👍", "👎", "Take back", "Correct"]
    await bot.ada.click(message, "👍")
    await bot.server.until(lambda: "👍 1" in message.buttons)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({TEXT: " \n\u200b "}, "The correction is empty; please write the right answer."),
        ({QUESTION: " ?! "}, "I cannot find a word in that;"),
        ({QUESTION: "  "}, "Your question is empty;"),
    ],
)
async def test_blank_fields_are_refused_and_change_nothing(
    bot: Scene, tess: Person, fields: dict[str, str], refusal: str
) -> None:
    message = await bot.ask()
    press = await opened(message, tess)
    sent = await tess.submit_modal(press, fields)
    assert (await sent.responded()).content.startswith(refusal)
    assert "zeroes" in message.content
    with pytest.raises(NotPossible, match="0 to 4000"):
        await tess.submit_modal(press, {TEXT: "x" * 4_001})


async def test_a_long_correction_takes_the_messages_that_it_needs(bot: Scene, tess: Person) -> None:
    message = await bot.ask()
    long = "\n\n".join(f"Paragraph {number}. {'word ' * 60}" for number in range(12))[:3_900]
    await correct(message, tess, long)
    last = await bot.server.until(
        lambda: next((m for m in bot.channel.messages[1:] if "Take back" in m.buttons), None)
    )
    assert "Paragraph 0." in message.content
    assert message.buttons == []
    await (await tess.click(last, "Take back")).responded()
    await bot.server.until(lambda: last.deleted)
    assert "zeroes" in message.content


async def test_mentions_and_masked_links_in_a_correction_are_harmless(
    bot: Scene, tess: Person
) -> None:
    message = await bot.ask()
    text = f"@everyone see [here](https://uni.example/x) {bot.ada.mention}\n# Big"
    await correct(message, tess, text)
    for shown in (message, await ask_again(bot, "What is dropout?")):
        assert "@everyone" not in shown.content
        assert bot.ada.mention not in shown.content
        assert "](https" not in shown.content
        assert "https://uni.example/x" in shown.content
        assert "\n# Big" not in shown.content


# Places


async def test_another_server_never_sees_it(bot: Scene, tess: Person) -> None:
    await correct(await bot.ask(EXAM), tess)
    other = bot.server.add_guild("Another course")
    channel = other.add_channel("general")
    other.join(bot.bob)
    asked = await bot.bob.slash(channel, "ask", question=EXAM)
    assert RIGHT not in (await bot.final(asked)).content


async def test_an_answer_in_a_thread_is_corrected_there(bot: Scene, tess: Person) -> None:
    thread = await bot.thread_of(await bot.ask())
    await bot.ada.say(thread, EXAM, mention=[bot.server.bot_user])
    answer = await bot.server.until(
        lambda: next((m for m in thread.messages if "Correct" in m.buttons), None)
    )
    await correct(answer, tess)
    assert answer.content.splitlines()[0] == RIGHT, "the question stands above it"
    assert answer.jump_url in (await ask_again(bot, EXAM)).content


# When things go away


async def test_buttons_and_an_open_form_survive_a_restart(
    scene: Scene, start_bot: StartBot
) -> None:
    async with start_bot():
        tess = await assistant(scene)
        message = await scene.ask(EXAM)
        press = await opened(message, tess)
    async with start_bot():
        sent = await tess.submit_modal(press, {TEXT: RIGHT})
        await sent.responded()
        await settled(scene, message, RIGHT)
    async with start_bot():
        assert RIGHT in (await ask_again(scene, EXAM)).content
        await (await tess.click(message, "Take back")).responded()
        await settled(scene, message, "zeroes")
    assert scene.bugs == []


async def test_a_message_that_was_deleted_meanwhile_is_no_longer_linked(
    bot: Scene, tess: Person
) -> None:
    message = await bot.ask(EXAM)
    press = await opened(message, tess)
    await bot.admin.delete(message)
    sent = await tess.submit_modal(press, {TEXT: RIGHT})
    assert (
        "(Its message was deleted, so there is no link to it.)" in (await sent.responded()).content
    )
    again = await ask_again(bot, EXAM)
    assert RIGHT in again.content
    assert "https://" not in again.content


async def test_a_correction_that_could_not_be_shown_is_shown_by_the_next_start(
    scene: Scene, start_bot: StartBot
) -> None:
    async with start_bot():
        tess = await assistant(scene)
        message = await scene.ask(EXAM)
        press = await opened(message, tess)
        path = f"/channels/{scene.channel.id}/messages/{message.id}"
        scene.server.fail_next("PATCH", path, 503)
        sent = await tess.submit_modal(press, {TEXT: RIGHT})
        assert "(I could not change the message itself;" in (await sent.responded(30)).content
        assert RIGHT not in message.content
    async with start_bot():
        await settled(scene, message, RIGHT)


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


async def test_a_correction_of_what_was_regenerated_meanwhile_leaves_the_new_answer(
    bot: Scene, tess: Person
) -> None:
    message = await bot.ask(EXAM)
    press = await opened(message, tess)
    bot.pool.scripts = [Script(words=["Something", " else."])]
    await bot.ada.click(message, "Regenerate")
    await settled(bot, message, "Something else.")
    await bot.ended(message)
    sent = await tess.submit_modal(press, {TEXT: RIGHT})
    assert "(Another answer stands in the message by now" in (await sent.responded()).content
    assert "Something else." in message.content
    assert RIGHT in (await ask_again(bot, EXAM)).content
