"""Numbers over days: columns of one series, lines of several."""

from datetime import date

from bot.domain.chart_words import number
from bot.domain.charts import Days
from bot.figures.axis import ticks
from bot.figures.legend import paint_legend, series_colour
from bot.figures.lettering import width
from bot.figures.page import SMALL, Align, Layer, Page

_HEIGHT = 110.0
_NUM_NAMED = 4


def paint(page: Page, chart: Days) -> None:
    """The plot with marks at its left, and the first, the last and some days below it."""
    paint_legend(page, [each.name for each in chart.series])
    most = max((value for each in chart.series for value in each.values), default=0.0)
    marks = ticks(most, 3)
    names = [number(mark) for mark in marks]
    left = page.left + max(width(name) for name in names) * SMALL + 6
    page.y += 5
    scale = _HEIGHT / marks[-1]
    bottom = page.y + _HEIGHT
    for mark, name in zip(marks, names, strict=True):
        y = bottom - mark * scale
        page.text(name, left - 5, y + 4, SMALL, page.palette.pale, Align.RIGHT)
        page.box(left, y - 0.35, page.right - left, 0.7, page.palette.border, layer=Layer.GROUND)
    step = (page.right - left) / len(chart.days)
    if len(chart.series) == 1:
        _columns(page, chart, left, bottom, step, scale)
    else:
        _lines(page, chart, left, bottom, step, scale)
    page.y = bottom + 14
    _name_days(page, chart, left, step)
    page.y += 2


def _columns(
    page: Page, chart: Days, left: float, bottom: float, step: float, scale: float
) -> None:
    thick = min(max(step * 0.8, 1.0), 36.0)
    for index, value in enumerate(chart.series[0].values[: len(chart.days)]):
        height = max(value, 0.0) * scale
        if height:
            x = left + step * (index + 0.5) - thick / 2
            page.box(x, bottom - height, thick, height, series_colour(page, 0), 1.5)


def _lines(page: Page, chart: Days, left: float, bottom: float, step: float, scale: float) -> None:
    for index, each in enumerate(chart.series):
        points = [
            (left + step * (day + 0.5), bottom - max(value, 0.0) * scale)
            for day, value in enumerate(each.values[: len(chart.days)])
        ]
        colour = series_colour(page, index)
        page.line(points, colour, 2.0)
        size = 6.0 if len(points) == 1 else 4.0
        for x, y in points if len(points) <= 35 else ():
            if index % 2:
                page.box(x - size / 2, y - size / 2, size, size, colour)
            else:
                page.box(x - size / 2, y - size / 2, size, size, colour, size / 2)


def _name_days(page: Page, chart: Days, left: float, step: float) -> None:
    count = len(chart.days)
    every = max((count - 1) / (_NUM_NAMED - 1), 1) if count > 1 else 1
    places = sorted({round(index * every) for index in range(_NUM_NAMED)} & set(range(count)))
    for place in places:
        name = _day(chart.days[place])
        half = width(name) * SMALL / 2
        x = min(max(left + step * (place + 0.5), left + half), page.right - half)
        page.text(name, x, page.y, SMALL, page.palette.pale, Align.MIDDLE)


def _day(day: date) -> str:
    """A day as all can read it, whatever their order of day and month: "3 Nov"."""
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    return f"{day.day} {months[day.month - 1]}"
