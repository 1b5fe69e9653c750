"""Blocks of a text: paragraphs, list items, rows of tables, code in fences."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_LINE = re.compile(r"[^\n]*(?:\n|\Z)")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})([^\n]*)")
MARKER = re.compile(r"[ \t]*(?:[-*+•‣◦▪–]|\(?\d{1,3}[.)]|\(?[a-z][.)])[ \t]+(?=\S)")
"""What a line of a list begins with."""


class Kind(StrEnum):
    """What a block is."""

    PROSE = "prose"
    ITEM = "item"
    ROW = "row"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """The part `text[start:end]` of a text; neither end of it is white space.

    Code keeps the indentation of its first line. `is_apart` tells of an empty line before it.
    """

    kind: Kind
    start: int
    end: int
    is_apart: bool


def fence_of(line: str) -> str | None:
    """The fence that a line opens a code block with, None if it opens none."""
    match = _FENCE.match(line)
    if match is None or (match[1][0] == "`" and "`" in match[2]):
        return None
    return match[1]


def closes(line: str, fence: str) -> bool:
    """Whether a line closes the code block that `fence` opened."""
    bare = line.strip()
    return len(bare) >= len(fence) and bare == fence[0] * len(bare)


def blocks(text: str) -> Iterator[Block]:
    """The blocks of `text` in order; together they hold everything but white space.

    Code that nothing closes reaches to the end of the text. A list item ends where the next
    one begins or at an empty line.
    """
    kind = Kind.PROSE
    start = end = 0  # of the open block; there is none while they are equal
    is_apart = False
    fence: str | None = None
    for match in _LINE.finditer(text):
        line = match[0]
        if fence is not None:
            end = match.end()
            if closes(line, fence):
                yield _block(text, Kind.CODE, start, end, is_apart)
                start, fence, is_apart = end, None, False
            continue
        opened = fence_of(line)
        begins = opened is not None or _kind_of(line) != Kind.PROSE or kind == Kind.ROW
        if not line.strip() or begins:
            if end > start:
                yield _block(text, kind, start, end, is_apart)
                is_apart = False
            start = end = match.end() if not line.strip() else match.start()
        if not line.strip():
            is_apart, kind = True, Kind.PROSE
            continue
        if opened is not None:
            fence = opened
        if end == start:
            start, kind = match.start(), _kind_of(line)
        end = match.end()
    if end > start:
        yield _block(text, Kind.CODE if fence is not None else kind, start, end, is_apart)


def _kind_of(line: str) -> Kind:
    if MARKER.match(line):
        return Kind.ITEM
    return Kind.ROW if line.lstrip().startswith("|") else Kind.PROSE


def _block(text: str, kind: Kind, start: int, end: int, is_apart: bool) -> Block:
    part = text[start:end]
    end = start + len(part.rstrip())
    if kind != Kind.CODE:
        start += len(part) - len(part.lstrip())
    return Block(kind, start, end, is_apart)
