"""Tables for readers whose screen draws none: rows of Markdown become columns in a code block."""

import itertools
import re
import unicodedata
from collections.abc import Iterator

from bot.domain.blocks import Block, Kind, blocks

_CELL_END = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r":?-+:?")


def with_drawn_tables(text: str) -> str:
    """`text` with every Markdown table drawn; a table that holds a fence is left alone."""
    parts: list[str] = []
    position = 0
    for rows in _tables(text):
        if "```" in text[rows[0].start : rows[-1].end]:
            continue
        drawn = _drawn([text[row.start : row.end] for row in rows])
        parts += text[position : rows[0].start], f"```\n{drawn}\n```"
        position = rows[-1].end
    return "".join([*parts, text[position:]])


def _tables(text: str) -> Iterator[list[Block]]:
    """The rows of each table; one line with a bar at its start is none."""
    rows: list[Block] = []
    for block in blocks(text):
        if rows and (block.is_apart or block.kind is not Kind.ROW):
            yield from [rows] if len(rows) > 1 else []
            rows = []
        if block.kind is Kind.ROW:
            rows.append(block)
    yield from [rows] if len(rows) > 1 else []


def _drawn(rows: list[str]) -> str:
    """The cells below each other; the line below the head is as wide as they are."""
    lines = [_cells(row) for row in rows]
    widths = [max(map(_width, column)) for column in itertools.zip_longest(*lines, fillvalue="")]
    drawn = []
    for number, cells in enumerate(lines):
        if number and all(_RULE.fullmatch(cell) for cell in cells):
            drawn.append("─┼─".join("─" * width for width in widths))
            continue
        cells += [""] * (len(widths) - len(cells))
        padded = (
            cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)
        )
        drawn.append(" │ ".join(padded).rstrip())
    return "\n".join(drawn)


def _cells(row: str) -> list[str]:
    inner = " ".join(row.split()).removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.strip().replace("\\|", "|") for cell in _CELL_END.split(inner)]


def _width(text: str) -> int:
    """Columns that a text takes where all letters are equally wide."""
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)
