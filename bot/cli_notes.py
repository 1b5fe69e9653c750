"""`lectern notes`: parses, calls one function."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_options import ConfigOption
from bot.config import load_settings

notes_app = typer.Typer(
    help="What answers are taken from: add, list, show, remove, export, search.",
    no_args_is_help=True,
)
ServerOption = Annotated[
    str | None,
    typer.Option("--server", help="Id of a Discord server; else the notes of the terminal."),
]
Name = Annotated[str, typer.Argument(help="Name of the note, as `lectern notes list` shows it.")]


@notes_app.command("add")
def add_notes(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of files.")],
    server: ServerOption = None,
    config: ConfigOption = None,
) -> None:
    """Add files as notes; a file of a known name takes the old one's place."""
    settings = load_settings(config)
    from bot.notes import run_add

    if not asyncio.run(run_add(settings, server, paths)):
        raise typer.Exit(1)


@notes_app.command("list")
def list_notes(server: ServerOption = None, config: ConfigOption = None) -> None:
    """List the notes."""
    settings = load_settings(config)
    from bot.notes import run_list

    asyncio.run(run_list(settings, server))


@notes_app.command("show")
def show_note(name: Name, server: ServerOption = None, config: ConfigOption = None) -> None:
    """Show a note: where it is from, and its passages."""
    settings = load_settings(config)
    from bot.notes import run_show

    asyncio.run(run_show(settings, server, name))


@notes_app.command("remove")
def remove_note(name: Name, server: ServerOption = None, config: ConfigOption = None) -> None:
    """Remove a note."""
    settings = load_settings(config)
    from bot.notes import run_remove

    asyncio.run(run_remove(settings, server, name))


@notes_app.command("export")
def export_notes(
    folder: Annotated[Path, typer.Argument(help="A new folder.")],
    server: ServerOption = None,
    config: ConfigOption = None,
) -> None:
    """Write notes and endorsed answers into a folder, for `lectern finetune --data`."""
    settings = load_settings(config)
    from bot.notes import run_export

    asyncio.run(run_export(settings, server, folder))


@notes_app.command("search")
def search_notes(
    question: Annotated[list[str], typer.Argument(help="A question or some words.")],
    server: ServerOption = None,
    config: ConfigOption = None,
) -> None:
    """Show the passages that an answer would be taken from."""
    settings = load_settings(config)
    from bot.notes import run_search

    asyncio.run(run_search(settings, server, " ".join(question)))
