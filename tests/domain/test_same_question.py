"""Which questions ask for the same: other words do, another question does not."""

import pytest

from bot.domain.passage import Found, Hit, Origin, Passage
from bot.domain.same_question import already_answered, aspect_of, is_same, stands_alone
from bot.domain.stemmer import key
from bot.domain.stop_words import STOP_WORDS
from bot.domain.wanted import Wanted
from bot.domain.words import words_of

SAME_WORDS = {"hw": ("homework",), "cnn": ("convolutional", "network"), "due": ("deadline",)}
ANSWER = "The written exam is on 14 December in room 2.08; dropout is in PyTorch."


def wanted(question: str) -> tuple[Wanted, ...]:
    """As the search hands them over, all terms equally rare."""
    terms = [word for word in dict.fromkeys(words_of(question)) if word not in STOP_WORDS]
    return tuple(
        Wanted(
            tuple(
                (tuple(map(key, way)), 1.0)
                for way in ((term,), *((SAME_WORDS[term],) if term in SAME_WORDS else ()))
            ),
            1.0,
        )
        for term in terms
    )


def same(new: str, old: str, answer: str = ANSWER) -> bool:
    return is_same(new, wanted(new), old, answer)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("When is the exam?", "When is the exam?"),
        ("when's the exam", "When is the exam?"),
        ("On what date is the exam?", "When is the exam?"),
        ("what day does the exam take place", "When is the exam?"),
        ("Which room is the exam in?", "Where is the exam?"),
        ("whats dropout", "What is dropout?"),
        ("dropout?", "Can you explain dropout?"),
        ("i don't get dropout", "What is dropout?"),
        ("How many points does hw 2 give?", "How many points does homework 2 give?"),
        ("Is a calculator allowed in the exam?", "May I use a calculator in the exam?"),
        ("What is a cnn?", "What is a convolutional network?"),
        ("Why isn't dropout used at test time?", "Why is dropout not used at test time?"),
    ],
)
def test_other_words_for_the_same_question_match(new: str, old: str) -> None:
    assert same(new, old)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("Where is the exam?", "When is the exam?"),
        ("Who sets the exam?", "When is the exam?"),
        ("How long is the exam?", "When is the exam?"),
        ("When is the midterm exam?", "When is the exam?"),
        ("When is the exam?", "When is the midterm exam?"),
        ("When is homework 2 due?", "When is homework 1 due?"),
        ("Why is dropout used at test time?", "Why is dropout not used at test time?"),
        ("Must I use a calculator in the exam?", "May I use a calculator in the exam?"),
        ("May I hand in after the deadline?", "May I hand in before the deadline?"),
        ("What is dropout in PyTorch?", "What is dropout?"),
        ("When is the written exam?", "When is the exam?"),
        ("Which dropout should I use?", "What is dropout?"),
        ("What is the difference between Adam and SGD?", "What are Adam and SGD?"),
        ("What is backpropagation?", "What is backpropagation through time?"),
        ("What is that?", "What is this?"),
        ("And why?", "And why?"),
    ],
)
def test_another_question_does_not(new: str, old: str) -> None:
    assert not same(new, old)


def test_a_follow_up_matches_by_what_the_thread_is_about() -> None:
    new = "and why does it help?"
    assert not same(new, "Why does dropout help?")
    terms = (*wanted(new), *wanted("dropout"))
    assert is_same(new, terms, "Why does dropout help?", "")


def hit(number: int, question: str, origin: Origin = Origin.ANSWER) -> Hit:
    return Hit(Passage(number, origin, str(number), "", question, "Yes."), 1 / number, 1.0)


def test_of_several_answers_the_same_words_win_and_then_the_newest() -> None:
    question = "When is the exam?"
    hits = [hit(2, question), hit(3, "when's the exam"), hit(5, question, Origin.NOTE)]
    found = Found(tuple(hits), wanted(question))
    assert already_answered(question, found) == hits[0]
    older = Found((hit(1, question), *hits), wanted(question))
    assert already_answered(question, older) == hits[0]
    assert already_answered(question, Found(tuple(hits[2:]), wanted(question))) is None


@pytest.mark.parametrize(
    ("question", "aspect"),
    [
        ("What happens when the rate is too high?", "what"),
        ("When should I stop?", "when"),
        ("How do I stop?", "how"),
        ("Do I need a laptop?", "must"),
        ("Is it graded?", "whether"),
        ("GRU vs LSTM", "difference"),
        ("dropout", "what"),
    ],
)
def test_what_is_asked_of_a_subject(question: str, aspect: str) -> None:
    assert aspect_of(question) == aspect


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("Why does dropout help?", True),
        ("Is it allowed to bring a calculator?", True),
        ("And why does it help?", False),
        ("why?", False),
        ("What about homework 2?", False),
        ("Does it work with Adam?", False),
    ],
)
def test_whether_a_question_can_stand_alone(question: str, alone: bool) -> None:
    assert stands_alone(question) is alone
