"""Which questions go on with the one before."""

import pytest

from bot.retrieval.follow_up import goes_on


@pytest.mark.parametrize(
    ("question", "num_terms"),
    [
        ("and why?", 0),
        ("and the labs?", 1),
        ("what about scratch?", 1),
        ("why does it help?", 1),
        ("how long may that take?", 1),
        ("what is it used for", 0),
        ("what does the second one do?", 0),
        ("with which seed?", 1),
        ("which of them is faster on a GPU?", 2),
        ("what is the advantage?", 1),
        ("what's a typical value for it?", 2),
        ("where exactly do I put the call?", 2),
        ("which of the two sinks first?", 3),
        ("and which one floats?", 1),
    ],
)
def test_a_question_with_something_left_unsaid_goes_on(question: str, num_terms: int) -> None:
    assert goes_on(question, num_terms)


@pytest.mark.parametrize(
    ("question", "num_terms"),
    [
        ("What is a confusion matrix?", 2),
        ("What is the advantage of dropout?", 2),
        ("does it make sense to shuffle the validation batches every epoch", 4),
        ("Why do transformers use layer normalisation rather than batch normalisation?", 4),
    ],
)
def test_a_question_that_says_all_by_itself_does_not(question: str, num_terms: int) -> None:
    assert not goes_on(question, num_terms)
