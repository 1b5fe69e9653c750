"""Whether a question asks how this course has it."""

import pytest

from bot.domain.words import words_of
from bot.retrieval.ours import is_ours


@pytest.mark.parametrize(
    "question",
    ["what is our name for the anchor", "which knots count here?", "What is it in this course?"],
)
def test_some_questions_ask_for_the_course(question: str) -> None:
    assert is_ours(words_of(question))


@pytest.mark.parametrize("question", ["why do we row", "is there a course?", "here it sinks"])
def test_others_do_not(question: str) -> None:
    assert not is_ours(words_of(question))
