"""Questions as terms."""

import pytest

from bot.retrieval.numbers import READ_WEIGHT
from bot.retrieval.query import (
    EARLIER_WEIGHT,
    NUMBER_WEIGHT,
    WEAK_WEIGHT,
    Query,
    joinable,
    read,
)
from bot.retrieval.thesaurus import BESIDE_NUMBER_WEIGHT, CLOSE_WEIGHT, Thesaurus, Variant

TOPICS = (("Dropout", "dropout rate"), ("Adam", "Adam optimiser"), ("Early stopping", "patience"))
THESAURUS = Thesaurus(TOPICS)


def query(question: str, *earlier: str, fixes: dict[str, Variant] | None = None) -> Query:
    return read(question, earlier, THESAURUS, fixes)


def variants(question: str) -> dict[str, float]:
    (term,) = query(question).terms
    return {" ".join(each.words): each.weight for each in term.variants}


def words(found: Query) -> list[str]:
    return [" ".join(term.words) for term in found.terms]


def test_stop_words_are_no_terms() -> None:
    assert words(query("what is the fog gap, please?")) == ["fog", "gap"]


def test_an_acronym_stands_for_its_name() -> None:
    assert variants("SGD")["stochastic gradient descent"] == 1


@pytest.mark.parametrize(
    ("said", "written"),
    [("due date", "deadline"), ("sick", "ill"), ("oom", "out of memory"), ("ta", "tutor")],
)
def test_what_people_say_stands_for_what_notes_say(said: str, written: str) -> None:
    assert variants(said)[written] >= CLOSE_WEIGHT


def test_a_number_behind_a_name_belongs_to_it() -> None:
    assert {"hw 3", "homework 3", "hw3"} <= set(variants("hw3"))


def test_a_longer_name_of_a_topic_is_found_by_the_topic() -> None:
    assert variants("Adam optimizer")["adam"] > variants("patience")["early stopping"]


def test_a_topic_is_not_taken_for_its_longer_name() -> None:
    assert "dropout rate" not in variants("dropout")


def test_words_that_questions_are_made_of_count_less() -> None:
    found = query("explain dropout 12 in plain words")
    weights = {" ".join(term.words): term.weight for term in found.terms}

    assert weights["words"] == WEAK_WEIGHT
    assert weights["dropout 12"] == 1


def test_a_bare_number_counts_less() -> None:
    assert [term.weight for term in query("why 12").terms] == [NUMBER_WEIGHT]


def test_forms_that_the_index_takes_for_one_are_looked_for_once() -> None:
    (term,) = query("submitted").terms

    assert sum(phrase.startswith("submit") for phrase in term.group) == 1


def test_both_spellings_are_looked_for() -> None:
    (term,) = query("quantised").terms

    assert {"quantised", "quantized"} <= set(term.group)


def test_a_follow_up_goes_on_with_the_question_before() -> None:
    found = query("and why?", "Does dropout help?")

    assert words(found) == ["dropout"]
    assert found.num_earlier == 1
    assert found.terms[0].weight == EARLIER_WEIGHT


def test_a_question_of_its_own_leaves_the_one_before() -> None:
    found = query("What is early stopping?", "Does dropout help?")

    assert words(found) == ["early stopping"]
    assert found.num_earlier == 0


def test_a_misspelled_word_is_read_as_it_was_meant() -> None:
    found = query("dropuot", fixes={"dropuot": Variant(("dropout",), 0.8)})

    assert [(term.words, term.sureness) for term in found.terms] == [(("dropout",), 0.8)]


@pytest.mark.parametrize(("said", "written"), [("written", "wrote"), ("nov", "november")])
def test_forms_that_no_stemmer_knows_are_one_word(said: str, written: str) -> None:
    assert variants(said)[written] == 1


def test_a_short_name_before_a_number_keeps_its_meaning() -> None:
    found = variants("temp 3")
    assert found["temp 3"] == 1
    assert found["temperature"] == BESIDE_NUMBER_WEIGHT


def test_a_number_is_also_looked_for_as_it_is_read() -> None:
    assert variants("9x9")["9 times 9"] == READ_WEIGHT


def test_an_article_begins_no_word() -> None:
    assert joinable(query("the sis and an odd boat")) == (("sis", "and"), ("odd", "boat"))
