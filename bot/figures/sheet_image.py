"""Sheets: charts below each other on one narrow page."""

from bot.domain.chart_words import NOTHING_YET, is_empty
from bot.domain.charts import Bars, Chart, Curves, HeatMap, Sheet
from bot.domain.spoken import counted
from bot.figures import bars_image, curves_image, days_image, heat_map_image
from bot.figures.lettering import fitting, legible
from bot.figures.page import SMALL, TEXT, Align, Page
from bot.figures.palette import Palette

FULL = 1_200.0
"""From which height on no further chart is begun."""
_GAP = 20.0


def draw(sheet: Sheet, palette: Palette) -> bytes:
    """The PNG of a sheet; a chart without numbers says so."""
    page = Page(palette)
    if sheet.title:
        page.heading(sheet.title)
    if not sheet.charts:
        page.paragraph(NOTHING_YET, TEXT, palette.pale, 1)
    for index, chart in enumerate(sheet.charts):
        if page.y > FULL:
            page.y += _GAP
            left_out = len(sheet.charts) - index
            page.paragraph(f"{counted(left_out, 'chart')} left out.", SMALL, palette.pale, 1)
            break
        if index:
            page.y += _GAP
        _paint(page, chart)
    return page.png()


def _paint(page: Page, chart: Chart) -> None:
    # A heat map names its numbers beside its scale, so its title has the whole line.
    unit = "" if isinstance(chart, HeatMap) else legible(chart.value_name, 30)
    room = page.room / TEXT - (len(unit) * 0.5 if unit else 0)
    title = fitting(legible(chart.title, is_bold=True), room, is_bold=True)
    page.y += TEXT
    page.text(title, page.left, page.y, TEXT, is_bold=True)
    if unit:
        page.text(unit, page.right, page.y, SMALL, page.palette.pale, Align.RIGHT)
    page.y += 10
    if is_empty(chart):
        page.paragraph(NOTHING_YET, TEXT, page.palette.pale, 1)
    elif isinstance(chart, HeatMap):
        heat_map_image.paint(page, chart)
    elif isinstance(chart, Bars):
        bars_image.paint(page, chart)
    elif isinstance(chart, Curves):
        curves_image.paint(page, chart)
    else:
        days_image.paint(page, chart)
