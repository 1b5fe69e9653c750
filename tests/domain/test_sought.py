"""Whether a sentence has the kind of thing that a question asks for."""

import pytest

from bot.domain.sought import looks_of
from bot.domain.stemmer import key
from bot.domain.terms import terms_of
from bot.domain.wanted import Wanted


def wanted(question: str) -> tuple[Wanted, ...]:
    return tuple(Wanted((((key(term),), 1.0),), 1.0) for term in terms_of(question))


def suits(question: str, sentence: str) -> bool:
    looks = looks_of(question, wanted(question))
    assert looks is not None
    return looks(sentence)


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        ("How much does a locker cost?", "A locker is 5 € a term.", "A locker has 2 shelves."),
        ("how much did the crane cost", "It took 3 dollars.", "The crane has $2 d^2$ ropes."),
        ("What's the email of the tutor?", "Write to a@b.example.", "The tutor sits upstairs."),
        ("phone number of the office?", "Call 0123 456 78.", "The office opens at 9."),
        ("When is the boat race?", "The boat race is on 3 May.", "The boat race is fun."),
        ("which room is the choir in", "The choir sings in room 4.", "The choir sings loudly."),
        ("Who invented the sextant?", "John Hadley built one.", "The sextant measures angles."),
        ("who checks the boats", "The tutors check boats.", "The boats are checked."),
        (
            "How many oars are there?",
            "There are 40 oars.",
            "Oars float very well indeed on all 3 lakes.",
        ),
        ("how long is the rope", "The rope has ten metres.", "The rope is long."),
        ("how many can I bring?", "Bring two.", "Bring some."),
    ],
)
def test_a_kind_is_told_by_its_looks(question: str, said: str, unsaid: str) -> None:
    assert suits(question, said)
    assert not suits(question, unsaid)


@pytest.mark.parametrize(
    "question",
    [
        "Why does a boat float?",
        "What is a sextant?",
        "when should i use an anchor",
        "When is it a good idea to row?",
    ],
)
def test_what_has_no_looks_is_not_told(question: str) -> None:
    assert looks_of(question, wanted(question)) is None


def test_whom_the_question_names_is_no_answer_to_who() -> None:
    question = "Who won the Silver Whistle?"
    assert not suits(question, "On that day the Silver Whistle is given.")
    assert suits(question, "On that day Ada Byron got the Silver Whistle.")


def test_a_number_in_a_row_counts_what_the_first_row_names() -> None:
    row = "| Boat | Seats |\n| gig | 6 |"
    assert suits("how many seats has the gig", row)
    assert not suits("how many masts has the gig", row)
