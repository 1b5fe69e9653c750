"""Typesetting: a formula's rows and grids as one box of outlines."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from matplotlib import rc_context
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import text_to_path

from bot.figures.box import Box, below, beside, placed, space
from bot.figures.delimiters import delimiter
from bot.figures.latex import Grid, Row, parse
from bot.figures.spacing import CLOSING, OPENING, RELATION, SIGN, joined
from bot.figures.tokens import unsupported

_AXIS = 0.25
"""How far fractions' lines, and the middle of grids, are above the baseline."""
_STRUT = (0.7, 0.22)
_ROW_GAP, _LINE_GAP = 0.35, 0.35
_COLUMN_GAP, _PAIR_GAP = 0.9, 2.0
_SCRIPT_SIZE = 0.7
_CONTINUATION_INDENT = 1.5


def typeset(source: str, max_width: float) -> Box:
    """The box of a formula, on several lines where one would be wider than `max_width`.

    It may still be wider where nothing allows a break. Lengths are in units of the font size.

    Raises:
        UnsupportedFormula: mathtext does not know a command or a character of it.
    """
    row = parse(source)
    if not row:
        raise unsupported("its emptiness")
    with rc_context({"mathtext.fontset": "cm"}), _refused_glyphs():
        first, *rest = _chunks(row)
        boxes = [_row(first), *(_row(("{}", *chunk)) for chunk in rest)]
    return below(_lines(boxes, max_width), _LINE_GAP, _CONTINUATION_INDENT)


@contextmanager
def _refused_glyphs() -> Iterator[None]:
    """Refuse characters that no font has; mathtext would only log a warning."""
    log = logging.getLogger("matplotlib.mathtext")
    handler = _Refusal(logging.WARNING)
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)


class _Refusal(logging.Handler):
    """Turns a warning about a glyph into a refusal."""

    def emit(self, record: logging.LogRecord) -> None:
        if "glyph" in record.getMessage():
            raise unsupported("a character that no font here has")


def _row(row: Row) -> Box:
    """Parts side by side."""
    boxes: list[Box] = []
    texts: list[str] = []
    base: Box | None = None
    for part in (*row, None):
        if isinstance(part, str) and (texts or base is None or part[0] not in "^_"):
            texts.append(part)
        elif isinstance(part, str) and base is not None:
            boxes.append(_script(part, base))
        else:
            if texts:  # signs keep their space next to a grid
                text = joined(texts) + ("{}" if part else "")
                boxes.append(_mathtext(rf"{{}}\,{text}" if boxes else text))
                texts = []
            if isinstance(part, Grid):
                base = _grid(part)
                boxes.append(base)
    return boxes[0] if len(boxes) == 1 else beside(boxes)


def _script(part: str, base: Box) -> Box:
    """A sub- or superscript of a grid."""
    script = _mathtext(part[2:-1]).scaled(_SCRIPT_SIZE)
    return script.raised(base.ascent - script.ascent if part[0] == "^" else -base.descent)


def _mathtext(text: str) -> Box:
    """One piece of mathtext."""
    source = f"${text}$"
    font = FontProperties()
    scale = 1 / text_to_path.FONT_SCALE
    try:
        vertices, codes = text_to_path.get_text_path(font, source, ismath=True)
        width, height, descent = text_to_path.get_text_width_height_descent(
            source, FontProperties(size=text_to_path.FONT_SCALE), ismath=True
        )
    except ValueError as error:
        raise unsupported(_reason(str(error))) from error
    except (RecursionError, OverflowError) as error:
        raise unsupported("its nesting") from error
    path = Path(vertices, codes) if len(vertices) else None
    return Box(path, width, height - descent, descent).scaled(scale)


def _reason(message: str) -> str:
    unknown = re.search(r"Unknown symbol: (\\[A-Za-z]+)", message)
    return unknown[1] if unknown else "what it says"


def _grid(grid: Grid) -> Box:
    """Cells in columns, centred on the axis, between their delimiters."""
    cells = [
        [
            _cell(cell, is_continued=grid.is_aligned and index % 2 == 1)
            for index, cell in enumerate(row)
        ]
        for row in grid.rows
    ]
    num_columns = max(map(len, cells))
    widths = [max(row[i].width for row in cells if i < len(row)) for i in range(num_columns)]
    lefts, width = _columns(widths, is_aligned=grid.is_aligned)
    spots: list[tuple[Box, float, float]] = []
    y = bottom = 0.0
    for index, row in enumerate(cells):
        ascent = max(_STRUT[0], *(box.ascent for box in row))
        y = bottom - ascent - (_ROW_GAP if index else 0)
        bottom = y - max(_STRUT[1], *(box.descent for box in row))
        for column, box in enumerate(row):
            free = widths[column] - box.width
            side = grid.columns[column % len(grid.columns)]
            spots.append((box, lefts[column] + free * {"l": 0, "c": 0.5, "r": 1}[side], y))
    height = -bottom
    inside = placed([(box, x, y + height / 2 + _AXIS) for box, x, y in spots], width)
    inside = Box(inside.path, width, height / 2 + _AXIS, height / 2 - _AXIS)
    return _enclosed(inside, grid)


def _cell(cell: Row, *, is_continued: bool) -> Box:
    if not cell:
        return space(0)
    return _row(("{}", *cell) if is_continued and isinstance(cell[0], str) else cell)


def _columns(widths: list[float], *, is_aligned: bool) -> tuple[list[float], float]:
    """The left end of each column, and the width of all."""
    lefts: list[float] = []
    x = 0.0
    for index, width in enumerate(widths):
        if index:
            x += _COLUMN_GAP if not is_aligned else 0 if index % 2 else _PAIR_GAP
        lefts.append(x)
        x += width
    return lefts, x


def _enclosed(inside: Box, grid: Grid) -> Box:
    """A grid's inside between its delimiters, a little taller than it."""
    boxes: list[Box] = []
    for name in (grid.left, grid.right):
        if not name:
            boxes.append(space(0.1))
            continue
        shape = delimiter(name, inside.height)
        if shape is None:
            raise unsupported(f"the delimiter {name}")
        path, width = shape
        boxes.append(Box(path, width, inside.height, 0).raised(-inside.descent))
    left, right = boxes
    return beside([left, space(0.1), inside, space(0.1), right])


def _lines(boxes: list[Box], max_width: float) -> list[Box]:
    """Boxes side by side, as many in each line as fit; one that is too wide has its own."""
    lines: list[list[Box]] = []
    room = 0.0
    for box in boxes:
        if lines and box.width <= room:
            lines[-1].append(box)
        else:
            room = max_width - (_CONTINUATION_INDENT if lines else 0)
            lines.append([box])
        room -= box.width
    return [beside(line) for line in lines]


def _chunks(row: Row) -> list[Row]:
    """What stays together: everything from one relation or sign outside of brackets on.

    A sign behind a relation or a bracket belongs to what follows: no chunk begins with it.
    """
    chunks: list[list[str | Grid]] = [[]]
    depth = 0
    is_operand = False
    for part in row:
        if isinstance(part, str):
            depth += bool(OPENING.match(part)) - bool(CLOSING.match(part))
            is_relation, is_sign = RELATION.fullmatch(part), SIGN.fullmatch(part)
            if depth <= 0 and is_operand and (is_relation or is_sign):
                chunks.append([])
            is_operand = not (is_relation or is_sign or OPENING.fullmatch(part))
        else:
            is_operand = True
        chunks[-1].append(part)
    return [tuple(chunk) for chunk in chunks]
