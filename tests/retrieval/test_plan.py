"""Which passages are looked at."""

from bot.domain.search import Clause
from bot.retrieval.plan import BUDGET, FEW, fallback, plan

MASK, WORD, COMMON = ("mask",), ("word",), ("model",)


def test_every_rare_term_is_looked_for_by_itself() -> None:
    assert plan([MASK, WORD], [3, 5], [1, 1]) == (Clause((MASK,)), Clause((WORD,)))


def test_a_term_that_no_passage_holds_is_left_out() -> None:
    assert plan([MASK, WORD], [0, 5], [1, 1]) == (Clause((WORD,)),)


def test_a_weak_term_is_looked_for_beside_a_strong_one_only() -> None:
    assert plan([MASK, WORD], [FEW, 5], [1, 0.4]) == (Clause((MASK,)), Clause((MASK, WORD)))


def test_a_weak_term_is_looked_for_by_itself_where_strong_ones_find_little() -> None:
    assert plan([MASK, WORD], [1, 5], [1, 0.4]) == (Clause((MASK,)), Clause((WORD,)))


def test_terms_of_very_many_passages_and_weak_ones_are_looked_for_beside_a_rare_one_at_once() -> (
    None
):
    clauses = plan([MASK, COMMON, WORD], [FEW, BUDGET, 5], [1, 1, 0.4])
    assert clauses == (Clause((MASK,)), Clause((MASK, (*COMMON, *WORD))))


def test_beside_others_a_term_is_looked_for_by_its_first_and_short_names() -> None:
    names = ("pad", "pad token", "padding and the pad token", "filler", "filling", "blank")
    clauses = plan([names, COMMON], [FEW, BUDGET], [1, 1])
    assert clauses == (Clause((names,)), Clause((("pad", "filler"), COMMON)))


def test_a_term_of_long_names_only_is_looked_for_by_the_first() -> None:
    names = ("train validation and test sets", "how a data set is divided")
    assert plan([names, COMMON], [FEW, BUDGET], [1, 1])[1] == Clause((names[:1], COMMON))


def test_a_term_of_very_many_passages_is_looked_for_in_headings() -> None:
    assert plan([COMMON], [BUDGET + 1], [1]) == (Clause((COMMON,), in_headings=True),)


def test_the_fallback_is_the_rarest_term() -> None:
    assert fallback([COMMON, MASK, WORD], [9, 2, 0]) == (Clause((MASK,)),)
