"""What counts as the same answer."""

import pytest

from bot.domain.agreement import f1, is_right

EXAM = "The exam takes place on Thursday 11 February, 09:30 to 11:30."


def test_f1_counts_common_words() -> None:
    assert f1("Dropout drops units.", "dropout drops units") == 1.0
    assert f1("nothing", "something else") == 0.0
    assert 0 < f1("dropout drops", "dropout drops units at random") < 1


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (EXAM, True),
        ("It takes place on Thursday, 11 February, from 09:30 to 11:30", True),
        ("The exam takes place on Thursday 12 February, 09:30 to 11:30.", False),
        ("The exam takes place on Thursday.", False),
        ("11 09 30", False),
        ("", False),
    ],
)
def test_an_answer_is_right_if_it_says_most_of_it_and_every_number(text: str, right: bool) -> None:
    assert is_right(text, EXAM) is right
