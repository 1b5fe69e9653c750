"""Charts: what a picture of numbers says, without how it is drawn."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Numbers in rows and columns, None where there is none. Labels may be left out ("").

    `written` stands in the cells instead of the numbers by which they are coloured.
    """

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    row_name: str = ""
    column_name: str = ""
    value_name: str = ""
    written: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers with a name, one for each label or day of their chart."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars beside labels; several series stand beside each other, or on top of each other."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    value_name: str = ""
    is_stacked: bool = False


@dataclass(frozen=True, slots=True)
class Days:
    """Numbers over days, as lines or, with one series, as columns."""

    title: str
    days: tuple[date, ...]
    series: tuple[Series, ...]
    value_name: str = ""


@dataclass(frozen=True, slots=True)
class Curves:
    """Lines over numbers: `places` are those of the axis below, in rising order."""

    title: str
    places: tuple[float, ...]
    series: tuple[Series, ...]
    place_name: str = ""
    value_name: str = ""


Chart = HeatMap | Bars | Days | Curves


@dataclass(frozen=True, slots=True)
class Sheet:
    """Charts in one picture, below each other on a narrow page."""

    title: str
    charts: tuple[Chart, ...]
