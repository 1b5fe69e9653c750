"""Curves: lines over numbers, which may lie below nothing."""

import math

from bot.domain.chart_words import number
from bot.domain.charts import Curves
from bot.figures.axis import ticks
from bot.figures.legend import paint_legend, series_colour
from bot.figures.lettering import fitting, legible, width
from bot.figures.page import SMALL, Align, Layer, Page

_HEIGHT = 170.0
_THICKEST, _THINNEST = 4.0, 1.6
_NUM_MARKS = 4


def paint(page: Page, chart: Curves) -> None:
    """The plot with marks at its left and below it, and a stronger line at nothing."""
    paint_legend(page, [each.name for each in chart.series])
    marks = _marks([value for each in chart.series for value in each.values])
    names = [number(mark) for mark in marks]
    left = page.left + max(width(name) for name in names) * SMALL + 6
    page.y += 5
    bottom = page.y + _HEIGHT
    scale = _HEIGHT / (marks[-1] - marks[0])
    for mark, name in zip(marks, names, strict=True):
        y = bottom - (mark - marks[0]) * scale
        page.text(name, left - 5, y + 4, SMALL, page.palette.pale, Align.RIGHT)
        thick = 1.4 if mark == 0 else 0.7
        page.box(
            left, y - thick / 2, page.right - left, thick, page.palette.border, layer=Layer.GROUND
        )
    first = chart.places[0]
    stretch = (page.right - left - 8) / ((chart.places[-1] - first) or 1.0)
    for index, each in enumerate(chart.series):
        points = [
            (left + 4 + (place - first) * stretch, bottom - (value - marks[0]) * scale)
            for place, value in zip(chart.places, each.values, strict=False)
        ]
        page.line(points, series_colour(page, index), _thickness(index, len(chart.series)))
    page.y = bottom + 14
    _name_places(page, chart, left + 4, stretch)


def _marks(values: list[float]) -> list[float]:
    """Round numbers from the lowest value, or nothing, to the highest."""
    low, high = min([0.0, *values]), max([0.0, *values])
    if not math.isfinite(high - low):
        return [0.0, 1.0]
    step = ticks(max(high - low, 1e-9), _NUM_MARKS)[1]
    below, above = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [step * index for index in range(below, max(above, below + 1) + 1)]


def _thickness(index: int, count: int) -> float:
    """The first lines are thicker, so that one which lies below another is still seen."""
    share = index / max(count - 1, 1)
    return _THICKEST - (_THICKEST - _THINNEST) * share


def _name_places(page: Page, chart: Curves, left: float, stretch: float) -> None:
    for place in _named_places(chart.places[0], chart.places[-1]):
        name = number(place)
        half = width(name) * SMALL / 2
        x = min(max(left + (place - chart.places[0]) * stretch, left + half), page.right - half)
        page.text(name, x, page.y, SMALL, page.palette.pale, Align.MIDDLE)
    if chart.place_name:
        page.y += 14
        shown = fitting(legible(chart.place_name), page.room / SMALL)
        page.text(shown, page.right, page.y, SMALL, page.palette.pale, Align.RIGHT)
    page.y += 2


def _named_places(first: float, last: float) -> list[float]:
    """Round numbers between the ends of an axis."""
    spread = last - first
    if not spread > 0 or not math.isfinite(spread):
        return [first]
    step = ticks(spread, _NUM_MARKS)[1]
    begin = math.ceil(first / step - 1e-9)
    places = [step * (begin + index) for index in range(2 * _NUM_MARKS)]
    return [place for place in places if place <= last + 1e-9 * step]
