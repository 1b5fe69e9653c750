"""Reading labelled texts: files and folders become texts with labels, or a sentence why not."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.domain.errors import InvalidParameter, NoteRefused
from bot.domain.note_name import note_name
from bot.retrieval.decoding import decode
from bot.training.classifying.labelled import LabelledTexts, gathered
from bot.training.classifying.labelled_file import JSON_LINES, TABLES, Line, read_lines
from bot.training.finetuning.database_files import check_is_no_database
from bot.training.finetuning.material import SourceFile

KINDS = (JSON_LINES, *TABLES)


def read_labelled(paths: Sequence[Path], guard: Sequence[Line] = ()) -> LabelledTexts:
    """Everything in the files, in folders and their folders, and the lines of the topic guard.

    Raises:
        InvalidParameter: a path leads nowhere, a file is a database, of another kind or has a
            line that cannot be taken, or nothing can be learned from all of them.
        NoteRefused: a file is no text, or in an encoding that cannot be told.
    """
    lines = list(guard)
    files = []
    if guard:
        digest = hashlib.sha256(repr(guard).encode()).hexdigest()
        files.append(SourceFile("topic-guard", digest, sum(len(line.text) for line in guard)))
    for name, path in _files(paths):
        content = _content(path)
        _check_kind(path)
        check_is_no_database(path, content)
        digest = hashlib.sha256(content).hexdigest()
        if any(digest == file.sha256 for file in files):
            continue
        files.append(SourceFile(name, digest, len(content)))
        lines += read_lines(path, _decoded(path, content))
    if not lines:
        named = ", ".join(map(str, paths)) or "no file at all"
        raise InvalidParameter(
            f"There is nothing to learn in {named}; name .jsonl or .csv files in which every text "
            "has a label."
        )
    return gathered(lines, files, (line.place for line in guard))


def _files(paths: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Files with their names below the path that was named; of folders, those of our kinds."""
    for path in paths:
        if path.is_dir():
            for each in sorted(path.rglob("*")):
                below = each.relative_to(path)
                is_hidden = any(part.startswith(".") for part in below.parts)
                if each.is_file() and each.suffix.lower() in KINDS and not is_hidden:
                    yield below.as_posix(), each
        elif path.is_file():
            yield path.name, path
        else:
            raise InvalidParameter(f"There is no file or folder {path}; check the path of --data.")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidParameter(f"{path} cannot be read: {error.strerror}.") from None


def decoded(path: Path) -> str:
    """The text of a file.

    Raises:
        InvalidParameter, NoteRefused: it cannot be read, is a database, or no text.
    """
    content = _content(path)
    check_is_no_database(path, content)
    return _decoded(path, content)


def _check_kind(path: Path) -> None:
    if path.suffix.lower() not in KINDS:
        raise InvalidParameter(
            f"{path} is no file of labelled texts; they are .jsonl or .csv, with text and label."
        )


def _decoded(path: Path, content: bytes) -> str:
    try:
        return decode(note_name(path.name), content)
    except NoteRefused as refusal:
        text = refusal.text.replace("please upload", "for training, take")
        raise NoteRefused(f"{path}: {text}") from None
