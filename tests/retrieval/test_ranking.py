"""The order of passages."""

from collections.abc import Sequence

import pytest

from bot.domain.passage import Origin, Passage
from bot.domain.search import Candidate, Frequencies
from bot.retrieval.known_leanings import Document, leaning
from bot.retrieval.query import read
from bot.retrieval.ranking import Ranking
from bot.retrieval.thesaurus import Thesaurus

TOPICS = (("Dropout", "dropout rate"), ("Causal mask", "look-ahead mask"))

WHAT = Passage(
    1, Origin.HANDBOOK, "dropout", "Dropout", "What is dropout?", "Dropout sets units to zero."
)
RATE = Passage(
    2,
    Origin.HANDBOOK,
    "dropout",
    "Dropout",
    "Which dropout rate should I use?",
    "A dropout rate of 0.1 is usual; a dropout rate of 0.5 was common.",
)
EXAM_DATE = Passage(
    3, Origin.NOTE, "exam.md", "The exam", "Date", "It is on Monday 4 May at 10:15."
)
EXAM_AIDS = Passage(
    4, Origin.NOTE, "exam.md", "The exam", "Aids", "In the exam bring a pen and a calculator."
)
LAB_DATE = Passage(5, Origin.NOTE, "lab.md", "The lab", "Date", "It is on Tuesday 5 May at 14:00.")
GLOSSARY = Passage(
    6, Origin.NOTE, "glossary.md", "Glossary", "", "**Ember.** The best checkpoint so far."
)
MENTION = Passage(
    7, Origin.NOTE, "lab.md", "The lab", "Results", "Hand in the log and the ember of your run."
)


def ranked(
    question: str,
    passages: Sequence[Passage],
    earlier: Sequence[str] = (),
    lean: dict[Document, float] | None = None,
) -> list[int]:
    query = read(question, earlier, Thesaurus(TOPICS))
    counts = Frequencies(1000, (10,) * len(query.terms))
    ranking = Ranking(query, counts, lean)
    for passage in passages:
        ranking.look(Candidate(passage, 0.0))
    return [hit.passage.id for hit in ranking.hits()]


@pytest.mark.parametrize("question", ["What is dropout?", "whats dropout", "explain dropout pls"])
def test_what_defines_a_thing_comes_before_what_mentions_it_often(question: str) -> None:
    assert ranked(question, [RATE, WHAT]) == [WHAT.id, RATE.id]


def test_the_pair_that_is_asked_for_comes_first() -> None:
    assert ranked("which rate for dropout", [WHAT, RATE]) == [RATE.id, WHAT.id]


def test_when_is_answered_by_a_time() -> None:
    assert ranked("When is the exam?", [EXAM_AIDS, EXAM_DATE])[0] == EXAM_DATE.id


def test_an_entry_of_a_glossary_comes_before_a_mention() -> None:
    assert ranked("ember?", [MENTION, GLOSSARY]) == [GLOSSARY.id, MENTION.id]


def test_a_follow_up_stays_in_the_document_that_was_found() -> None:
    found = ranked(
        "and when is it?", [LAB_DATE, EXAM_DATE], ["exam"], {(Origin.NOTE, "exam.md"): 1.0}
    )

    assert found == [EXAM_DATE.id, LAB_DATE.id]


def test_a_thread_leans_on_the_documents_of_its_best_hits() -> None:
    query = read("dropout", (), Thesaurus(TOPICS))
    ranking = Ranking(query, Frequencies(1000, (10,)))
    for passage in (EXAM_AIDS, RATE, WHAT):
        ranking.look(Candidate(passage, 0.0))

    assert leaning(ranking.hits()) == {
        (Origin.HANDBOOK, "dropout"): 1.0,
        (Origin.NOTE, "exam.md"): 0.5,
    }


def test_coverage_is_the_share_of_the_question_that_a_passage_holds() -> None:
    query = read("dropout calculator", (), Thesaurus(TOPICS))
    ranking = Ranking(query, Frequencies(1000, (10, 10)))
    ranking.look(Candidate(EXAM_AIDS, 0.0))

    assert ranking.hits()[0].coverage == pytest.approx(0.5)


def test_a_topic_does_not_crowd_out_the_others() -> None:
    same = [
        Passage(10 + n, Origin.HANDBOOK, "dropout", "Dropout", "Dropout", f"Dropout, {n}.")
        for n in range(6)
    ]
    other = Passage(30, Origin.NOTE, "lab.md", "The lab", "Results", "We tried dropout once.")

    found = ranked("What is dropout?", [*same, other])

    assert found[:2] == [10, 11]
    assert 2 <= found.index(other.id) < len(same)


def test_a_courses_own_passage_is_among_the_first_documents_where_it_is_nearly_as_good() -> None:
    handbook = [
        Passage(n, Origin.HANDBOOK, f"topic-{n}", "Dropout", "What is dropout?", "Dropout helps.")
        for n in range(10, 14)
    ]
    near = Passage(30, Origin.NOTE, "lab.md", "Dropout", "Dropout", "Dropout helps.")
    far = Passage(31, Origin.NOTE, "faq.md", "The lab", "Results", "We tried it: what a day.")

    assert ranked("What is dropout?", [*handbook, near]).index(near.id) <= 2
    assert ranked("What is dropout?", [*handbook, far])[-1] == far.id


def test_what_the_handbook_calls_final_is_no_exam_of_a_course() -> None:
    layer = Passage(8, Origin.HANDBOOK, "mlp", "MLP", "Head", "The final layer gives the scores.")
    course = Passage(9, Origin.NOTE, "dates.md", "Dates", "", "The final is on Monday 4 May.")
    query = read("When is the exam?", (), Thesaurus(TOPICS))
    ranking = Ranking(query, Frequencies(1000, (10,) * len(query.terms)))
    for passage in (layer, course):
        ranking.look(Candidate(passage, 0.0))
    first, second = ranking.hits()
    assert (first.passage.id, second.passage.id) == (course.id, layer.id)
    assert first.coverage > 0
    assert second.coverage == 0
