"""Labelled files: JSONL or CSV, of which text, label and perhaps the document are taken."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.classifier import answered_question
from bot.domain.errors import InvalidParameter
from bot.domain.question import clean_text

JSON_LINES, TABLES = ".jsonl", (".csv", ".tsv")
MAX_LINE = 100_000
MAX_LABEL = 80
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Line:
    """A text with its label. `document` is "" where none is named, `place` for sentences."""

    text: str
    label: str
    document: str
    place: str


def read_lines(path: Path, content: str) -> list[Line]:
    """The lines of a file: `text` (or `question` and `answer`), `label`, perhaps `document`.

    Other fields and columns are left where they are.

    Raises:
        InvalidParameter: names the line that has no text or no label, or the missing columns.
    """
    for number, line in enumerate(content.split("\n"), 1):
        _check_length(f"{path}, line {number}", len(line))
    is_table = path.suffix.lower() in TABLES
    rows = _table(path, content) if is_table else _objects(path, content)
    return [_line(place, row) for place, row in rows]


def _objects(path: Path, content: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, line in enumerate(content.splitlines(), 1):
        place = f"{path}, line {number}"
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        if not isinstance(row, dict):
            raise InvalidParameter(
                f'{place} is no JSON object; write {{"text": "…", "label": "…"}} on every line.'
            )
        yield place, row


def _table(path: Path, content: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Rows by the names in the first line; commas, semicolons or tabs stand between them."""
    first = content.lstrip("\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    names: list[str] | None = None
    while True:
        place = f"{path}, line {reader.line_num + 1}"
        try:
            cells = next(reader, None)
        except csv.Error:
            raise InvalidParameter(
                f"{place} is no row of a table; put texts with commas, quotes or line ends into "
                'quotes, and write "" for a quote in them.'
            ) from None
        if cells is None:
            return
        _check_length(place, sum(map(len, cells)))
        if not any(cell.strip() for cell in cells):
            continue
        if names is None:
            names = _columns(path, cells)
        elif len(cells) > len(names):
            raise InvalidParameter(
                f"{place} has {len(cells)} cells, but {len(names)} columns are named in the first "
                "line; put texts with commas into quotes."
            )
        else:
            yield place, dict(zip(names, cells, strict=False))


def _columns(path: Path, cells: list[str]) -> list[str]:
    names = [cell.strip().casefold() for cell in cells]
    has_text = "text" in names or {"question", "answer"} <= set(names)
    if "label" not in names or not has_text:
        shown = ", ".join(cell.strip()[:30] for cell in cells[:6])
        raise InvalidParameter(
            f"The first line of {path} must name its columns, text and label among them; it says: "
            f"{shown}."
        )
    return names


def _line(place: str, row: Mapping[str, Any]) -> Line:
    text = _text(place, row)
    label = _label(place, row.get("label"))
    return Line(text, label, str(row.get("document") or ""), place)


def _text(place: str, row: Mapping[str, Any]) -> str:
    found = row.get("text")
    if found is None and row.get("question") is not None:
        question, answer = row["question"], row.get("answer")
        if not isinstance(question, str) or not isinstance(answer, str) or not answer.strip():
            raise InvalidParameter(f"{place} has a question without an answer; write both.")
        found = answered_question(question, answer)
    if not isinstance(found, str) or not clean_text(found):
        raise InvalidParameter(
            f"{place} has no text; write one (or a question and an answer) beside every label."
        )
    return clean_text(found)


def _label(place: str, found: Any) -> str:
    """A label's words without white space around and doubled within them."""
    if isinstance(found, bool):
        found = str(found).lower()
    elif isinstance(found, int) or (isinstance(found, float) and found.is_integer()):
        found = str(int(found))
    if found is None or found == "":
        raise InvalidParameter(f"{place} has no label; write one beside every text.")
    if not isinstance(found, str):
        raise InvalidParameter(f"{place} has a label that is neither a word nor a whole number.")
    label = " ".join(clean_text(found).split())
    if not label:
        raise InvalidParameter(f"{place} has no label; write one beside every text.")
    if len(label) > MAX_LABEL:
        raise InvalidParameter(
            f"{place} has a label of {len(label):,} characters, and {MAX_LABEL} are the most; "
            "is it the text?"
        )
    return label


def _check_length(place: str, length: int) -> None:
    if length > MAX_LINE:
        raise InvalidParameter(
            f"{place} has {length:,} characters, and {MAX_LINE:,} are the most; write one text and "
            "label a line."
        )
