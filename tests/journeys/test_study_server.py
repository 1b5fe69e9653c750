"""Journeys of students: ask, follow up, stop, go on, ask anew, hit a limit, come back."""

from tests.discord_server import Message
from tests.journeys.campus import Campus
from tests.study_server import model_of


def text_of(message: Message) -> str:
    """The answer between the quoted question and the footer."""
    return message.content.split("\n", 1)[1].rsplit("\n-# ", 1)[0]


async def test_stop_continue_and_regenerate_an_answer_and_follow_it_up(campus: Campus) -> None:
    async with campus.bot():
        message = await campus.start(campus.ada, campus.channel, "What is dropout?", length="long")
        await campus.growing(message)
        await campus.ada.click(message, "Stop")
        await campus.ended(message)
        assert message.content.endswith("\n-# ⏹ Stopped.")
        stopped = await campus.row(message)
        assert stopped.state == "cancelled"
        assert 0 < stopped.num_new_tokens < 320

        press = await campus.ada.click(message, "Continue")
        await press.acknowledged()
        await campus.server.until(lambda: "Stopped" not in message.content, campus.patience_seconds)
        await campus.ended(message)
        whole = await campus.row(message)
        assert whole.parent_id == stopped.id
        assert whole.text.startswith(stopped.text.rstrip())  # a space is chosen with its word
        assert len(whole.text) > len(stopped.text)

        before = message.content
        await campus.ada.click(message, "Regenerate")
        await campus.server.until(lambda: message.content != before, campus.patience_seconds)
        await campus.ended(message)
        anew = await campus.row(message)
        assert anew.state == "done"
        assert anew.sampling.seed != whole.sampling.seed
        assert model_of(message) == "small"

        told = await campus.ask(campus.ada, campus.channel, "What is a loss?", length="short")
        thread = await campus.thread_of(told)
        answer = await campus.follow_up(campus.bob, thread, "And why is it a number?")
        prompt = (await campus.row(answer)).prompt
        assert prompt is not None
        assert "\n\nQuestion: What is a loss?\nAnswer: " in prompt
        assert prompt.endswith("\n\nQuestion: And why is it a number?\nAnswer:")


async def test_the_same_seed_gives_the_same_answer(campus: Campus) -> None:
    async with campus.bot():
        ask = {"seed": 7, "length": "short"}
        first = await campus.ask(campus.ada, campus.channel, "What is dropout?", **ask)
        other = campus.guild.add_channel("elsewhere")
        again = await campus.ask(campus.bob, other, "What is dropout?", **ask)
        assert first.content == again.content
        third = await campus.ask(campus.bob, other, "What is dropout?", model="third", **ask)
        assert text_of(third) != text_of(first)


async def test_a_limit_that_an_admin_sets_holds_one_person_back(campus: Campus) -> None:
    async with campus.bot():
        limit = await campus.admin.slash(
            campus.channel, "limits set", scope="person", count=2, period="hour"
        )
        assert "2 questions per hour" in (await limit.responded()).content
        for text in ("What is a loss?", "What is a query?"):
            await campus.ask(campus.ada, campus.channel, text, length="short")
        refused = await campus.start(campus.ada, campus.channel, "What is a key?")
        assert "please ask again in" in refused.content
        assert refused.buttons == []
        assert "-# small" in (await campus.ask(campus.bob, campus.channel, "Why?")).content


async def test_losing_the_gateway_in_the_middle_of_an_answer_costs_nothing(
    campus: Campus,
) -> None:
    async with campus.bot():
        message = await campus.start(campus.ada, campus.channel, "What is dropout?", length="long")
        await campus.growing(message)
        await campus.server.drop_gateway(resumable=False)
        await campus.ended(message)
        assert (await campus.row(message)).state == "done"
        await campus.server.connected()
        thread = await campus.thread_of(message)
        answer = await campus.follow_up(campus.ada, thread, "And why does it help?")
        assert model_of(answer) == "small"
        assert len(thread.messages) == 4  # the starter, the bot's first words, these two


async def test_a_restart_in_the_middle_keeps_the_conversation(campus: Campus) -> None:
    async with campus.bot():
        told = await campus.ask(campus.ada, campus.channel, "What is a loss?", length="short")
        thread = await campus.thread_of(told)
        message = await campus.start(campus.ada, campus.channel, "What is dropout?", length="long")
        await campus.growing(message)
    assert "Interrupted by a restart" in message.content
    async with campus.bot():
        await campus.ada.click(message, "Regenerate")
        await campus.server.until(lambda: "\n-# small" in message.content, campus.patience_seconds)
        answer = await campus.follow_up(campus.ada, thread, "And why is it a number?")
        prompt = (await campus.row(answer)).prompt
        assert prompt is not None
        assert "\n\nQuestion: What is a loss?\nAnswer: " in prompt
    said = [each for each in campus.server.messages if each.author.is_bot and each.content]
    assert len(said) == 5  # three answers, and the first words in the threads of two of them
