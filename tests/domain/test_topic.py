"""What an answer is about: the place that it quotes first."""

import pytest

from bot.domain.card import Basis, Card, Source
from bot.domain.passage import Origin
from bot.domain.topic import MAX_CHARACTERS, topic_of


def source(origin: Origin = Origin.NOTE, title: str = "Lab 3", heading: str = "Training") -> Source:
    return Source(1, 7, origin, "lab-3.md", title, heading, None, None, 2.0, 1.0)


def test_a_quoted_note_or_handbook_topic_is_the_topic() -> None:
    second = source(title="Lab 4")
    assert topic_of(Card(Basis.NOTES, sources=(source(), second))) == "Lab 3"


def test_of_an_approved_answer_it_is_the_question() -> None:
    approved = source(Origin.ANSWER, "Endorsed answer", "When is the exam?")
    assert topic_of(Card(Basis.ANSWERED, sources=(approved,))) == "When is the exam?"


@pytest.mark.parametrize("basis", [Basis.MEMORY, Basis.NOTHING])
def test_what_only_comes_near_is_none(basis: Basis) -> None:
    assert topic_of(Card(basis, sources=(source(),))) is None


def test_without_a_card_or_a_source_there_is_none() -> None:
    assert topic_of(None) is None
    assert topic_of(Card(Basis.NOTES)) is None


def test_a_long_title_fits_its_column() -> None:
    card = Card(Basis.NOTES, sources=(source(title="x" * 500),))
    assert topic_of(card) == "x" * MAX_CHARACTERS
