"""Labelled files: JSONL and tables; what is none is named by its line."""

from pathlib import Path

import pytest

from bot.domain.errors import InvalidParameter
from bot.training.classifying.labelled_file import Line, read_lines

JSONL, CSV = Path("texts.jsonl"), Path("texts.csv")


def told(path: Path, content: str) -> list[tuple[str, str, str]]:
    return [(line.text, line.label, line.document) for line in read_lines(path, content)]


def test_texts_labels_and_documents_are_taken_and_other_fields_left() -> None:
    content = '\n{"text": " Hi ", "label": "a  b", "document": "d", "author": "x"}\n\n'
    assert read_lines(JSONL, content) == [Line("Hi", "a b", "d", "texts.jsonl, line 2")]


def test_a_question_with_its_answer_is_a_text_in_the_starters_words() -> None:
    content = '{"question": "What is\\na loss?", "answer": "A number.", "label": "good"}'
    assert told(JSONL, content) == [("Question: What is a loss?\nAnswer: A number.", "good", "")]


@pytest.mark.parametrize(
    ("label", "as_text"), [("1", "1"), ("-2", "-2"), ("3.0", "3"), ("true", "true")]
)
def test_whole_numbers_and_truths_are_labels(label: str, as_text: str) -> None:
    assert told(JSONL, f'{{"text": "x", "label": {label}}}') == [("x", as_text, "")]


def test_tables_are_read_by_the_names_of_their_columns() -> None:
    content = 'Id,Label,Text\n1,a,"one, two"\n2,b,"three\nfour"\n\n'
    assert told(CSV, content) == [("one, two", "a", ""), ("three\nfour", "b", "")]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_tables_of_other_programs_have_other_delimiters(delimiter: str) -> None:
    content = "text;label\none, two;a\n".replace(";", delimiter)
    assert told(CSV, content) == [("one, two", "a", "")]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ('{"text": "x"}', "line 2 has no label; write one"),
        ('{"text": "x", "label": ""}', "line 2 has no label; write one"),
        ('{"text": "x", "label": "  "}', "line 2 has no label; write one"),
        ('{"text": "x", "label": null}', "line 2 has no label; write one"),
        ('{"text": "x", "label": 0.5}', "line 2 has a label that is neither a word nor"),
        ('{"text": "x", "label": ["a"]}', "line 2 has a label that is neither a word nor"),
        (f'{{"text": "x", "label": "{"y" * 81}"}}', "a label of 81 characters, and 80 are"),
        ('{"text": " ", "label": "a"}', "line 2 has no text; write one"),
        ('{"label": "a"}', "line 2 has no text; write one"),
        ('{"question": "x", "label": "a"}', "line 2 has a question without an answer"),
        ("[1]", "line 2 is no JSON object"),
        ('{"text": "x"', "line 2 is no JSON object"),
        (f'{{"text": "{"x" * 100_001}", "label": "a"}}', "characters, and 100,000 are the most"),
    ],
)
def test_a_line_that_cannot_be_taken_is_named(row: str, sentence: str) -> None:
    with pytest.raises(InvalidParameter, match=sentence):
        read_lines(JSONL, '{"text": "first", "label": "a"}\n' + row)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("what is adam?,on\nwho is adam?,off\n", r"must name its columns, text and label .*adam"),
        ("text,class\nx,a\n", "must name its columns, text and label among them; it says: text, c"),
        ("text,label\none, two,a\n", "line 2 has 3 cells, but 2 columns .*commas into quotes"),
        ("text,label\nx\n", "line 2 has no label"),
        ('text,label\n"x"y,a\n', "line 2 is no row of a table"),
        (f"text,label\n{'x' * 150_000},a\n", "line 2 has 150,002 characters"),
    ],
)
def test_a_table_that_is_none_is_one_sentence(content: str, sentence: str) -> None:
    with pytest.raises(InvalidParameter, match=sentence):
        read_lines(CSV, content)
