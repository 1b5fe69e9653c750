"""Charts in words, for people who do not see their picture."""

from collections.abc import Sequence

from bot.domain.charts import Bars, Chart, Curves, Days, HeatMap, Series, Sheet
from bot.domain.spoken import cut, fitted

MAX_ALT = 1_000
"""UTF-16 units. Discord takes 1,024 that describe a picture."""
NOTHING_YET = "nothing yet"
_NUM_PLACES = 7
"""At which curves are put into words."""


def alt_text(sheet: Sheet) -> str:
    """Every chart of a sheet with its numbers, as many as fit."""
    title = sheet.title.strip()
    if not sheet.charts:
        return cut(f"{title}: {NOTHING_YET}.", MAX_ALT)
    lines = [f"{title}."] if title else []
    room = MAX_ALT - sum(len(line) + 1 for line in lines)
    for index, chart in enumerate(sheet.charts):
        share = room // (len(sheet.charts) - index)
        line = _words(chart, share - 1)
        room -= len(line) + 1
        lines.append(line)
    return cut(" ".join(lines), MAX_ALT)


def is_empty(chart: Chart) -> bool:
    """Whether a chart has no number to show."""
    match chart:
        case HeatMap():
            return not _cells(chart)
        case Bars():
            return not chart.labels or not chart.series
        case Curves():
            return not chart.places or not any(each.values for each in chart.series)
        case _:
            return not chart.days or not chart.series


def number(value: float) -> str:
    """A number as charts and sentences show it: three digits that count, thousands with commas."""
    if value == 0:
        return "0"
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    if abs(value) >= 0.01:
        return f"{value:.2f}"
    return f"{value:.1g}"


def _words(chart: Chart, max_length: int) -> str:
    name = f"{chart.title}, {chart.value_name}" if chart.value_name else chart.title
    if is_empty(chart):
        return cut(f"{name}: {NOTHING_YET}.", max_length)
    match chart:
        case HeatMap():
            return _of_heat_map(chart, name, max_length)
        case Bars():
            return fitted(f"{name}:", _of_labels(chart.labels, chart.series), max_length)
        case Curves():
            return fitted(f"{name}:", _of_curves(chart), max_length)
        case _:
            return _of_days(chart, name, max_length)


def _of_labels(labels: Sequence[str], series: Sequence[Series]) -> list[str]:
    """Each label with its numbers, named where there are several."""
    if len(series) == 1:
        return [
            f"{label} {number(value)}"
            for label, value in zip(labels, series[0].values, strict=False)
        ]
    return [
        f"{label} "
        + ", ".join(
            f"{each.name} {number(each.values[index])}"
            for each in series
            if index < len(each.values)
        )
        for index, label in enumerate(labels)
    ]


def _of_curves(chart: Curves) -> list[str]:
    """The numbers at some places, the ends among them."""
    last = len(chart.places) - 1
    steps = min(last, _NUM_PLACES - 1)
    shown = sorted({round(step * last / steps) for step in range(steps + 1)}) if steps else [0]
    at = f"{chart.place_name} " if chart.place_name else ""
    labels = [f"{at}{number(chart.places[index])}:" for index in shown]
    series = [
        Series(each.name, tuple(each.values[index] for index in shown if index < len(each.values)))
        for each in chart.series
    ]
    return _of_labels(labels, series)


def _of_days(chart: Days, name: str, max_length: int) -> str:
    """For each line its sum, its highest and its latest number."""
    items = []
    for each in chart.series:
        values = each.values[: len(chart.days)]
        if not values:
            continue
        top = max(range(len(values)), key=lambda index: values[index])
        items.append(
            f"{each.name or 'in total'} {number(sum(values))} summed up, most "
            f"{number(values[top])} on {chart.days[top]}, latest {number(values[-1])}"
        )
    intro = f"{name}, {chart.days[0]} to {chart.days[-1]}:"
    return fitted(intro, items, max_length)


def _of_heat_map(chart: HeatMap, name: str, max_length: int) -> str:
    """Its size, its range, and its highest cells."""
    cells = sorted(_cells(chart), key=lambda cell: -cell[2])
    intro = (
        f"{name}, {len(chart.values)} rows by {max(map(len, chart.values))} columns, from "
        f"{number(cells[-1][2])} to {number(cells[0][2])}. The highest first:"
    )
    items = [
        f"{_label(chart.rows, row, 'row')} and {_label(chart.columns, column, 'column')} "
        f"{number(value)}"
        for row, column, value in cells[:40]
    ]
    rest = len(cells) - len(items)
    if rest:
        items.append(f"and {rest:,} lower ones")
    return fitted(intro, items, max_length)


def _cells(chart: HeatMap) -> list[tuple[int, int, float]]:
    """Row, column and number of every cell that has one."""
    return [
        (row, column, value)
        for row, values in enumerate(chart.values)
        for column, value in enumerate(values)
        if value is not None
    ]


def _label(labels: Sequence[str], index: int, noun: str) -> str:
    name = labels[index].strip() if index < len(labels) else ""
    return name or f"{noun} {index + 1}"
