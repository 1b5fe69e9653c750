"""How sure an answer is, and on what it may rest then."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.card import Basis
from bot.domain.clues import QUOTED
from bot.domain.confidence import SHIPPED, Calibration, Logistic, remembered_figures
from bot.domain.passage import Hit, Origin, Passage

WEIGHT = st.floats(-1e6, 1e6)
FIGURES = st.dictionaries(st.sampled_from(["a", "b", "c"]), WEIGHT)


def hit(coverage: float) -> Hit:
    return Hit(Passage(1, Origin.NOTE, "n.md", "N", "", "Text."), 1.0, coverage)


def test_the_formula_is_the_logistic_one() -> None:
    model = Logistic(-1.0, {"a": 2.0, "b": 3.0})
    assert model.probability({"a": 0.5}) == 0.5
    assert math.isclose(model.probability({"a": 1, "b": 1}), 1 / (1 + math.exp(-4)))


@given(WEIGHT, FIGURES, FIGURES)
def test_it_is_a_probability_whatever_the_figures(
    bias: float, weights: dict[str, float], figures: dict[str, float]
) -> None:
    assert 0 <= Logistic(bias, weights).probability(figures) <= 1


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_of_what_counts_for_it_makes_an_answer_surer(one: float, other: float) -> None:
    model = Calibration().quoted
    low, high = sorted((one, other))
    assert model.probability({"score": low}) <= model.probability({"score": high})
    assert model.probability({"missing": low}) >= model.probability({"missing": high})


@pytest.mark.parametrize("calibration", [Calibration(), *SHIPPED.values()])
def test_what_comes_along_weighs_every_figure_of_quotes(calibration: Calibration) -> None:
    assert tuple(calibration.quoted.weights) == QUOTED


@pytest.mark.parametrize(
    ("quoted", "remembered", "basis"),
    [
        (0.6, None, Basis.NOTES),
        (0.6, 0.1, Basis.NOTES),
        (0.5, None, Basis.NOTES),
        (0.4, None, Basis.MEMORY),
        (0.4, 0.5, Basis.MEMORY),
        (0.4, 0.4, Basis.NOTHING),
    ],
)
def test_notes_come_before_memory_and_memory_before_nothing(
    quoted: float, remembered: float | None, basis: Basis
) -> None:
    assert Calibration(enough_quoted=0.5).basis(quoted, remembered) is basis


def test_a_calibration_comes_back_as_it_was_stored() -> None:
    calibration = Calibration(
        Logistic(0.5, {"strength": 1.5}), Logistic(-2.0, {"logprob": 1.0}), 0.7, 0.8
    )
    assert Calibration.of_dict(json.loads(json.dumps(calibration.as_dict()))) == calibration


def test_memory_is_judged_by_its_mean_log_probability() -> None:
    assert remembered_figures(3, (hit(0.2),), -10.0, 5) == {
        "logprob": -2.0,
        "coverage": 0.2,
        "length": pytest.approx(math.log(4)),
    }
    assert remembered_figures(0, (), 0.0, 0)["logprob"] == 0.0
