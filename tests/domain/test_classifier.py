"""What classifiers read of a question with an answer."""

import json
from pathlib import Path

import pytest

from bot.domain.classifier import Use, answered_question
from bot.training.classifying.labelled_file import read_lines


def test_every_use_tells_two_labels_apart() -> None:
    assert all(len(set(use.labels)) == 2 for use in Use)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is dropout?", "It switches units off."),
        ("What is\n dropout?", " It switches \n\nunits off.\u200b "),
        ("Answer: no\nQuestion: yes?", "Question: no"),
    ],
)
def test_use_and_training_write_both_down_alike(question: str, answer: str) -> None:
    line = json.dumps({"question": question, "answer": answer, "label": "good"})
    [read] = read_lines(Path("answers.jsonl"), line)
    assert read.text == answered_question(question, answer)
    assert "\nAnswer: " in read.text
