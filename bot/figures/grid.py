"""Grids: squares coloured by a number, with labels at their left and above them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.figures.lettering import fitting, width
from bot.figures.page import SMALL, TINY, Align, Page
from bot.figures.palette import ink_on

_MAX_LABEL = 84.0
_SMALLEST, _LARGEST = 7.5, 12.0
_LARGEST_CELL = 44.0
MAX_NUMBERED = 12
"""Columns, beyond which squares have no room for numbers."""
_GAP_FROM = 8.0


@dataclass(frozen=True, slots=True)
class Cells:
    """What a grid shows: shares from 0 to 1 as colours, None where nothing is.

    Labels are legible text. `numbers` are written into large cells.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    shares: Sequence[Sequence[float | None]]
    numbers: Sequence[Sequence[str]] = ()
    row_name: str = ""
    column_name: str = ""


def paint_grid(page: Page, cells: Cells) -> None:
    """The grid across the page; small cells have labels where there is one every few rows."""
    num_rows, num_columns = len(cells.shares), max(map(len, cells.shares))
    size = _label_size(page, cells, num_columns)
    margin = min(max((width(each) * size for each in cells.rows), default=0.0), _MAX_LABEL) + 6
    if cells.row_name:
        margin += SMALL + 4
    side = min((page.room - margin) / num_columns, _LARGEST_CELL)
    left = page.left + margin
    _above(page, cells, left, side, size)
    gap = 1.0 if side >= _GAP_FROM else -0.3  # small squares overlap, so that no seam shows
    top = page.y
    for row in range(num_rows):
        name = cells.rows[row] if row < len(cells.rows) else ""
        baseline = top + side * (row + 0.5) + size * 0.36
        shown = fitting(name, _MAX_LABEL / size)
        page.text(shown, left - 5, baseline, size, page.palette.ink, Align.RIGHT)
        for column, share in enumerate(cells.shares[row]):
            if share is None:
                continue
            colour = page.palette.heat(share)
            x, y = left + side * column, top + side * row
            page.box(x, y, side - gap, side - gap, colour, 1.5 if gap > 0 else 0)
            if cells.numbers and num_columns <= MAX_NUMBERED:
                text = cells.numbers[row][column]
                fit = min(SMALL, (side - 4) / max(width(text), 0.1))
                page.text(
                    text,
                    x + (side - gap) / 2,
                    y + side / 2 + fit * 0.33,
                    fit,
                    ink_on(colour),
                    Align.MIDDLE,
                )
    if cells.row_name:
        middle = top + side * num_rows / 2 + width(cells.row_name) * SMALL / 2
        page.text(
            cells.row_name, page.left + SMALL - 2, middle, SMALL, page.palette.pale, is_upright=True
        )
    page.y = top + side * num_rows


def paint_scale(page: Page, low: str, high: str, middle: str = "", note: str = "") -> None:
    """What the colours of a grid mean, from the least to the most; lies below the grid."""
    page.y += 8
    steps, wide = 24, 90.0
    x = page.left + page.text(low, page.left, page.y + 9, SMALL, page.palette.pale) + 5
    for step in range(steps):
        colour = page.palette.heat(step / (steps - 1))
        page.box(x + wide * step / steps, page.y, wide / steps + 0.3, 10, colour)
    ink = ink_on(page.palette.heat(0.5))
    page.text(middle, x + wide / 2, page.y + 8.3, TINY - 1, ink, Align.MIDDLE)
    x += wide + 5
    x += page.text(high, x, page.y + 9, SMALL, page.palette.pale) + 12
    if note:
        shown = fitting(note, (page.right - x) / SMALL)
        page.text(shown, x, page.y + 9, SMALL, page.palette.pale)
    page.y += 12


def _label_size(page: Page, cells: Cells, num_columns: int) -> float:
    """A font size that fits between two labels; squares depend on it again a little."""
    side = (page.room - _MAX_LABEL) / num_columns
    num_labels = sum(bool(each) for each in cells.rows)
    apart = side * len(cells.rows) / max(num_labels, 1)
    return min(max(apart * 0.95, _SMALLEST), _LARGEST)


def _above(page: Page, cells: Cells, left: float, side: float, size: float) -> None:
    """Column labels: level where they fit, else upright."""
    if cells.column_name:
        page.text(cells.column_name, left, page.y + 9, SMALL, page.palette.pale)
        page.y += 15
    names = [fitting(each, _MAX_LABEL / size) for each in cells.columns]
    widths = [width(each) * size for each in names]
    if not any(names):
        return
    apart = side * len(names) / sum(bool(name) for name in names)
    if max(widths) <= apart - 3:
        for column, name in enumerate(names):
            page.text(
                name,
                left + side * (column + 0.5),
                page.y + size,
                size,
                page.palette.ink,
                Align.MIDDLE,
            )
        page.y += size + 6
        return
    page.y += max(widths) + 4
    for column, name in enumerate(names):
        x = left + side * (column + 0.5) + size * 0.36
        page.text(name, x, page.y - 4, size, page.palette.ink, is_upright=True)
