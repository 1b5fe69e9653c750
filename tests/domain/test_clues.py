"""What speaks for and against quotes."""

import math

import pytest

from bot.domain.clues import QUOTED, quoted_figures
from bot.domain.evidence import Evidence, gather
from bot.domain.passage import Found, Hit, Origin, Passage
from bot.domain.stemmer import key
from bot.domain.wanted import Wanted

TEXT = "Dropout switches units off at random."


def found(*words: str, origin: Origin = Origin.NOTE, sureness: float = 1.0) -> Found:
    """One passage on dropout, and a worse one of another document."""
    terms = tuple(Wanted((((key(word),), 1.0),), 2.0, sureness) for word in words)
    best = Passage(1, origin, "a.md", "Dropout rate", "Units", TEXT)
    other = Passage(2, Origin.NOTE, "b.md", "Other", "", "Bring a pen.")
    return Found((Hit(best, 0.9, 1.0), Hit(other, 0.2, 0.0)), terms)


def figures(question: str, *words: str, **more: object) -> dict[str, float]:
    hits = found(*(words or ("dropout", "units")), **more)  # type: ignore[arg-type]
    return quoted_figures(question, hits, gather(hits))


def test_there_is_a_figure_for_every_name() -> None:
    assert tuple(figures("What is dropout?")) == QUOTED
    assert quoted_figures("What?", Found(), Evidence()) == dict.fromkeys(QUOTED, 0.0)


def test_a_passage_counts_by_its_score_and_how_far_the_next_document_is() -> None:
    clues = figures("What is dropout?")
    assert clues["score"] == 0.9
    assert clues["margin"] == pytest.approx(0.7)


def test_terms_that_nothing_shown_holds_are_missing() -> None:
    assert figures("Dropout in units?", "dropout", "units")["missing"] == 0.0
    assert figures("Purple dropout?", "purple", "dropout")["missing"] == 0.5


def test_words_that_belong_together_should_stand_together() -> None:
    assert figures("Which units switches dropout?")["together"] == 1.0
    assert figures("Which purple dropout?")["together"] == 0.0
    assert figures("Dropout?")["together"] == 0.5


def test_a_title_counts_by_the_share_that_the_question_names() -> None:
    assert figures("What is dropout?")["title"] == 0.5
    assert figures("What is Adam?")["title"] == 0.0


@pytest.mark.parametrize("question", ["When is it?", "how many units", "who's that", "which room?"])
def test_questions_for_a_fact_are_told_from_others(question: str) -> None:
    assert figures(question)["asks"] == 1.0
    assert figures("Why does dropout help?")["asks"] == 0.0


def test_what_one_sentence_holds_counts_only_with_what_is_asked_for() -> None:
    assert figures("Why dropout of units?")["answering"] == 1.0
    assert figures("Why purple dropout?", "purple", "dropout")["answering"] == 0.5
    assert figures("Who invented dropout of units?")["answering"] == 0.0


def test_what_is_asked_for_should_stand_in_a_heading_or_at_a_beginning() -> None:
    assert figures("What is dropout?", "dropout")["undefined"] == 0.0
    assert figures("What is random?", "random")["undefined"] == 1.0
    assert figures("Why random?", "random")["undefined"] == 0.0


@pytest.mark.parametrize(
    "question", ["Who lost last year?", "how many points did I get", "what was my score"]
)
def test_notes_do_not_tell_what_happened_to_somebody(question: str) -> None:
    assert figures(question)["past"] == 1.0
    assert figures("Does the last layer count?")["past"] == 0.0


def test_a_passage_that_answers_a_question_is_a_pair() -> None:
    assert figures("Dropout?")["pair"] == 0.0
    passage = Passage(1, Origin.HANDBOOK, "a", "Dropout", "What is dropout?", TEXT)
    hits = Found((Hit(passage, 0.9, 1.0),), found("dropout").wanted)
    assert quoted_figures("Dropout?", hits, gather(hits))["pair"] == 1.0


def test_misspelled_words_make_it_less_sure() -> None:
    assert figures("Droput?", sureness=0.75)["corrected"] == 0.25


def test_a_number_says_less_than_a_word() -> None:
    assert figures("Dropout?", "dropout")["length"] == math.log(2)
    assert figures("Dropout 17?", "dropout", "17")["length"] == math.log(2)
