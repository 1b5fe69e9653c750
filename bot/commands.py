"""What each command of `lectern` does, once its words are parsed."""

import sys
from collections.abc import Callable

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from bot.app import make_catalog, make_pool, new_id, running
from bot.config import Settings
from bot.domain.conversation import Conversation, Length, Question
from bot.generation.download import DownloadProgress
from bot.log import configure_logging
from bot.service.complete import Wish
from bot.storage.database import Database
from bot.terminal.chat import OPERATOR, SERVER, Chat
from bot.terminal.lines import piped_lines, typed_lines
from bot.terminal.model_table import model_table
from bot.terminal.once import print_answer


async def run_chat(settings: Settings) -> bool:
    """The chat in the terminal.

    Returns whether every line of a pipe was answered; a person has read what was not.
    """
    configure_logging("ERROR", "text")
    console = Console(highlight=False, soft_wrap=True)
    is_typed = sys.stdin is not None and sys.stdin.isatty()
    async with running(settings) as (services, _pool):
        chat = Chat(services, console, new_id)
        await chat.greet()
        lines = typed_lines() if is_typed else piped_lines()
        went_well = await chat.run(lines, echo=not is_typed)
    return went_well or is_typed


async def run_ask(
    settings: Settings,
    text: str,
    *,
    length: Length | None,
    model: str | None,
    seed: int | None,
    as_json: bool,
) -> None:
    """One question, answered on standard output."""
    configure_logging("ERROR", "text")
    async with running(settings) as (services, _pool):
        conversation = Conversation(SERVER, f"ask-{new_id()}")
        source = f"terminal:{new_id()}"
        question = Question(
            source, OPERATOR, conversation, text, length=length, model=model, seed=seed
        )
        async with services.ask.ask(question) as live:
            await print_answer(services, live, as_json=as_json)


async def run_complete(settings: Settings, wish: Callable[[str, str], Wish], as_json: bool) -> None:
    """One raw continuation on standard output; `wish` makes it of a source and a channel."""
    configure_logging("ERROR", "text")
    async with running(settings) as (services, _pool):
        made = wish(f"terminal:{new_id()}", f"complete-{new_id()}")
        async with services.complete.complete(made) as live:
            await print_answer(services, live, as_json=as_json)


async def print_models(settings: Settings) -> None:
    """The catalogue as a table."""
    pool = make_pool(settings)
    try:
        statuses = await pool.statuses()
    finally:
        await pool.close()
    Console().print(model_table(statuses, settings.effective_default_model))


def download(settings: Settings, name: str) -> None:
    """Fetch a model, with a progress bar in a terminal."""
    catalog, console = make_catalog(settings), Console()
    with Progress(
        "[progress.description]{task.description}",
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bars:
        bar = bars.add_task(name, total=catalog.spec(name).disk_bytes)

        def show(progress: DownloadProgress) -> None:
            bars.update(bar, completed=progress.done_bytes, total=progress.total_bytes)

        folder = catalog.download(name, show)
    console.print(f"{name} is here: {folder}", highlight=False, soft_wrap=True)


async def upgrade_database(settings: Settings) -> None:
    """Make the database, or bring it to this version's tables."""
    async with Database.open(settings.database.url):
        pass
