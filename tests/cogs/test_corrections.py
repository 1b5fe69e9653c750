"""Correct: an assistant's words stand for a question, on their server alone."""

import pytest

from tests.cogs.approving import (
    EXAM,
    QUESTION,
    RIGHT,
    TEXT,
    ask_again,
    correct,
    opened,
    settled,
)
from tests.cogs.conftest import Scene, StartBot
from tests.discord_server import NotPossible, Person
from tests.scripted_models import Script


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
    tim = await bot.assistant("tim")
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
    assert message.buttons == ["Details", "Look inside", "👍", "👎", "Take back", "Correct"]
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
        tess = await scene.assistant()
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
        tess = await scene.assistant()
        message = await scene.ask(EXAM)
        press = await opened(message, tess)
        path = f"/channels/{scene.channel.id}/messages/{message.id}"
        scene.server.fail_next("PATCH", path, 503)
        sent = await tess.submit_modal(press, {TEXT: RIGHT})
        assert "(I could not change the message itself;" in (await sent.responded(30)).content
        assert RIGHT not in message.content
    async with start_bot():
        await settled(scene, message, RIGHT)


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
