"""Pictures of charts: every kind, none at all, and names from all over the world."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.charts import Bars, Chart, Curves, Days, HeatMap, Series, Sheet
from bot.domain.theme import Theme
from bot.figures.page import MAX_HEIGHT, SCALE, WIDTH
from bot.figures.palette import Palette
from bot.figures.sheet_image import draw
from tests.figures.drawn import pixels, share_of
from tests.sights import DAYS, EMPTY_SHEET, WORLD, learn_sheet, stats_sheet

DARK = Palette.of(Theme.DARK)
NUMBERS = st.floats(-1e6, 1e6)


def height(*charts: Chart) -> int:
    return pixels(draw(Sheet("Title", charts), DARK)).shape[0]


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("sheet", [stats_sheet(), learn_sheet(), EMPTY_SHEET, Sheet("", ())])
def test_a_sheet_is_a_card_as_wide_as_a_phone(sheet: Sheet, theme: Theme) -> None:
    png = draw(sheet, Palette.of(theme))
    picture = pixels(png)
    assert len(png) < 500_000
    assert picture.shape[1] == WIDTH * SCALE
    assert picture.shape[0] <= MAX_HEIGHT * SCALE
    assert (picture[30:-30, 30:-30, 3] == 1).all()
    assert share_of(png, Palette.of(theme).background) > 0.2


def test_charts_stand_below_each_other() -> None:
    bars = Bars("Topics", ("a", "b"), (Series("n", (1.0, 2.0)),))
    days = Days("Days", DAYS, (Series("n", tuple(float(day.day) for day in DAYS)),))
    assert height(bars, days) > max(height(bars), height(days))
    assert height(bars, days) < height(bars) + height(days)


def test_a_bar_is_as_long_as_its_number() -> None:
    def drawn(*values: float) -> float:
        chart = Bars("Topics", ("a", "b"), (Series("n", values),))
        return share_of(draw(Sheet("", (chart,)), DARK), DARK.series[0])

    assert drawn(4.0, 4.0) == pytest.approx(drawn(4.0, 0.0) * 2, rel=0.05)


def test_stacked_bars_take_one_row_and_several_take_more() -> None:
    series = (Series("yes", (3.0, 1.0)), Series("no", (1.0, 2.0)))
    stacked = Bars("Won", ("a", "b"), series, is_stacked=True)
    assert height(stacked) < height(Bars("Won", ("a", "b"), series))


def test_one_series_is_columns_and_several_are_lines() -> None:
    values = (5.0,) * len(DAYS)
    one = Sheet("", (Days("Days", DAYS, (Series("n", values),)),))
    two = Sheet("", (Days("Days", DAYS, (Series("n", values), Series("m", values))),))
    assert share_of(draw(one, DARK), DARK.series[0]) > 5 * share_of(draw(two, DARK), DARK.series[0])


def test_a_curve_below_nothing_lies_lower_than_one_above() -> None:
    def middle(*values: float) -> float:
        series = (Series("a", (-1.0, 1.0)), Series("b", values))
        picture = pixels(draw(Sheet("", (Curves("C", (0.0, 1.0), series),)), DARK))
        wanted = [int(DARK.series[1][start : start + 2], 16) / 255 for start in (1, 3, 5)]
        near = (abs(picture[120:, :, :3] - wanted) < 0.03).all(axis=-1)
        return float(near.nonzero()[0].mean())

    assert middle(-1.0, -1.0) > middle(0.0, 0.0) > middle(1.0, 1.0)


@pytest.mark.parametrize(
    "chart",
    [
        Bars("None", (), (Series("n", ()),)),
        Bars("None", ("a",), ()),
        Bars("Zero", ("a",), (Series("n", (0.0,)),)),
        Bars("Short", ("a", "b"), (Series("n", (1.0,)),)),
        Days("None", (), (Series("n", ()),)),
        Days("One", (date(2026, 1, 1),), (Series("n", (3.0,)),)),
        Days("One of two", (date(2026, 1, 1),), (Series("n", (3.0,)), Series("m", (0.0,)))),
        Days("Zero", DAYS, (Series("n", (0.0,) * 30),)),
        Days("Short", DAYS, (Series("n", (1.0,)),)),
        Curves("None", (), (Series("n", ()),)),
        Curves("Nothing", (1.0, 2.0), (Series("n", ()),)),
        Curves("One", (1.0,), (Series("n", (3.0,)),)),
        Curves("Zero", (0.0, 1.0), (Series("n", (0.0, 0.0)), Series("m", (0.0,)))),
        Curves("Below", (-9.0, 9.0), (Series("n", (-5.0, -1.0)),), "x", "y"),
        Curves("No sign", (0.0, 1.0), (Series("\x1f", (1.0,)),), "\x1f", "\u0671" * 99),
        Curves("Huge", (1e300, 1e308), (Series("n", (-1e308, 1e308)),)),
        HeatMap("None", ("a",), ("b",), ((None,),)),
        HeatMap("One", ("a",), ("b",), ((3.0,),)),
        HeatMap("Written", ("a",), ("b",), ((3.0,),), written=(("1,234,567",),)),
        HeatMap("Same", (), (), ((1.0, 1.0), (1.0,))),
        HeatMap("Unnamed", ("", ""), ("", ""), ((1.0, 2.0), (3.0, None))),
        HeatMap("Large", (), (), tuple(tuple(map(float, range(200))) for _ in range(200))),
        Bars("Many", tuple(map(str, range(99))), (Series("n", tuple(map(float, range(99)))),)),
    ],
    ids=lambda chart: f"{type(chart).__name__} {chart.title}",
)
def test_odd_charts_are_drawn_too(chart: Chart) -> None:
    assert 100 < height(chart) <= MAX_HEIGHT * SCALE


def test_charts_that_find_no_room_are_counted() -> None:
    series = tuple(Series(str(index), (1.0,) * 99) for index in range(9))
    bars = Bars("Many", tuple(map(str, range(99))), series)
    assert height(*[bars] * 9) < MAX_HEIGHT * SCALE
    assert height(*[bars] * 9) == height(*[bars] * 20)


@settings(max_examples=12, deadline=None)
@given(st.text(max_size=40), st.lists(st.tuples(st.text(max_size=30), NUMBERS), max_size=9))
def test_any_names_and_numbers_are_drawn(name: str, named: list[tuple[str, float]]) -> None:
    labels = tuple(each for each, _ in named)
    series = (Series(name, tuple(value for _, value in named)), Series(WORLD, (1.0,)))
    numbers = tuple(tuple(value for _, value in named) for _ in named)
    charts = (
        Bars(name, labels, series, name),
        Bars(name, labels, series, name, is_stacked=True),
        Days(name, DAYS[: len(named)], series, name),
        Curves(name, tuple(map(float, range(len(named)))), series, name, name),
        HeatMap(name, labels, labels, numbers, name, name, name),
    )
    assert height(*charts) <= MAX_HEIGHT * SCALE
