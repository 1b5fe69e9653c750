"""Charts in words: every number that fits, and where there is none, that there is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chart_words import MAX_ALT, alt_text, number
from bot.domain.charts import Bars, Curves, Days, HeatMap, Series, Sheet
from bot.domain.splitting import message_length
from tests.sights import DAYS, EMPTY_SHEET, learn_sheet, stats_sheet


def test_bars_are_told_label_by_label() -> None:
    one = Bars("Topics", ("softmax", "dropout"), (Series("n", (3.0, 1.5)),), "questions")
    assert alt_text(Sheet("Stats", (one,))) == "Stats. Topics, questions: softmax 3; dropout 1.50."
    two = Bars("Won", ("gpt2",), (Series("yes", (3.0,)), Series("no", (1234.0,))))
    assert alt_text(Sheet("Stats", (two,))) == "Stats. Won: gpt2 yes 3, no 1,234."


def test_days_are_told_by_sum_peak_and_latest() -> None:
    days = Days("Questions", DAYS[:3], (Series("asked", (1.0, 5.0, 2.0)),))
    assert alt_text(Sheet("Stats", (days,))) == (
        "Stats. Questions, 2026-10-30 to 2026-11-01: asked 8 summed up, most 5 on 2026-10-31, "
        "latest 2."
    )


def test_curves_are_told_at_some_places_with_both_ends() -> None:
    places = tuple(map(float, range(-10, 11)))
    chart = Curves("Square", places, (Series("x²", tuple(x * x for x in places)),), "x", "y")
    alt = alt_text(Sheet("", (chart,)))
    assert alt.startswith("Square, y: x -10: 100; x -7: 49; ")
    assert alt.endswith("; x 10: 100.")
    assert alt_text(Sheet("", (Curves("None", (), ()),))) == "None: nothing yet."
    one = Curves("One", (2.0,), (Series("a", (1.0,)), Series("b", ())))
    assert alt_text(Sheet("", (one,))) == "One: 2: a 1."


def test_a_heat_map_is_told_by_its_highest_cells() -> None:
    chart = HeatMap("Mask", ("a", ""), ("x", "y"), ((0.5, None), (0.25, 1.0)), "", "", "weight")
    assert alt_text(Sheet("", (chart,))) == (
        "Mask, weight, 2 rows by 2 columns, from 0.25 to 1. The highest first: "
        "row 2 and y 1; a and x 0.50; row 2 and x 0.25."
    )


def test_what_is_empty_is_said_to_be_so() -> None:
    assert alt_text(EMPTY_SHEET) == (
        "New server. Questions per day: nothing yet. Busiest topics: nothing yet. "
        "Position embeddings: nothing yet."
    )
    assert alt_text(Sheet("New server", ())) == "New server: nothing yet."


@pytest.mark.parametrize("sheet", [stats_sheet(), learn_sheet()])
def test_every_chart_of_a_sheet_is_named(sheet: Sheet) -> None:
    alt = alt_text(sheet)
    assert message_length(alt) <= MAX_ALT
    for chart in sheet.charts:
        assert chart.title in alt


@given(st.text(), st.lists(st.text(max_size=80), max_size=60))
def test_any_labels_keep_to_the_length(title: str, labels: list[str]) -> None:
    chart = Bars(title, tuple(labels), (Series(title, tuple(float(len(x)) for x in labels)),))
    assert message_length(alt_text(Sheet(title, (chart,) * 9))) <= MAX_ALT


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (3, "3"), (1234.6, "1,235"), (12.34, "12.3"), (0.126, "0.13"), (0.0012, "0.001")],
)
def test_a_number_has_as_many_digits_as_count(value: float, said: str) -> None:
    assert number(value) == said
