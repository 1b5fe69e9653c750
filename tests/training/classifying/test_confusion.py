"""Accuracy, precision, recall and F1 by hand."""

import pytest

from bot.training.classifying.confusion import Confusion, always


def test_figures_are_those_of_the_definitions() -> None:
    pairs = [("a", "a")] * 6 + [("a", "b")] * 2 + [("b", "b")] * 1 + [("b", "a")] * 1
    found = Confusion.of(("a", "b"), pairs)
    assert found.counts == ((6, 2), (1, 1))
    assert found.accuracy == 0.7
    a, b = found.scores
    assert (a.precision, a.recall, a.num_texts) == (6 / 7, 6 / 8, 8)
    assert a.f1 == pytest.approx(0.8)
    assert b.f1 == pytest.approx(0.4)
    assert found.macro_f1 == pytest.approx(0.6)


def test_labels_that_nobody_has_and_nobody_is_told_do_not_count() -> None:
    found = Confusion.of(("a", "b", "c"), [("a", "a"), ("b", "b")])
    assert found.macro_f1 == 1.0
    assert found.scores[2].f1 == 0.0


def test_always_saying_one_label_is_right_as_often_as_it_is_there() -> None:
    found = always("a", ("a", "b"), ["a", "a", "a", "b"])
    assert found.accuracy == 0.75
    assert found.macro_f1 == pytest.approx((6 / 7) / 2)


def test_nothing_tested_is_no_division() -> None:
    found = Confusion.of(("a", "b"), ())
    assert (found.accuracy, found.macro_f1, found.total) == (0.0, 0.0, 0)
