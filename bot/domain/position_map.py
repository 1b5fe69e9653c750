"""The similarity map of positions, as people can read it: few labels, and a sentence."""

import dataclasses

from bot.domain.chart_words import number
from bot.domain.charts import HeatMap

NUM_LABELS = 8


def with_few_labels(chart: HeatMap) -> HeatMap:
    """The map with so many labels on each side that none lies upon another."""
    return dataclasses.replace(chart, rows=_few(chart.rows), columns=_few(chart.columns))


def told(chart: HeatMap) -> str:
    """What the map shows: how alike neighbours are, and how alike the two ends."""
    size = len(chart.values)
    near = [chart.values[index][index + 1] for index in range(size - 1)]
    known = [value for value in near if value is not None]
    if not known:
        return f"{chart.title}."
    ends = chart.values[0][-1]
    far = "" if ends is None else f"; {number(ends)} between the first and the last"
    return (
        f"{chart.title}: the cosine of each of {size} positions with each. It is "
        f"{number(sum(known) / len(known))} between neighbours, on average{far}."
    )


def _few(labels: tuple[str, ...]) -> tuple[str, ...]:
    step = -(-len(labels) // NUM_LABELS) or 1
    return tuple(label if index % step == 0 else "" for index, label in enumerate(labels))
