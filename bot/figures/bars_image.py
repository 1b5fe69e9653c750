"""Bars: one row for each label, its series below each other or one behind the other."""

from bot.domain.chart_words import number
from bot.domain.charts import Bars
from bot.figures.legend import paint_legend, series_colour
from bot.figures.lettering import fitting, legible, width
from bot.figures.page import SMALL, TEXT, Page
from bot.figures.palette import ink_on

MAX_LABELS, MAX_BARS = 24, 60
_MAX_LABEL, _BAR, _GAP = 130.0, 15.0, 8.0


def paint(page: Page, chart: Bars) -> None:
    """Labels on the left, numbers at the ends of the bars."""
    paint_legend(page, [each.name for each in chart.series])
    num_bars = 1 if chart.is_stacked else len(chart.series)
    count = min(len(chart.labels), MAX_LABELS, max(MAX_BARS // num_bars, 1))
    names = [fitting(legible(each, 40), _MAX_LABEL / TEXT) for each in chart.labels[:count]]
    margin = max(width(name) * TEXT for name in names) + 8
    values = [_values(chart, index) for index in range(count)]
    most = max((sum(row) if chart.is_stacked else max(row) for row in values), default=0) or 1.0
    ends = [number(sum(row) if chart.is_stacked else each) for row in values for each in row]
    room = page.room - margin - max((width(each) for each in ends), default=0) * SMALL - 6
    for name, row in zip(names, values, strict=True):
        height = _BAR if chart.is_stacked else _BAR * len(row) + 2 * (len(row) - 1)
        page.text(name, page.left, page.y + height / 2 + 4.7, TEXT)
        if chart.is_stacked:
            _stack(page, page.left + margin, room / most, row)
        else:
            _group(page, page.left + margin, room / most, row)
        page.y += height + _GAP
    page.y -= _GAP
    if count < len(chart.labels):
        page.y += 4
        note = f"{len(chart.labels) - count:,} more are left out."
        page.paragraph(note, SMALL, page.palette.pale, 1)


def _values(chart: Bars, index: int) -> list[float]:
    """A label's number in every series; a bar cannot be shorter than nothing."""
    return [
        max(each.values[index], 0.0) if index < len(each.values) else 0.0 for each in chart.series
    ]


def _group(page: Page, left: float, scale: float, row: list[float]) -> None:
    y = page.y
    for index, value in enumerate(row):
        length = max(value * scale, 1.0)
        page.box(left, y, length, _BAR, series_colour(page, index), 2)
        page.text(number(value), left + length + 5, y + 11.5, SMALL)
        y += _BAR + 2


def _stack(page: Page, left: float, scale: float, row: list[float]) -> None:
    x = left
    for index, value in enumerate(row):
        length = value * scale
        colour = series_colour(page, index)
        page.box(x, page.y, max(length - 1, 0), _BAR, colour)
        text = number(value)
        if width(text) * SMALL + 6 <= length:
            page.text(text, x + 3, page.y + 11.5, SMALL, ink_on(colour))
        x += length
    page.text(number(sum(row)), x + 5, page.y + 11.5, SMALL)
