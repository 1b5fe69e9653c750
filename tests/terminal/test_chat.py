"""The chat in the terminal, over real services, a real database and scripted models."""

import asyncio
import dataclasses
import io
import itertools
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console

from bot.app import make_services
from bot.config import Settings
from bot.domain.answer import AnswerState
from bot.domain.composition import NO_NOTES, UNCHECKED, UNKNOWN
from bot.domain.errors import ModelUnavailable, QuestionRefused
from bot.domain.operator import TERMINAL
from bot.domain.progress import LoadProgress
from bot.domain.small_talk import GREETED, THANKED
from bot.service.snapshot import Snapshot
from bot.storage.database import Database
from bot.terminal.chat import TAKEN_BACK, Chat, waiting_status
from bot.terminal.lines import Line
from tests.scripted_models import Script, ScriptedPool
from tests.service.notes import ASKED, QUOTED, keep

LOADING = "Loading large: 25%"


@dataclass
class Sitting:
    """A chat whose screen is a text."""

    store: Database
    pool: ScriptedPool
    screen: io.StringIO = field(default_factory=io.StringIO)

    async def say(self, *lines: Line, is_terminal: bool = False, echo: bool = True) -> bool:
        """Say some lines; whether all were answered."""
        settings = Settings(generation={"default_model": "small"})
        services = make_services(self.store, self.pool, settings)
        console = Console(
            file=self.screen,
            force_terminal=is_terminal,
            color_system=None,
            width=80,
            highlight=False,
            soft_wrap=True,
        )
        ids = itertools.count()
        chat = Chat(services, console, lambda: str(next(ids)))
        return await chat.run(said(lines), echo=echo)

    @property
    def shown(self) -> str:
        """What the screen was sent."""
        return self.screen.getvalue()

    async def until(self, text: str) -> None:
        """Wait until something was shown."""
        for _ in range(1_000):
            if text in self.shown:
                return
            await asyncio.sleep(0.005)
        raise AssertionError(self.shown)


async def said(lines: tuple[Line, ...]) -> AsyncIterator[Line]:
    for line in lines:
        yield line


@pytest.fixture
async def sitting(tmp_path: Path) -> AsyncIterator[Sitting]:
    async with Database.open(f"sqlite+aiosqlite:///{tmp_path}/lectern.db") as store:
        yield Sitting(store, ScriptedPool())


@pytest.mark.parametrize(
    ("stage", "share", "status"),
    [
        ("download", 0.25, "Downloading tiny: 25%"),
        ("load", 0.5, "Loading tiny: 50%"),
        ("ready", 1.0, "Preparing tiny: 100%"),
    ],
)
def test_every_stage_of_a_load_has_a_word(stage: str, share: float, status: str) -> None:
    loading = LoadProgress("tiny", stage, share)
    assert waiting_status(Snapshot(1, AnswerState.QUEUED, loading=loading)) == status


def test_a_place_in_line_is_told_until_the_answer_runs() -> None:
    waiting = Snapshot(1, AnswerState.QUEUED, position=2, eta_seconds=3.0)
    assert waiting_status(waiting) == "in line: 2 ahead, about 3 s"
    assert waiting_status(dataclasses.replace(waiting, position=0)) == "in line: next, about 3 s"
    assert waiting_status(Snapshot(1, AnswerState.GENERATING, "Dropout")) == ""


async def test_a_question_that_nobody_typed_is_repeated_above_its_answer(sitting: Sitting) -> None:
    assert await sitting.say("What is dropout?")
    assert sitting.shown == (
        f"you › What is dropout?\nsmall › Dropout zeroes activations.\n{UNCHECKED}\n"
    )


async def test_a_question_is_repeated_without_what_would_command_the_terminal(
    sitting: Sitting,
) -> None:
    await sitting.say("What is \x1b[31mdropout\x07?", "/\x1b[31mred", "/model \x1b]0;x\x07")
    assert "you › What is [31mdropout?" in sitting.shown
    assert "There is no command /[31mred" in sitting.shown
    assert not [character for character in sitting.shown if character < " " and character != "\n"]


async def test_quotes_stand_above_their_sources(sitting: Sitting) -> None:
    await keep(sitting.store, server=TERMINAL)
    sitting.pool.scripts = [Script([" Units are kept."])]
    assert await sitting.say(ASKED, echo=False)
    answer, explanation = sitting.shown.split("\n\n")
    assert answer.startswith(f"small › {QUOTED}")
    assert explanation == "Units are kept.\n[1] Week 1 https://discord.com/channels/1/2/3\n"


async def test_a_draft_that_does_not_convince_is_taken_back_before_what_does(
    sitting: Sitting,
) -> None:
    sitting.pool.scripts = [Script(["Fish", " swim."], logprob=-6.0)]
    assert await sitting.say("What is dropout?", is_terminal=True, echo=False)
    assert f"small › Fish swim.\n{TAKEN_BACK}\nsmall › {UNKNOWN} {NO_NOTES}\n" in sitting.shown


async def test_a_pipe_never_sees_a_draft_that_does_not_convince(sitting: Sitting) -> None:
    sitting.pool.scripts = [Script(["Fish", " swim."], logprob=-6.0)]
    assert await sitting.say("What is dropout?", echo=False)
    assert sitting.shown == f"small › {UNKNOWN} {NO_NOTES}\n"


async def test_a_greeting_is_returned_and_counts_as_answered(sitting: Sitting) -> None:
    assert await sitting.say("hello", "What is dropout?", "thanks!", echo=False)
    assert sitting.shown == (
        f"{GREETED}\nsmall › Dropout zeroes activations.\n{UNCHECKED}\n{THANKED}\n"
    )


async def test_a_long_line_is_refused_and_not_repeated_whole(sitting: Sitting) -> None:
    assert not await sitting.say("why " * 85_000, "/" + "x" * 340_000, "What is dropout?")
    assert "Your question has 339,999 characters; please shorten it to" in sitting.shown
    assert sitting.shown.endswith(f"small › Dropout zeroes activations.\n{UNCHECKED}\n")
    assert max(map(len, sitting.shown.splitlines())) < 500


async def test_a_line_that_was_not_read_is_refused_and_the_next_one_answered(
    sitting: Sitting,
) -> None:
    assert not await sitting.say(QuestionRefused("That is too long."), "What is dropout?")
    assert sitting.shown.startswith("That is too long.\nyou › What is dropout?\nsmall › ")


async def test_ctrl_c_stops_the_answer_and_the_chat_says_so(sitting: Sitting) -> None:
    sitting.pool.scripts = [Script(gate=asyncio.Event()), Script()]
    before = signal.getsignal(signal.SIGINT)
    told = sitting.say("What is dropout?", "And why?", is_terminal=True, echo=False)
    talk = asyncio.create_task(told)
    await sitting.until("Dropout")
    os.kill(os.getpid(), signal.SIGINT)
    assert await asyncio.wait_for(talk, 10)
    assert f"\rsmall › Dropout zeroes\n{UNCHECKED}\n(stopped)\n" in sitting.shown
    assert sitting.shown.endswith(f"\rsmall › Dropout zeroes activations.\n{UNCHECKED}\n")
    assert signal.getsignal(signal.SIGINT) is before


async def test_ctrl_c_before_the_first_word_leaves_no_line_about_loading(
    sitting: Sitting,
) -> None:
    await sitting.say("/model large")
    sitting.pool.loaded.clear()
    sitting.pool.load_gate = asyncio.Event()
    talk = asyncio.create_task(sitting.say("Why?", is_terminal=True, echo=False))
    await sitting.until(LOADING)
    os.kill(os.getpid(), signal.SIGINT)
    assert await asyncio.wait_for(talk, 10)
    assert sitting.shown.endswith(f"{LOADING}\r{' ' * len(LOADING)}\r(stopped)\n")


@pytest.mark.parametrize("line", ["/model large", "Why?"])
async def test_a_model_that_cannot_be_loaded_leaves_its_refusal_alone_in_the_line(
    sitting: Sitting, line: str
) -> None:
    if line == "Why?":
        await sitting.say("/model large")
        sitting.pool.loaded.clear()
    sitting.pool.load_error = ModelUnavailable("large is damaged.")
    assert not await sitting.say(line, is_terminal=True, echo=False)
    assert sitting.shown.endswith(f"{LOADING}\r{' ' * len(LOADING)}\rlarge is damaged.\n")


@pytest.mark.parametrize("is_terminal", [True, False])
async def test_a_switch_tells_its_progress_to_terminals_only(
    sitting: Sitting, is_terminal: bool
) -> None:
    assert await sitting.say("/model large", is_terminal=is_terminal, echo=False)
    assert (LOADING in sitting.shown) is is_terminal
    assert sitting.shown.endswith("large answers from now on.\n")


async def test_help_says_what_ctrl_c_does(sitting: Sitting) -> None:
    await sitting.say("/help")
    assert "Ctrl-C         stop an answer\n" in sitting.shown
    assert "At the prompt Ctrl-C clears the line, and leaves on an empty one." in sitting.shown


# How an answer came about, and whether it comes out again


async def test_details_of_the_newest_answer_are_told(sitting: Sitting) -> None:
    assert await sitting.say("What is dropout?", "/details")
    assert "\nAnswer:    #1 – /replay 1 writes it again\n" in sitting.shown
    assert "\nPrompt:    6 of 1,024 tokens\n" in sitting.shown
    assert "\nWindow:    question        6 █\n" in sitting.shown
    assert "\n           answer        160 █████\n" in sitting.shown


async def test_an_answer_is_written_again_and_compared(sitting: Sitting) -> None:
    sitting.pool.scripts = [Script(), Script(), Script(words=["Something", " else."])]
    assert await sitting.say("What is dropout?", "/replay", "/replay #1")
    assert "\nIdentical: its text of answer 1 came out the same" in sitting.shown
    assert "\nNot identical: answer 1 came out otherwise" in sitting.shown
    assert sitting.shown.rstrip().endswith("\nSomething else.")


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/replay", "Please name an answer by its number, which /details tells."),
        ("/details it", "Please name an answer by its number, which /details tells."),
        ("/details 77", "There is no answer 77 here; Details below an answer tells its number."),
        ("/replay " + "9" * 400, "There is no answer 999999999999999999 here;"),
    ],
)
async def test_an_answer_that_is_not_there_is_told(
    sitting: Sitting, line: str, sentence: str
) -> None:
    assert not await sitting.say(line)
    assert sentence in sitting.shown


async def test_the_last_answer_can_be_judged(sitting: Sitting) -> None:
    await sitting.say("/good", "What is dropout?", "/good", "/bad", "/bad", echo=False)
    shown = sitting.shown
    assert "There is no answer yet that you could judge; ask something first." in shown
    assert shown.count("Thank you, that counts.") == 2
    assert shown.count("Taken back.") == 1
