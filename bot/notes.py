"""What each command of `lectern notes` does, once its words are parsed."""

import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console

from bot.config import Settings
from bot.domain.errors import InvalidParameter, NotFound
from bot.domain.operator import OPERATOR, TERMINAL
from bot.log import configure_logging
from bot.parts import open_notes
from bot.service.notes import CourseMaterial, NewFile, NotesService
from bot.terminal.notes import added_line, found_lines, note_line, passage_line

ANSWERS, ANSWERS_TITLE = "endorsed-answers.md", "Answers of the teaching assistants"


async def run_add(settings: Settings, server: str | None, paths: Sequence[Path]) -> bool:
    """Add files and the files in folders, one line each; whether none was refused.

    Raises:
        NotFound: a path leads nowhere.
    """
    files = list(files_of(paths))
    went_well = True
    async with _notes(settings) as notes:
        for path in files:
            added = notes.refused(path.name, path.stat().st_size)
            if added is None:
                (added,) = await notes.add(OPERATOR, server or TERMINAL, [read(path)])
            went_well &= added.note is not None
            _print([added_line(added)])
    return went_well


async def run_list(settings: Settings, server: str | None) -> None:
    """Every note in one line."""
    async with _notes(settings) as notes:
        found = await notes.list(server or TERMINAL)
    _print(map(note_line, found) if found else ["There are no notes; add some: lectern notes add"])


async def run_show(settings: Settings, server: str | None, name: str) -> None:
    """A note and how its passages begin."""
    async with _notes(settings) as notes:
        note, passages = await notes.show(server or TERMINAL, name)
    _print([note_line(note), *([note.link] if note.link else [])])
    _print(passage_line(number, passage) for number, passage in enumerate(passages, 1))


async def run_remove(settings: Settings, server: str | None, name: str) -> None:
    """Forget a note."""
    async with _notes(settings) as notes:
        await notes.remove(OPERATOR, server or TERMINAL, name)
    _print([f"removed: {name}"])


async def run_search(settings: Settings, server: str | None, text: str) -> None:
    """What an answer would be taken from."""
    async with _notes(settings) as notes:
        found = await notes.search(server or TERMINAL, text)
    _print(found_lines(found))


async def run_export(settings: Settings, server: str | None, folder: Path) -> None:
    """Write a server's course material into a folder: a Markdown file a note, and the answers.

    Raises:
        InvalidParameter: the folder holds something already, or cannot be written.
        NotFound: there is nothing to export.
    """
    async with _notes(settings) as notes:
        material = await notes.course_material(OPERATOR, server or TERMINAL)
    if not material.notes and not material.answers:
        raise NotFound("There are no notes and no endorsed answers to export.")
    _write(folder, exported(material))
    _print([f"{len(material.notes)} notes, {len(material.answers)} answers in {folder}"])


def _write(folder: Path, files: Mapping[str, str]) -> None:
    try:
        if folder.exists() and any(folder.iterdir()):
            raise InvalidParameter(f"{folder} is not empty; name a folder that is new.")
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidParameter(f"{folder} cannot be written: {error.strerror}.") from None


def exported(material: CourseMaterial) -> dict[str, str]:
    """The files of course material by name, in Markdown."""
    files: dict[str, str] = {}
    for note, passages in material.notes:
        lines, heading = [f"# {note.title}"], ""
        for passage in passages:
            if passage.heading not in (heading, note.title):
                lines.append(f"## {passage.heading}")
            heading = passage.heading
            lines.append(passage.text)
        name = f"{_stem(note.name)}.md"
        number = 2
        while name.lower() in map(str.lower, files):
            name, number = f"{_stem(note.name)}-{number}.md", number + 1
        files[name] = "\n\n".join(lines) + "\n"
    if material.answers:
        files[ANSWERS] = "\n\n".join([f"# {ANSWERS_TITLE}", *material.answers]) + "\n"
    return files


def _stem(name: str) -> str:
    """A file's name without its ending, in characters that every file system takes."""
    stem = re.sub(r"[^\w -]+", "-", Path(name).stem).strip(" -")
    return stem or "note"


def files_of(paths: Iterable[Path]) -> Iterator[Path]:
    """The files among the paths, and the visible ones in folders, but not in their folders.

    Raises:
        NotFound: a path leads nowhere.
    """
    for path in paths:
        if path.is_dir():
            inside = (each for each in path.iterdir() if each.is_file())
            yield from sorted(each for each in inside if not each.name.startswith("."))
        elif path.is_file():
            yield path
        else:
            raise NotFound(f"There is no file or folder {path}; check the path.")


def read(path: Path) -> NewFile:
    """A file as a note that comes in."""
    return NewFile(path.name, path.read_bytes())


@asynccontextmanager
async def _notes(settings: Settings) -> AsyncIterator[NotesService]:
    configure_logging("ERROR", "text")
    async with open_notes(settings) as notes:
        yield notes


def _print(lines: Iterable[str]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(line, markup=False)
