"""The split: whole documents, by a hash of their names."""

from bot.domain.document import Document, Section
from bot.training.finetuning.material import Example, Material, Paper
from bot.training.finetuning.split import split


def material(number: int) -> Material:
    papers = tuple(
        Paper(f"{n}.md", Document(str(n), (Section("", f"Text {n}."),))) for n in range(number)
    )
    told = tuple(Example(f"Answer {n}-{k}.", f"{n}.md") for n in range(number) for k in range(3))
    return Material(papers, told)


def test_no_document_is_on_both_sides() -> None:
    halves = split(material(20), 0.1)
    assert len(halves.validated.papers) == 2
    assert {e.document for e in halves.validated.examples} == set(halves.held_out)
    assert not {e.document for e in halves.learned.examples} & set(halves.held_out)
    assert len(halves.learned.examples) + len(halves.validated.examples) == 60


def test_the_same_documents_are_held_back_every_time_and_a_new_one_hardly_changes_that() -> None:
    held_out = set(split(material(40), 0.1).held_out)
    assert held_out == set(split(material(40), 0.1).held_out)
    assert len(held_out & set(split(material(41), 0.1).held_out)) >= 3


def test_one_of_two_documents_is_held_back_the_only_one_never() -> None:
    assert len(split(material(2), 0.1).held_out) == 1
    assert not split(material(1), 0.1).held_out
    assert not split(material(20), 0.0).held_out


def test_pairs_of_one_answer_stay_together() -> None:
    pairs = tuple(Example("Same.", "Same.", (f"Question {n}?",)) for n in range(10))
    others = tuple(Example(f"{n}.", f"{n}.", (f"Other {n}?",)) for n in range(30))
    halves = split(Material((), pairs + others), 0.2)
    sides = [
        sum(e.answer == "Same." for e in half.examples)
        for half in (halves.learned, halves.validated)
    ]
    assert sorted(sides) == [0, 10]
