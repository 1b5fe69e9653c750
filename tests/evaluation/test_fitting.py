"""Constants that are fitted to what was right."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.confidence import Logistic
from bot.evaluation.fitting import NUM_FOLDS, Example, fitted, held_out, solve, threshold


def drawn(count: int, seed: int) -> list[Example]:
    """Answers that are right with p = 1 / (1 + exp(−(−2 + 5 · strength)))."""
    generator = random.Random(seed)
    truth = Logistic(-2.0, {"strength": 5.0})
    figures = [{"strength": generator.random()} for _ in range(count)]
    return [Example(each, generator.random() < truth.probability(each)) for each in figures]


def test_the_constants_that_made_the_examples_are_found_again() -> None:
    model = fitted(drawn(4000, 1), ["strength"])
    assert model.bias == pytest.approx(-2.0, abs=0.35)
    assert model.weights["strength"] == pytest.approx(5.0, abs=0.6)


def test_examples_that_one_figure_separates_have_finite_constants() -> None:
    examples = [Example({"a": float(n)}, n > 4) for n in range(10)]
    model = fitted(examples, ["a", "b"])
    assert all(math.isfinite(weight) for weight in (model.bias, *model.weights.values()))
    assert model.probability({"a": 9}) > 0.9 > 0.1 > model.probability({"a": 0})


def test_right_and_wrong_examples_are_needed() -> None:
    with pytest.raises(ValueError, match="both needed"):
        fitted([Example({}, True)], [])


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=60),
    st.floats(0, 0.5),
)
def test_no_more_unanswerable_questions_pass_than_are_tolerated(
    strengths: list[float], tolerated: float
) -> None:
    model = Logistic(-2.0, {"strength": 5.0})
    examples = [Example({"strength": each}, False, answerable=False) for each in strengths]
    least = threshold(examples, [model.probability(each.figures) for each in examples], tolerated)
    passed = sum(model.probability(each.figures) >= least for each in examples)
    assert passed <= tolerated * len(examples)
    assert least >= 0.5


def told_apart(document: str, right: bool) -> list[Example]:
    """Examples of a document whose figure says the opposite of every other document's."""
    return [Example({"a": float(right)}, not right, document=document)] * 5


def test_a_document_is_judged_by_constants_that_have_not_seen_it() -> None:
    usual = [
        Example({"a": float(right)}, right, document=f"{right}-{number}")
        for right in (True, False)
        for number in range(20)
    ]
    odd = told_apart("odd", True)
    probabilities = held_out([*usual, *odd], ["a"], [*usual, *odd])
    assert min(probabilities[-5:]) > 0.5  # what is usual, though all five were wrong
    assert held_out(usual, ["a"], usual)[0] > 0.5
    assert len({each.document for each in usual}) > NUM_FOLDS


def test_where_nothing_was_found_nothing_is_likely() -> None:
    examples = [Example({"a": float(n % 2)}, n % 2 == 1, document=str(n)) for n in range(30)]
    assert held_out([*examples, Example({}, False)], ["a"], examples)[-1] == 0.0


@given(st.lists(st.floats(-5, 5), min_size=9, max_size=9), st.lists(st.floats(-5, 5), min_size=3))
def test_linear_equations_are_solved(numbers: list[float], right: list[float]) -> None:
    square = [numbers[0:3], numbers[3:6], numbers[6:9]]
    # A Gram matrix with a ridge, as in Newton's method, always has an inverse.
    matrix = [
        [
            sum(a * b for a, b in zip(one, two, strict=True)) + (i == j)
            for j, two in enumerate(square)
        ]
        for i, one in enumerate(square)
    ]
    x = solve(matrix, right[:3])
    product = [sum(a * b for a, b in zip(row, x, strict=True)) for row in matrix]
    assert product == pytest.approx(right[:3], abs=1e-6)
