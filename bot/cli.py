"""The `lectern` command line: parses, calls one function, prints.

Nothing heavy is imported before a command needs it: `lectern --help` answers at once.
"""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

import bot
from bot.cli_notes import notes_app
from bot.cli_options import ConfigOption, ModelOption
from bot.cli_page import is_page_wanted, require_page, serve_page
from bot.cli_training import register_training, runs_app
from bot.config import load_settings
from bot.domain.conversation import Length

app = typer.Typer(
    name="lectern",
    help="A Discord bot for study servers: GPT-2 answers in your own process.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
models_app = typer.Typer(help="List and download models.")
db_app = typer.Typer(help="Look after the database.", no_args_is_help=True)
app.add_typer(models_app, name="models")
app.add_typer(notes_app, name="notes")
app.add_typer(runs_app, name="runs")
app.add_typer(db_app, name="db")

LengthOption = Annotated[Length | None, typer.Option("--length", help="How long it may become.")]
Words = Annotated[list[str], typer.Argument(help="One word or several, with or without quotes.")]
SeedOption = Annotated[int | None, typer.Option("--seed", min=0, help="Seed of the sampling.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
QuestionFiles = Annotated[
    list[Path] | None,
    typer.Argument(help="Question files, or folders of them; else those that come along."),
]
NotesOption = Annotated[
    Path | None, typer.Option("--notes", help="Folder of the notes that the questions are about.")
]


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lectern {bot.__version__}")
        raise typer.Exit


@app.callback()
def lectern(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """A Discord bot for study servers: GPT-2 answers in your own process."""


@app.command()
def run(config: ConfigOption = None) -> None:
    """Start the Discord bot; without DISCORD_TOKEN, open the page, or the chat for a pipe."""
    settings = load_settings(config)
    if settings.discord.token is None:
        is_page = is_page_wanted(sys.stdin)
        place = "page in the browser" if is_page else "chat in the terminal"
        typer.echo(
            f"DISCORD_TOKEN is not set, so here is the {place} instead of the bot.", err=True
        )
        if is_page:
            serve_page(settings, opens_browser=True)
        else:
            _chat(config)
        return
    if settings.web.beside_bot:
        require_page()
    from bot.app import run_bot

    asyncio.run(run_bot(settings))


@app.command()
def web(
    browser: Annotated[
        bool, typer.Option(help="Open a browser, if there is one with a window.")
    ] = True,
    config: ConfigOption = None,
) -> None:
    """Serve the page in the browser: chat, raw text, notes."""
    serve_page(load_settings(config), opens_browser=browser)


@app.command()
def chat(config: ConfigOption = None) -> None:
    """Chat in the terminal; piped input is answered line by line."""
    _chat(config)


def _chat(config: Path | None) -> None:
    settings = load_settings(config)
    from bot.commands import run_chat

    if not asyncio.run(run_chat(settings)):
        raise typer.Exit(1)


@app.command()
def ask(
    question: Words,
    length: LengthOption = None,
    model: ModelOption = None,
    seed: SeedOption = None,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Answer one question and exit."""
    settings = load_settings(config)
    from bot.commands import run_ask

    asyncio.run(
        run_ask(settings, " ".join(question), length=length, model=model, seed=seed, as_json=json)
    )


@app.command()
def complete(
    text: Words,
    length: LengthOption = None,
    max_new_tokens: Annotated[int | None, typer.Option(min=1, help="Tokens to write.")] = None,
    temperature: Annotated[float | None, typer.Option(min=0, help="0 is greedy.")] = None,
    top_k: Annotated[int | None, typer.Option(min=0, help="0 is no limit.")] = None,
    top_p: Annotated[float | None, typer.Option(help="Nucleus, above 0, at most 1.")] = None,
    repetition_penalty: Annotated[float | None, typer.Option(help="1 is none.")] = None,
    samples: Annotated[int, typer.Option(min=1, max=5, help="How many texts.")] = 1,
    model: ModelOption = None,
    seed: SeedOption = None,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Continue a text as GPT-2 does, and exit."""
    settings = load_settings(config)
    from bot.commands import run_complete
    from bot.domain.conversation import Conversation
    from bot.domain.operator import OPERATOR, TERMINAL
    from bot.service.complete import Wish

    def wish(source: str, channel: str) -> Wish:
        return Wish(
            source,
            OPERATOR,
            Conversation(TERMINAL, channel),
            " ".join(text),
            max_new_tokens,
            temperature,
            top_k,
            top_p,
            repetition_penalty,
            seed,
            samples,
            length=length,
            model=model,
        )

    asyncio.run(run_complete(settings, wish, json))


@models_app.callback(invoke_without_command=True)
def models(context: typer.Context, config: ConfigOption = None) -> None:
    """List and download models; without a word behind it, list them."""
    if context.invoked_subcommand is None:
        list_models(config)


@models_app.command("list")
def list_models(config: ConfigOption = None) -> None:
    """List the models: size, memory, and whether they are on this machine."""
    settings = load_settings(config)
    from bot.commands import print_models

    asyncio.run(print_models(settings))


@models_app.command("download")
def download_model(name: str, config: ConfigOption = None) -> None:
    """Download a model, with progress."""
    settings = load_settings(config)
    from bot.upkeep import download

    download(settings, name)


@app.command()
def selfcheck(
    name: Annotated[str, typer.Argument(help="Name of the model; it must be on this machine.")],
    text: Annotated[
        Path | None, typer.Option("--text", help="A text file, for the perplexity.")
    ] = None,
    stride: Annotated[
        int | None, typer.Option("--stride", help="Tokens between windows; else half a window.")
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Prove the engine on real weights: known answers, or the same ones as transformers."""
    settings = load_settings(config)
    from bot.selfcheck import run_selfcheck

    if not run_selfcheck(settings, name, text=text, stride=stride, as_json=json):
        raise typer.Exit(1)


@app.command()
def evaluate(
    questions: QuestionFiles = None,
    notes: NotesOption = None,
    model: ModelOption = None,
    json: Annotated[
        Path | None, typer.Option("--json", help="Write every answer and figure to this file.")
    ] = None,
    compare: Annotated[
        Path | None, typer.Option("--compare", help="A file that --json wrote before.")
    ] = None,
    from_memory: Annotated[
        bool, typer.Option("--from-memory", help="Look nothing up: what the model knows by heart.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Ask questions whose answers are known, and print what the answers are worth."""
    settings = load_settings(config)
    from bot.evaluate import run_evaluation

    asyncio.run(
        run_evaluation(
            settings, questions or [], notes, model, json, compare, from_memory=from_memory
        )
    )


@app.command()
def calibrate(
    questions: QuestionFiles = None,
    notes: NotesOption = None,
    model: ModelOption = None,
    config: ConfigOption = None,
) -> None:
    """Fit a model's confidence to questions whose answers are known, and store it."""
    settings = load_settings(config)
    from bot.evaluate import run_calibration

    asyncio.run(run_calibration(settings, questions or [], notes, model))


@db_app.command("upgrade")
def upgrade_database(config: ConfigOption = None) -> None:
    """Make the database, or bring it to this version's tables."""
    settings = load_settings(config)
    from bot.upkeep import upgrade_database as upgrade

    asyncio.run(upgrade(settings))
    typer.echo(f"{settings.database.url} is up to date.")


@app.command("train-starter")
def train_starter(
    folder: Annotated[Path, typer.Option(help="Where the model goes.")] = Path("data/starter"),
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same weights.")] = 7,
    steps: Annotated[int | None, typer.Option(min=1, help="Fewer steps, for a try.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Do not go on where a run was.")] = False,
) -> None:
    """Train the starter model on the handbook; a run that was stopped goes on."""
    from bot.training.command import run_training

    run_training(folder, seed=seed, steps=steps, is_resumed=not fresh)


@app.command()
def doctor(
    quick: Annotated[
        bool, typer.Option("--quick", help="Only whether the running bot is well.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Check configuration, token, database, model files and memory, one line each."""
    from bot.doctor import examine

    if not examine(config, quick=quick):
        raise typer.Exit(1)


register_training(app)
