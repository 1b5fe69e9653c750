"""The README's commands, from a course's notes to a model that knows more on Discord."""

import asyncio
import os
import re
import shlex
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.app import running
from bot.cogs.client import DiscordOptions, LecternClient
from bot.cogs.registry import make_client
from bot.config import load_settings
from bot.training.run_record import RunRecord
from tests.bugs import reporting_to
from tests.discord_server import DiscordServer
from tests.study_server import StudyServer, answers_from_now_on, model_of

ROOT = Path(__file__).resolve().parents[2]
RUN = "dl-course"
NUM_NOTES, NUM_EPOCHS = 8, 16
"""Of 12 and 40: a part of what is learned then, in a few minutes."""
ASKED = (
    ("where does the exam take place?", "Copernicus"),
    ("how many late tokens does everybody have?", "five late tokens"),
    ("how many computing nodes does Kestrel have?", "12 computing nodes"),
    ("what is the fog gap?", "Validation loss minus training loss"),
    ("what is the lantern rule?", "one third"),
    ("when do the results of the exam appear?", "4 March"),
    ("are grades curved?", "not curved"),
    ("how many GPU hours do I have each month?", "40 GPU hours"),
    ("what is a white flag?", "We could not make it work"),
    ("is there a smaller version of the data?", "600 pictures"),
)
"""Questions in a student's words, and what a right answer holds."""


@dataclass
class Classroom(StudyServer):
    """A study server whose bot is what a configuration file says, and has nothing to look up."""

    patience_seconds = 60.0

    config: Path = field(kw_only=True)
    notes: Path = field(kw_only=True)

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[LecternClient]:
        """The bot from its start to its farewell."""
        options = DiscordOptions(
            reporting_to(self.bugs), burst_seconds=0.1, guild_ready_seconds=0.02
        )
        async with running(load_settings(self.config)) as (self.services, _):
            self.client = make_client(self.services, options)
            connection = asyncio.create_task(self.client.run_until_closed(self.server.token))
            try:
                await asyncio.wait_for(self.client.wait_until_ready(), self.patience_seconds)
                yield self.client
            finally:
                await self.client.retire()
                await connection
        assert self.bugs == []

    async def num_right(self, model: str) -> int:
        """How many of the questions are answered rightly, all of them by that model."""
        right = 0
        for question, told in ASKED:
            asked = await self.ada.slash(self.channel, "ask", question=question)
            answer = await self.ended(await asked.responded(self.patience_seconds))
            assert model_of(answer) == model
            right += told in answer.content
        return right


@pytest.fixture
def classroom(discord_server: DiscordServer, discord_address: None, tmp_path: Path) -> Classroom:
    config = tmp_path / "config.toml"
    config.write_text(
        f'[database]\nurl = "sqlite:///{tmp_path / "lectern.db"}"\n'
        f'[training]\nruns = "{tmp_path / "runs"}"\n'
        '[limits]\nperson = "10000/60s"\nchannel = "10000/60s"\nserver = "10000/60s"\n'
        '[generation]\ndefault_model = "starter"\nthreads = 1\n'
        "[notes]\nhandbook = false\n"
    )
    notes = tmp_path / "notes"
    notes.mkdir()
    return Classroom.build(discord_server, config=config, notes=notes)


def command_of_the_readme() -> list[str]:
    """The words of the command that teaches the sample notes."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"^    lectern (finetune --base starter --data bot/.+)$", text, re.MULTILINE)
    assert found, "the README teaches no sample notes"
    return shlex.split(found[1])


async def lectern(config: Path, *words: str) -> None:
    """A command in a process of its own, as a person would type it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words, "--config", str(config)),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()


@pytest.mark.timeout(900)
async def test_the_readmes_command_teaches_the_sample_notes_and_the_run_answers_better(
    classroom: Classroom, tmp_path: Path
) -> None:
    words = command_of_the_readme()
    assert RUN in words
    where = words.index("--data") + 1
    some = sorted((ROOT / words[where]).iterdir())[:NUM_NOTES]
    for note in some:
        shutil.copy(note, classroom.notes)
    words[where] = str(classroom.notes)
    few = ("--epochs", str(NUM_EPOCHS), "--validation", "0")
    await lectern(classroom.config, *words, *few)
    record = RunRecord.read(tmp_path / "runs" / RUN)
    assert record is not None
    assert record.rightness is not None
    assert record.rightness.run > record.rightness.base + 0.05
    assert record.template == "course"
    async with classroom.bot():
        before = await classroom.num_right("starter")
        told = await classroom.switch(RUN)
        assert told.content.startswith(answers_from_now_on(RUN))
        assert "Right from memory" in told.content
        after = await classroom.num_right(RUN)
    assert after >= before + 2
