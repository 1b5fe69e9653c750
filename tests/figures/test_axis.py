"""Marks of a scale: round numbers that cover what is shown."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.figures.axis import ticks


@pytest.mark.parametrize(
    ("most", "marks"),
    [
        (40, [0, 20, 40]),
        (3.6, [0, 2, 4]),
        (7, [0, 2.5, 5, 7.5]),
        (0, [0, 1]),
        (math.inf, [0, 1]),
        (math.nan, [0, 1]),
    ],
)
def test_marks_are_round(most: float, marks: list[float]) -> None:
    assert ticks(most, 3) == pytest.approx(marks)


@given(st.floats(1e-6, 1e12))
def test_marks_cover_the_highest_number(most: float) -> None:
    marks = ticks(most, 3)
    assert 2 <= len(marks) <= 5
    assert marks[-1] >= most * (1 - 1e-6)
