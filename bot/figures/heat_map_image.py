"""A heat map of any numbers, below zero too."""

from bot.domain.chart_words import number
from bot.domain.charts import HeatMap
from bot.figures.grid import Cells, paint_grid, paint_scale
from bot.figures.lettering import caption, legible
from bot.figures.page import SMALL, Page

MAX_SIDE = 128
_MAX_LABEL = 14


def paint(page: Page, chart: HeatMap) -> None:
    """The numbers from the least to the most along the ramp."""
    rows = [row[:MAX_SIDE] for row in chart.values[:MAX_SIDE]]
    found = [value for row in rows for value in row if value is not None]
    low, high = min(found), max(found)
    span = high - low
    shares = [
        [None if value is None else (value - low) / span if span else 1.0 for value in row]
        for row in rows
    ]
    numbers = [["" if value is None else number(value) for value in row] for row in rows]
    if chart.written:
        numbers = [
            [legible(text, 6) for text in row[:MAX_SIDE]] for row in chart.written[:MAX_SIDE]
        ]
    cells = Cells(
        [caption(each, _MAX_LABEL) for each in chart.rows[:MAX_SIDE]],
        [caption(each, _MAX_LABEL) for each in chart.columns[:MAX_SIDE]],
        shares,
        numbers,
        legible(chart.row_name, 40),
        legible(chart.column_name, 40),
    )
    paint_grid(page, cells)
    paint_scale(page, number(low), number(high), note=legible(chart.value_name, 60))
    if len(chart.values) > MAX_SIDE or max(map(len, chart.values)) > MAX_SIDE:
        page.y += 4
        note = f"The first {MAX_SIDE} rows and columns are shown."
        page.paragraph(note, SMALL, page.palette.pale, 1)
