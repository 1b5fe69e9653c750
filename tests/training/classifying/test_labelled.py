"""Labelled texts: one spelling of a label, no repetition, no contradiction, enough of each."""

import pytest

from bot.domain.errors import InvalidParameter
from bot.training.classifying.labelled import LabelledTexts, gathered, text_key
from bot.training.classifying.labelled_file import Line


def line(number: int, label: str, text: str = "") -> Line:
    return Line(text or f"text number {number}", label, "", f"f, line {number}")


def texts_of(*labels: str, more: tuple[Line, ...] = ()) -> LabelledTexts:
    lines = [line(number, label) for number, label in enumerate(labels, 1)]
    return gathered([*lines, *more], [])


def test_labels_that_differ_by_capitals_are_one_and_it_is_told() -> None:
    found = texts_of(*["On Topic", "off topic"] * 5, *["on topic"] * 12)
    assert found.labels == ("off topic", "on topic")
    assert found.respelled == ("“On Topic” is taken as “on topic”",)


def test_numbers_are_ordered_by_size() -> None:
    assert texts_of(*["10", "9", "-1", "b", "A"] * 5).labels == ("-1", "9", "10", "A", "b")


def test_what_stands_twice_is_taken_once() -> None:
    again = line(99, "a", "  TEXT number\n1! ")
    found = texts_of(*["a", "b"] * 12, more=(again, again))
    assert (len(found.texts), found.num_duplicates) == (24, 2)


def test_a_text_with_two_labels_is_left_out_and_told() -> None:
    found = texts_of(*["a", "b"] * 12, more=(line(99, "b", "Text number 1."),))
    assert len(found.texts) == 23
    assert found.num_duplicates == 0
    assert found.contradictions == (
        "“text number 1” is labelled “a” (f, line 1) and “b” (f, line 99)",
    )


def test_signs_alone_are_texts_of_their_own() -> None:
    assert text_key("?!") == "?!"
    assert text_key("What is C++?") == "what is c++"


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (["a", "b"] * 5, "only 10 texts, which is too little"),
        (["a"] * 30, "All 30 texts are labelled “a”; there must be two labels"),
        ([*["a"] * 30, "b"], "only one text with the label “b”; give some dozens"),
        ([f"l{n}" for n in range(201)], "201 labels, and 200 are the most"),
    ],
)
def test_what_cannot_be_learned_is_one_sentence(labels: list[str], sentence: str) -> None:
    with pytest.raises(InvalidParameter, match=sentence):
        texts_of(*labels)


def test_nothing_but_contradictions_is_told_by_one_of_them() -> None:
    lines = [line(1, "a", "x"), line(2, "b", "x")]
    with pytest.raises(InvalidParameter, match="Every text has two labels, for example: “x”"):
        gathered(lines, [])
