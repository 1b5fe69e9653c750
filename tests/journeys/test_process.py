"""Journeys with the real process: a day at the study server, and farewells."""

import asyncio
import signal
from pathlib import Path

import pytest
import yarl

from tests.discord_server import DiscordServer, Message
from tests.journeys.conftest import BotProcess, School


async def ended(server: DiscordServer, message: Message) -> Message:
    await server.until(lambda: "Regenerate" in message.buttons, timeout=30)
    return message


async def test_a_day_at_the_study_server(bot_process: BotProcess, school: School) -> None:
    """Ask, follow up, list the models, read /about, regenerate: one process, a real model."""
    server, ada = bot_process.server, school.student
    await bot_process.start()
    asked = await ada.slash(school.channel, "ask", question="What is dropout?", length="short")
    answer = await ended(server, await asked.responded())
    assert answer.content.startswith("> What is dropout?\n")
    assert "tiny · seed" in answer.content
    thread = await server.until(lambda: answer.thread, timeout=10)
    await server.until(lambda: thread.messages and thread.messages[-1].content)
    await ada.say(thread, "And why does it help?", reply_to=thread.messages[-1])
    await server.until(lambda: "Regenerate" in thread.messages[-1].buttons, timeout=30)
    listed = await ada.slash(school.channel, "model list")
    table = await listed.responded()
    await server.until(lambda: "→ tiny" in table.content, timeout=10)
    about = await ada.slash(school.channel, "about")
    shown = await about.responded()
    await server.until(lambda: "**tiny** answers" in shown.content)
    press = await ada.click(answer, "Regenerate")
    await press.acknowledged()
    before = answer.content
    await server.until(lambda: answer.content != before and "Regenerate" in answer.buttons, 30)
    assert await bot_process.stop(signal.SIGTERM) == 0
    assert server.token not in bot_process.log
    assert "Traceback" not in bot_process.log


async def test_a_farewell_marks_what_runs(bot_process: BotProcess, school: School) -> None:
    server = bot_process.server
    await bot_process.start()
    asked = await school.student.slash(
        school.channel, "complete", text="Once upon", max_new_tokens=900
    )
    message = await asked.responded()
    await server.until(lambda: "Stop" in message.buttons, timeout=20)
    assert await bot_process.stop(signal.SIGTERM) == 0
    assert "Interrupted by a restart" in message.content
    assert message.buttons[0] == "Regenerate"


async def test_a_wrong_token_ends_with_one_sentence_and_exit_code_78(
    bot_process: BotProcess, school: School
) -> None:
    process = await bot_process.launch("wrong." + "x" * 50)
    assert await asyncio.wait_for(process.wait(), 60) == 78
    assert "Discord does not accept DISCORD_TOKEN" in bot_process.log
    assert "Traceback" not in bot_process.log
    assert "wrong." not in bot_process.log


async def test_a_discord_that_is_not_there_yet_is_waited_for_and_told_once(
    bot_process: BotProcess, school: School
) -> None:
    server = bot_process.server
    port = yarl.URL(server.api_url).port
    await server.stop()
    await bot_process.launch(server.token)
    await server.until(lambda: "out of reach" in bot_process.log, timeout=60)
    await asyncio.sleep(3)  # a second attempt fails too
    await server.start(port or 0)
    await server.connected(timeout=30)
    assert await bot_process.stop(signal.SIGTERM) == 0
    assert bot_process.log.count("out of reach") == 1
    assert "Traceback" not in bot_process.log
    assert server.statistics.num_identifies == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_while_waiting_for_discord_is_a_farewell(
    bot_process: BotProcess, school: School, number: signal.Signals
) -> None:
    await bot_process.server.stop()
    await bot_process.launch(bot_process.server.token)
    await bot_process.server.until(lambda: "out of reach" in bot_process.log, timeout=60)
    assert await bot_process.stop(number) == 0
    assert "Traceback" not in bot_process.log


async def test_a_farewell_with_a_full_batch_and_a_queue_needs_no_hard_stop(
    bot_process: BotProcess, school: School, deep_model: Path
) -> None:
    """Eight answers run and four wait, and Discord takes its time with every request.

    A farewell of 20 seconds is ended by the system's alarm, which is no exit code 0.
    """
    server = bot_process.server
    server.rate_limits.lift()
    bot_process.model = deep_model
    await bot_process.start()
    asked = [
        await school.student.slash(school.channel, "complete", text="Once upon", max_new_tokens=900)
        for _ in range(12)
    ]
    messages = [await each.responded(30) for each in asked]
    waiting = lambda: [each for each in messages if "In line: " in each.content]  # noqa: E731
    running = lambda: [each for each in messages if " ▌" in each.content]  # noqa: E731
    await server.until(lambda: len(running()) == 8 and len(waiting()) == 4, timeout=30)
    server.set_latency(6.0)  # longer than a farewell waits for the last edits
    assert await bot_process.stop(signal.SIGTERM) == 0
    server.set_latency(0)
    assert "Traceback" not in bot_process.log
    await bot_process.start()
    for message in messages:
        await server.until(lambda message=message: "Regenerate" in message.buttons, timeout=20)
        assert "Interrupted by a restart" in message.content
    await server.quiet()
    assert len(school.channel.messages) == 12
