"""`kill -9` at random moments under load: no question is lost, none is answered twice."""

import asyncio
import random
import signal
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.discord_server import DiscordServer, Interaction, Message, Thread
from tests.discord_server.message import THREAD_STARTER
from tests.journeys.conftest import BotProcess, School

STATES = ("done", "cancelled", "failed", "interrupted")
FIRST_WORDS = "Ask on here: "
DEEDS = ("ask", "ask in private", "complete", "complete at length", "follow up", "press")
WRITING = ("Regenerate", "Continue", "Open thread")
"""Buttons whose outcome is noted; that of others is a person's alone, and a kill may take it."""
OPTIONS = {
    "ask": {"question": "What is dropout?", "length": "short"},
    "ask in private": {"question": "What is a loss?", "length": "short", "private": True},
    "complete": {"text": "Once", "max_new_tokens": 100},
    "complete at length": {"text": "Once", "max_new_tokens": 200, "samples": 5},
}


@dataclass
class Load:
    """One student who does everything that makes the bot write."""

    school: School
    server: DiscordServer
    chance: random.Random
    thread: Thread
    interactions: list[Interaction] = field(default_factory=list)
    said: list[Message] = field(default_factory=list)

    async def round(self) -> None:
        """Every deed once, in any order, a moment apart."""
        for deed in self.chance.sample(DEEDS, len(DEEDS)):
            await self.do(deed)
            await asyncio.sleep(self.chance.uniform(0, 0.2))

    async def do(self, deed: str) -> None:
        """One deed."""
        student, channel = self.school.student, self.school.channel
        if deed == "follow up":
            bot = self.server.bot_user
            self.said.append(await student.say(self.thread, "And why?", mention=[bot]))
        elif deed == "press":
            offered = [each for each in self.server.messages if "Regenerate" in each.buttons]
            message = self.chance.choice(offered)
            button = self.chance.choice([each for each in message.buttons if each in WRITING])
            self.interactions.append(await student.click(message, button))
        else:
            options = OPTIONS[deed]
            self.interactions.append(await student.slash(channel, deed.split()[0], **options))

    @property
    def sources(self) -> set[str]:
        """What every deed is called in the database."""
        return {f"interaction:{each.id}" for each in self.interactions} | {
            f"message:{each.id}" for each in self.said
        }


@dataclass(frozen=True)
class Row:
    """One answer, and the messages that show it in order of their parts."""

    source: str
    state: str
    message_ids: Sequence[int]


def read_rows(folder: Path) -> list[Row]:
    """All answers, oldest first; fails if the database or a message is not whole."""
    with closing(sqlite3.connect(f"file:{folder}/lectern.db?mode=ro", uri=True)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        shown: defaultdict[int, list[int]] = defaultdict(list)
        for number, part, message_id in database.execute(
            "SELECT answer_id, part, message_id FROM answer_messages ORDER BY answer_id, part"
        ):
            assert len(shown[number]) == part
            shown[number].append(int(message_id))
        answers = database.execute("SELECT id, source, state FROM answers ORDER BY id").fetchall()
    return [Row(source, state, shown[number]) for number, source, state in answers]


def strays(server: DiscordServer, rows: list[Row]) -> list[Message]:
    """What the bot wrote and neither an answer nor a habit of Discord's accounts for."""
    noted = {message_id for row in rows for message_id in row.message_ids}
    return [
        message
        for message in server.messages
        if message.author.is_bot
        and message.id not in noted
        and message.type != THREAD_STARTER
        and not message.content.startswith(FIRST_WORDS)
        and not message.is_loading  # killed before it was accepted: Discord tells the person
        and not (message.is_ephemeral and message is not message.interaction.response_message)
    ]


@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("kills", [5, pytest.param(25, marks=pytest.mark.slow)])
async def test_kills_at_random_moments_lose_no_question_and_answer_none_twice(
    bot_process: BotProcess, school: School, kills: int
) -> None:
    server = bot_process.server
    server.rate_limits.lift()
    await bot_process.start()
    asked = await school.student.slash(school.channel, "ask", question="What is a key?")
    first = await asked.responded(30)
    thread = await server.until(lambda: first.thread, timeout=30)
    await server.until(lambda: thread.messages and thread.messages[-1].content)
    load = Load(school, server, random.Random(2026), thread, [asked])
    for number in range(kills):
        lost = None
        if number % 5 == 0:  # killed between a second message and the note that it was sent
            path = rf"/channels/{school.channel.id}/messages$"
            lost = server.fail_next("POST", path, status=None, after_effect=True)
        await load.round()
        if lost is not None:
            await server.until(lambda lost=lost: lost.num_met, timeout=60)
        else:
            await asyncio.sleep(load.chance.uniform(0, 2))
        await bot_process.stop(signal.SIGKILL)
        await bot_process.start()
    await server.quiet(1.0)
    assert await bot_process.stop(signal.SIGTERM) == 0

    rows = read_rows(bot_process.folder)
    by_source = {row.source: row for row in rows}
    assert len(by_source) == len(rows), "no question has two answers"
    assert set(by_source) <= load.sources
    assert len(rows) >= 3 * kills, "most questions must have been accepted before the kills"
    assert {row.state for row in rows} <= set(STATES)
    assert strays(server, rows) == []
    messages = {message.id: message for message in server.messages}
    newest = {row.message_ids[0]: row for row in rows}
    for row in rows:
        assert len(set(row.message_ids)) == len(row.message_ids) > 0
    for row in newest.values():
        assert set(row.message_ids) <= set(messages), "every part of every answer is there"
        last = messages[row.message_ids[-1]]
        assert "Regenerate" in last.buttons
        assert ("Interrupted by a restart" in last.content) == (row.state == "interrupted")
    for message in messages.values():
        ends = {each.content for each in message.versions if "\n-# tiny · seed" in each.content}
        assert len(ends) <= sum(message.id in row.message_ids for row in rows), "answered once"
    replies = Counter(each.referenced.id for each in messages.values() if each.referenced)
    assert all(replies[each.id] <= 1 for each in load.said)
    starts = Counter(each.channel.id for each in messages.values() if FIRST_WORDS in each.content)
    assert all(count == 1 for count in starts.values()), "no thread is greeted twice"
    assert "Traceback" not in bot_process.log
