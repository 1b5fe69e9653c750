"""The chat of `lectern chat`: streaming answers, follow-ups and a few commands."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from bot.domain.answer import AnswerState
from bot.domain.conversation import Conversation, Question
from bot.domain.details import details_of
from bot.domain.errors import BotError, NotFound, SmallTalk
from bot.domain.feedback import Verdict
from bot.domain.operator import OPERATOR, TERMINAL
from bot.domain.progress import LoadProgress
from bot.domain.question import MAX_QUESTION_CHARACTERS, clean_text
from bot.service.feedback import Mark
from bot.service.live_answer import LiveAnswer
from bot.service.replay import ReplayWish
from bot.service.services import Services
from bot.service.snapshot import Snapshot
from bot.terminal.lines import Line
from bot.terminal.model_table import model_table
from bot.terminal.remarks import is_unchecked, remarks_on
from bot.terminal.status_line import StatusLine

MAX_ECHO_CHARACTERS = 400
MAX_DIGITS = 18
TAKEN_BACK = "(taken back)"
VERDICTS = {"/good": Verdict.GOOD, "/bad": Verdict.BAD}
HELP = """\
Type a question and press Enter; what you type next is a follow-up.
  /model         list the models          /model NAME    answer with NAME from now on
  /details [ID]  how an answer was made   /replay [ID]   write it again: is it the same?
  /reset         forget this chat         /help          this text
  /good, /bad    judge the last answer    Ctrl-C         stop an answer
  /quit          leave (or Ctrl-D)
At the prompt Ctrl-C clears the line, and leaves on an empty one."""


class Chat:
    """One chat; `new_id` makes ids for the conversation and its questions."""

    def __init__(self, services: Services, console: Console, new_id: Callable[[], str]) -> None:
        self._services = services
        self._console = console
        self._new_id = new_id
        self._conversation = Conversation(TERMINAL, f"chat-{new_id()}")
        self._newest: int | None = None

    async def greet(self) -> None:
        """Say honestly who answers."""
        spec = await self._services.models.current(TERMINAL)
        note = (
            "a tiny model that knows Lectern's handbook of deep learning and nothing else"
            if spec.template == "starter"
            else "a language model of 2019: fluent, often wrong"
        )
        self._console.print(
            f"Here {spec.name} answers, {note}. /help lists the commands.", style="dim"
        )

    async def run(self, lines: AsyncIterator[Line], *, echo: bool) -> bool:
        """Answer line after line; `echo` repeats questions that nobody typed.

        Returns whether every line was answered.
        """
        went_well = True
        async for line in lines:
            try:
                if isinstance(line, BotError):
                    raise line
                text = clean_text(line)
                if not text:
                    continue
                if text in ("/quit", "/exit"):
                    break
                if echo:
                    self._echo(text)
                await self._answer(text)
            except BotError as refusal:
                went_well = went_well and isinstance(refusal, SmallTalk)
                self._console.print(refusal.text, style="yellow", markup=False, highlight=False)
        return went_well

    async def _answer(self, text: str) -> None:
        command, _, argument = text.partition(" ")
        if len(text) > MAX_QUESTION_CHARACTERS or not text.startswith("/"):
            await self._ask(text)
        elif command == "/help":
            self._console.print(HELP, markup=False, highlight=False)
        elif command == "/reset":
            num_turns = await self._services.settings.reset(self._conversation)
            self._console.print(f"Forgotten: {num_turns} earlier questions.", style="dim")
        elif command == "/details":
            await self._show_details(self._number(argument))
        elif command == "/replay":
            await self._replay(self._number(argument))
        elif command in VERDICTS:
            await self._vote(VERDICTS[command])
        elif command == "/model" and argument.strip():
            await self._switch(argument.strip())
        elif command == "/model":
            await self._list_models()
        else:
            raise BotError(f"There is no command {command}; /help lists the commands.")

    def _echo(self, text: str) -> None:
        cut = text if len(text) <= MAX_ECHO_CHARACTERS else f"{text[:MAX_ECHO_CHARACTERS]}…"
        self._console.print(f"you › {cut}", style="bold", markup=False, highlight=False)

    async def _ask(self, text: str) -> None:
        question = Question(f"terminal:{self._new_id()}", OPERATOR, self._conversation, text)
        async with self._services.ask.ask(question) as live:
            self._newest = live.answer.id
            with _interrupts_call(live.stop):
                await self._show(live)

    async def _show(self, live: LiveAnswer) -> None:
        """Print what is new of each snapshot; texts only grow, or are taken back for others."""
        shown = ""
        with StatusLine(self._console) as status:
            async for snapshot in live.snapshots():
                if waiting := waiting_status(snapshot):
                    status.show(waiting)
                text = snapshot.text.lstrip()
                # A pipe cannot be told later that what it read was not worth reading.
                is_kept = self._console.is_terminal or not is_unchecked(snapshot)
                if is_kept and len(text) > len(shown) and text.startswith(shown):
                    if not shown:
                        status.clear()
                        self._introduce(live)
                    self._write(text[len(shown) :])
                    shown = text
        if not text.startswith(shown):
            self._write("\n")
            self._console.print(TAKEN_BACK, style="dim", highlight=False)
            shown = ""
        if text and not shown:
            self._introduce(live)
        self._write(text[len(shown) :] + "\n" if text else "")
        self._show_end(snapshot, has_text=bool(text))

    def _introduce(self, live: LiveAnswer) -> None:
        self._console.print(f"{live.answer.model} › ", style="bold cyan", end="", highlight=False)

    def _show_end(self, snapshot: Snapshot, *, has_text: bool) -> None:
        for line in remarks_on(snapshot):
            self._console.print(line, style="dim", markup=False, highlight=False)
        if snapshot.notice:
            self._console.print(snapshot.notice, style="dim", markup=False, highlight=False)
        if snapshot.error:
            raise BotError(snapshot.error)
        if snapshot.state is AnswerState.CANCELLED:
            self._console.print("(stopped)", style="dim", highlight=False)
        elif not has_text:
            self._console.print(
                "(The model had nothing to say; try other words.)", style="dim", highlight=False
            )

    def _number(self, argument: str) -> int:
        """The answer that is meant: the named one, else the newest."""
        named = argument.strip().removeprefix("#")
        if not named and self._newest is not None:
            return self._newest
        if not named.isdecimal() or not named.isascii():
            raise NotFound("Please name an answer by its number, which /details tells.")
        return int(named[:MAX_DIGITS])

    async def _show_details(self, number: int) -> None:
        answer = await self._services.details.answer(OPERATOR, TERMINAL, number)
        for detail in details_of(answer):
            lines = detail.text.split("\n")
            self._write(f"{detail.label + ':':<10} {lines[0]}\n")
            self._write("".join(f"{'':<10} {line}\n" for line in lines[1:]))

    async def _replay(self, number: int) -> None:
        wish = ReplayWish(OPERATOR, self._conversation, number)
        with StatusLine(self._console) as status:
            made = await self._services.replay.replay(
                wish,
                lambda loading: status.show(loading_status(loading)),
                lambda num_tokens: status.show(f"writing again: {num_tokens} tokens"),
            )
        self._write(f"{made.verdict}\n")
        if made.difference is not None:
            self._write(f"{made.difference.text.strip()}\n")

    async def _vote(self, verdict: Verdict) -> None:
        if self._newest is None:
            raise BotError("There is no answer yet that you could judge; ask something first.")
        mark = Mark(OPERATOR, TERMINAL, self._newest)
        now = await self._services.feedback.vote(mark, verdict)
        said = "Taken back." if now is None else "Thank you, that counts."
        self._console.print(said, style="dim", highlight=False)

    async def _switch(self, name: str) -> None:
        with StatusLine(self._console) as status:

            def show(progress: LoadProgress) -> None:
                status.show(loading_status(progress))

            spec = await self._services.models.switch(OPERATOR, TERMINAL, name, show)
        self._console.print(f"{spec.name} answers from now on.", highlight=False)

    async def _list_models(self) -> None:
        current = await self._services.models.current(TERMINAL)
        statuses = await self._services.models.list()
        self._console.print(model_table(statuses, current.name))

    def _write(self, text: str) -> None:
        self._console.file.write(text)
        self._console.file.flush()


def waiting_status(snapshot: Snapshot) -> str:
    """What an answer waits for, in a few words; empty once it runs."""
    if snapshot.loading is not None:
        return loading_status(snapshot.loading)
    if snapshot.position is not None:
        place = f"{snapshot.position} ahead" if snapshot.position else "next"
        eta = f", about {snapshot.eta_seconds:.0f} s" if snapshot.eta_seconds else ""
        return f"in line: {place}{eta}"
    return ""


def loading_status(progress: LoadProgress) -> str:
    """How far a model's loading is, in a few words."""
    return f"{progress.words}: {progress.share:.0%}"


@contextmanager
def _interrupts_call(stop: Callable[[], object]) -> Iterator[None]:
    """Let Ctrl-C call `stop` inside the block, and do what it did before after it."""
    loop = asyncio.get_running_loop()
    before = signal.getsignal(signal.SIGINT)
    loop.add_signal_handler(signal.SIGINT, stop)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, before)
