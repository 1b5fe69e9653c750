"""`/notes answers` and `/notes take-back`: looking after what was endorsed."""

from tests.cogs.approving import EXAM, RIGHT, ask_again, correct
from tests.cogs.conftest import Scene
from tests.cogs.test_notes_command import reply


async def test_everybody_sees_what_is_endorsed_and_how_much(bot: Scene) -> None:
    assert (await reply(bot, bot.ada, "answers")).content.startswith("No answer is endorsed here")
    first = await bot.ask()
    await (await bot.admin.click(first, "Endorse")).responded()
    second = await bot.ask(EXAM)
    await correct(second, bot.admin)
    assert (await reply(bot, bot.ada, "answers")).content.splitlines() == [
        "2 endorsed answers, newest first:",
        f"• **{EXAM}** {RIGHT} (corrected by Admin) {second.jump_url}",
        f"• **What is dropout?** Dropout zeroes activations. (endorsed by Admin) {first.jump_url}",
    ]
    content = (await reply(bot, bot.ada, "list")).content
    assert content.endswith("-# And 2 endorsed answers, which `/notes answers` shows.")


async def test_assistants_take_one_back_and_its_message_shows_it(bot: Scene) -> None:
    message = await bot.ask(EXAM)
    await correct(message, bot.admin)
    typed = await bot.admin.autocomplete(bot.channel, "notes take-back", "answer", "exam")
    assert await typed.suggestions() == [EXAM]
    refusal = (await reply(bot, bot.ada, "take-back", answer="1")).content
    assert refusal.startswith("Only teaching assistants and admins can take answers back;")
    done = (await reply(bot, bot.admin, "take-back", answer="1")).content
    assert done == "Taken back: this answer is given to nobody else any more."
    assert "zeroes" in message.content
    assert RIGHT not in (await ask_again(bot, EXAM)).content
    again = (await reply(bot, bot.admin, "take-back", answer="1")).content
    assert again == "This answer is not endorsed, so there is nothing to take back."


async def test_what_is_typed_instead_of_chosen_is_refused(bot: Scene) -> None:
    refusal = (await reply(bot, bot.admin, "take-back", answer="the exam")).content
    assert refusal == "Please choose an answer from the list; /notes answers shows them all."
