"""Who is asked about, and whom a text names."""

import pytest

from bot.domain.full_name import names_somebody_else

EXAMPLE = ("Noor has 36 of 60 points in the exam.",)


def test_another_person_of_the_same_first_name_is_somebody_else() -> None:
    assert names_somebody_else("how many points did Noor Haddad get?", EXAMPLE)


@pytest.mark.parametrize(
    "question",
    [
        "how many points did Noor get?",
        "how many points did Ada Lovelace get?",
        "what is a confusion matrix?",
    ],
)
def test_who_is_named_or_nobody_is_not(question: str) -> None:
    assert not names_somebody_else(question, EXAMPLE)


def test_a_person_who_is_named_in_full_is_not() -> None:
    assert not names_somebody_else(
        "Where is Luc Ferrand?", ["The labs are run by Luc.", "Write to Mr Ferrand."]
    )
