"""A question finds the piece for which people ask that way."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.wording import Wording
from bot.handbook import load_wordings
from bot.retrieval.query import read
from bot.retrieval.thesaurus import Thesaurus
from bot.retrieval.wordings import Wordings, gain

THESAURUS = Thesaurus()
SHIPPED = Wordings(load_wordings())
RATE = Wording("learning-rate", "What if it is high?", ("loss explodes to nan", "steps too big"))
IMBALANCE = Wording("f1", "When F1?", ("net always predicts the same class", "rare class missed"))
SOME = Wordings([RATE, IMBALANCE])


def asked(wordings: Wordings, question: str, earlier: Sequence[str] = ()) -> list[tuple[str, str]]:
    return list(wordings.asked_for(read(question, earlier, THESAURUS)))


def score(question: str) -> float:
    found = SOME.asked_for(read(question, (), THESAURUS))
    return max(found.values(), default=0.0)


def test_a_symptom_finds_what_explains_it() -> None:
    assert asked(SOME, "help, my loss exploded, now it's nan!!")[0] == (
        RATE.document,
        RATE.heading,
    )
    assert asked(SOME, "Why do my nets predict one class?")[0] == (
        IMBALANCE.document,
        IMBALANCE.heading,
    )


def test_other_names_of_a_thing_find_its_phrases() -> None:
    wordings = Wordings([Wording("a", "A", ("small learning rate",)), RATE])
    assert asked(wordings, "tiny LR")[0] == ("a", "A")


def test_a_follow_up_finds_what_the_thread_is_about() -> None:
    assert asked(SOME, "and why?", ["my loss is nan"])[0][0] == RATE.document


def test_a_question_in_the_words_of_a_phrase_is_surer_than_one_that_adds_others() -> None:
    exact = score("loss explodes to nan")
    assert exact > 0.8
    assert exact > score("the loss on the second sheet of homework explodes to nan") > 0.2


def test_the_order_of_words_counts_a_little() -> None:
    assert score("loss explodes to nan") > score("nan to explodes loss")


@pytest.mark.parametrize("question", ["", "why?", "zebra xylophone", "when is the exam on friday"])
def test_a_question_in_no_words_of_a_phrase_finds_nothing(question: str) -> None:
    assert asked(SOME, question) == []


def test_without_wordings_nothing_is_found() -> None:
    assert asked(Wordings(), "loss explodes") == []


def test_words_are_known_in_every_form() -> None:
    assert SOME.knows("exploding")
    assert not SOME.knows("exploit")


@given(st.lists(st.sampled_from("my loss nan class same the rare big gpt2 dropout? lr".split())))
def test_scores_lie_between_0_and_1_best_first(words: list[str]) -> None:
    scores = list(SHIPPED.asked_for(read(" ".join(words), (), THESAURUS)).values())
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= each <= 1 for each in scores)


def test_a_piece_gains_nothing_where_the_notes_hold_clearly_more_of_the_question() -> None:
    assert gain(1.0, covered=1.0, own=1.0) == 1.0
    assert 0 < gain(0.8, covered=0.8, own=0.9) < gain(0.8, covered=0.8, own=0.5)
    assert gain(0.6, covered=0.6, own=0.9) == 0.0


def test_what_any_question_has_in_common_with_some_phrase_gains_nothing() -> None:
    assert gain(0.2, covered=1.0, own=0.0) == 0.0
