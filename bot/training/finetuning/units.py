"""Units of a document: what one answer says; a paragraph, items of a list, rows of a table."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.domain.blocks import MARKER, Block, Kind, blocks
from bot.domain.document import Document, Section
from bot.domain.sentences import sentences
from bot.domain.words import words_of
from bot.training.finetuning.material import Example, Paper

MAX_WORDS = 55
"""Longer paragraphs are cut between sentences: an answer is one or two of them."""
MAX_TOGETHER = 45
"""What stands together under a heading is one answer up to here: short ones are easily confused."""
MIN_WORDS = 4
MAX_LETTERS = 2_000
"""What has more in `MAX_WORDS` words is no language."""
_EMPHASIS = re.compile(r"(\*\*|__|(?<!\w)[*_](?=\S))(.+?)\1")
_SEPARATOR = re.compile(r"[\s|:+-]+")
_FENCE_LINE = re.compile(r"^\s*(?:`{3,}|~{3,}).*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Unit:
    """Passages that stand together on one line, under the last heading of their path."""

    heading: str
    text: str


def examples_of(paper: Paper) -> list[Example]:
    """An example for each unit of a document; its questions are worded out of its words."""
    return [
        Example(
            answer=unit.text,
            document=paper.name,
            heading=unit.heading,
            passage=" — ".join(filter(None, (_title(paper), unit.heading))) + f"\n{unit.text}",
        )
        for unit in units_of(paper.document)
        if len(words_of(unit.text)) >= MIN_WORDS
    ]


def _title(paper: Paper) -> str:
    """What the document is about; a file's name stands in for a title, its ending for nothing."""
    title, path = paper.document.title, PurePosixPath(paper.name)
    return path.stem if title == path.name else title


def units_of(document: Document) -> Iterator[Unit]:
    """The units of a document in reading order."""
    for section in document.sections:
        heading = section.heading.rpartition(" > ")[2]
        parts = (part for text in _texts(section) for part in _without_end(text))
        for text in _together(parts):
            yield Unit(heading, text)


def _together(texts: Iterable[str]) -> Iterator[str]:
    """Neighbours joined, as many as are not too long together."""
    kept: list[str] = []
    for text in texts:
        if kept and len(" ".join([*kept, text]).split()) > MAX_TOGETHER:
            yield " ".join(kept)
            kept = []
        kept.append(text)
    if kept:
        yield " ".join(kept)


def _texts(section: Section) -> Iterator[str]:
    header: list[str] | None = None
    before: Kind | None = None
    text = section.text
    for block in blocks(text):
        written = text[block.start : block.end]
        if block.kind is Kind.ROW:
            if before is not Kind.ROW or block.is_apart:
                header = None
            if header is None:
                header = _cells(written)
            elif not _SEPARATOR.fullmatch(written):
                yield _row(header, _cells(written))
        elif block.kind is Kind.CODE:
            yield _one_line(_FENCE_LINE.sub("", written))
        else:
            yield from _cut(_plain(written, block))
        before = block.kind


def _plain(written: str, block: Block) -> str:
    bare = MARKER.sub("", written, count=1) if block.kind is Kind.ITEM else written
    return _EMPHASIS.sub(r"\2", _one_line(bare))


def _cut(text: str) -> Iterator[str]:
    """Whole sentences, as many as fit together."""
    kept: list[str] = []
    for sentence in sentences(text):
        if kept and len(" ".join([*kept, sentence]).split()) > MAX_WORDS:
            yield " ".join(kept)
            kept = []
        kept.append(sentence)
    if kept:
        yield " ".join(kept)


def _without_end(text: str) -> Iterator[str]:
    """The text; a giant one, which has no sentences, in pieces."""
    words = text.split(" ")
    if len(words) <= 2 * MAX_WORDS and len(text) <= MAX_LETTERS:
        yield text
        return
    for start in range(0, len(words), MAX_WORDS):
        part = " ".join(words[start : start + MAX_WORDS])
        if len(part) <= MAX_LETTERS:
            yield part


def _row(header: list[str], cells: list[str]) -> str:
    """ "Priya Ranganath: Role project, Place K2, room 2.08." """
    first, *others = [*cells, ""]
    told = [
        f"{name} {cell}".strip() for name, cell in zip(header[1:], others, strict=False) if cell
    ]
    return f"{first}: {', '.join(told)}." if told else first


def _cells(row: str) -> list[str]:
    return [_EMPHASIS.sub(r"\2", cell.strip()) for cell in row.strip().strip("|").split("|")]


def _one_line(text: str) -> str:
    return " ".join(text.split())
