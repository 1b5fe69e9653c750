"""What the commands of `lectern` around models do, once their words are parsed."""

import sys
from collections.abc import Callable

from rich.console import Console

from bot.app import make_pool, running
from bot.config import Settings
from bot.domain.conversation import Conversation, Length, Question
from bot.domain.operator import OPERATOR, TERMINAL
from bot.log import configure_logging
from bot.parts import new_id
from bot.service.complete import Wish
from bot.terminal.chat import Chat
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
        conversation = Conversation(TERMINAL, f"ask-{new_id()}")
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
