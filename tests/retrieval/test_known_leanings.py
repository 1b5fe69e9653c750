"""What is remembered of searches, and for how long."""

from bot.domain.passage import Hit, Origin, Passage
from bot.retrieval.known_leanings import MAX_KNOWN, KnownLeanings, leaning

EXAM, LAB = (Origin.NOTE, "exam.md"), (Origin.NOTE, "lab.md")


def hit(number: int, document: str) -> Hit:
    return Hit(Passage(number, Origin.NOTE, document, "", "", "Text."), 1.0, 1.0)


def test_the_best_three_hits_are_leaned_on_the_first_document_most() -> None:
    hits = [hit(1, "exam.md"), hit(2, "exam.md"), hit(3, "lab.md"), hit(4, "project.md")]
    assert leaning(hits) == {EXAM: 1.0, LAB: 0.5}


def test_what_was_remembered_of_other_passages_does_not_count() -> None:
    known = KnownLeanings()
    known.put("monday", ("when is the exam?",), {EXAM: 1.0})
    assert known.get("monday", ("when is the exam?",)) == {EXAM: 1.0}
    assert known.get("tuesday", ("when is the exam?",)) is None


def test_a_question_that_goes_on_with_another_is_not_the_same_alone() -> None:
    known = KnownLeanings()
    known.put("monday", ("when is the exam?", "and where?"), {EXAM: 1.0})
    assert known.get("monday", ("and where?",)) is None


def test_the_question_that_nobody_came_back_to_leaves_first() -> None:
    known = KnownLeanings()
    for number in range(MAX_KNOWN):
        known.put("monday", (str(number),), {EXAM: 1.0})
    known.get("monday", ("0",))
    known.put("monday", ("one more",), {LAB: 1.0})
    assert known.get("monday", ("0",)) == {EXAM: 1.0}
    assert known.get("monday", ("1",)) is None
