"""Journeys with the real process: a day at the study server, farewells, kills."""

import asyncio
import random
import signal
import sqlite3
from contextlib import closing

import pytest
import yarl

from tests.discord_server import DiscordServer, Interaction, Message
from tests.journeys.conftest import BotProcess, School

STATES = ("done", "cancelled", "failed", "interrupted")


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


async def test_a_farewell_takes_seconds_and_marks_what_runs(
    bot_process: BotProcess, school: School
) -> None:
    server = bot_process.server
    await bot_process.start()
    asked = await school.student.slash(
        school.channel, "complete", text="Once upon", max_new_tokens=900
    )
    message = await asked.responded()
    await server.until(lambda: "Stop" in message.buttons, timeout=20)
    started = asyncio.get_running_loop().time()
    assert await bot_process.stop(signal.SIGTERM) == 0
    assert asyncio.get_running_loop().time() - started < 20
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
async def test_a_signal_while_waiting_for_discord_ends_at_once(
    bot_process: BotProcess, school: School, number: signal.Signals
) -> None:
    await bot_process.server.stop()
    await bot_process.launch(bot_process.server.token)
    await bot_process.server.until(lambda: "out of reach" in bot_process.log, timeout=60)
    started = asyncio.get_running_loop().time()
    assert await bot_process.stop(number) == 0
    assert asyncio.get_running_loop().time() - started < 10
    assert "Traceback" not in bot_process.log


@pytest.mark.timeout(1_500)
@pytest.mark.parametrize("kills", [5, pytest.param(25, marks=pytest.mark.slow)])
async def test_kills_at_random_moments_lose_no_question_and_answer_none_twice(
    bot_process: BotProcess, school: School, kills: int
) -> None:
    server = bot_process.server
    server.rate_limits.lift()
    chance = random.Random(2026)
    asked: list[Interaction] = []
    for _ in range(kills):
        await bot_process.start()
        for number in range(4):
            command = chance.choice(("ask", "complete"))
            options = (
                {"question": f"What is number {number}?"}
                if command == "ask"
                else {"text": "Once", "max_new_tokens": 200}
            )
            asked.append(await school.student.slash(school.channel, command, **options))
            await asyncio.sleep(chance.uniform(0, 0.2))
        await asyncio.sleep(chance.uniform(0, 1.0))
        await bot_process.stop(signal.SIGKILL)
    await bot_process.start()
    with closing(sqlite3.connect(f"file:{bot_process.folder}/lectern.db?mode=ro", uri=True)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = db.execute(
            "SELECT a.source, a.state, m.message_id FROM answers a "
            "LEFT JOIN answer_messages m ON m.answer_id = a.id AND m.part = 0"
        ).fetchall()
    accepted = {source: (state, message_id) for source, state, message_id in rows}
    assert len(accepted) == len(rows), "no question has two answers"
    known = {f"interaction:{interaction.id}" for interaction in asked}
    assert set(accepted) <= known
    assert len(accepted) >= kills, "some questions must have been accepted before the kills"
    for interaction in asked:
        state, message_id = accepted.get(f"interaction:{interaction.id}", (None, None))
        if state is None:
            continue  # killed before it was accepted: Discord tells the person by itself
        assert state in STATES
        message = interaction.response_message
        assert message is not None
        assert message_id == str(message.id)
        await server.until(lambda message=message: "Regenerate" in message.buttons, timeout=10)
        if state == "interrupted":
            assert "Interrupted by a restart" in message.content
        finals = [version for version in message.versions if " · seed " in version.content]
        assert len({version.content for version in finals}) <= 1, "answered once"
    assert await bot_process.stop(signal.SIGTERM) == 0
