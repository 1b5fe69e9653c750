"""What kind of answer a question asks for."""

import pytest

from bot.retrieval.answer_kind import kinds_of, suits


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("When does it begin?", "It begins on Monday at noon.", "It begins with a lecture."),
        ("where do we meet", "We meet in room 1.07.", "We meet once."),
        ("who marks it?", "Ada Lovelace marks it.", "It is marked twice."),
        ("how many layers", "It has 12 layers.", "It has layers."),
        ("why is it slow", "Because each step waits.", "It is slow."),
        ("how do I clip", "Call `clip_grad_norm_`.", "Clipping limits a norm."),
    ],
)
def test_a_text_suits_that_has_what_is_asked_for(question: str, right: str, wrong: str) -> None:
    kinds = kinds_of(question)

    assert suits(kinds, right) > suits(kinds, wrong)


def test_a_question_that_asks_for_no_kind_prefers_no_text() -> None:
    assert suits(kinds_of("dropout"), "It begins on Monday at 10:15.") == 0
