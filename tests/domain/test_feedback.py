"""The words of an answer that an assistant may approve."""

from dataclasses import replace

import pytest

from bot.domain.card import Basis, Card, Quote, Source
from bot.domain.feedback import original_of, plain_text
from bot.domain.passage import Origin
from tests.storage.rows import answer

ANSWER = answer(text=" As shown. ")
QUOTES = (Quote(1, "One."), Quote(2, "if x:\n    y()"))
EARLIER = Source(1, 7, Origin.ANSWER, "12", "Endorsed answer", "Why?", None, None, 1.0, 1.0)


@pytest.mark.parametrize(
    ("card", "text"),
    [
        (None, "As shown."),
        (Card(Basis.MEMORY), "As shown."),
        (Card(Basis.NOTHING), ""),
        (Card(Basis.NOTES, quotes=QUOTES), "One.\nif x:\n    y()"),
        (Card(Basis.NOTES, quotes=QUOTES[:1], explanation="So."), "One.\n\nSo."),
        (Card(Basis.ANSWERED, explanation="So."), "So."),
    ],
)
def test_marks_and_numbers_are_no_part_of_it(card: Card | None, text: str) -> None:
    assert plain_text(replace(ANSWER, card=card)) == text


def test_only_a_repeated_answer_has_an_original() -> None:
    repeated = Card(Basis.ANSWERED, sources=(EARLIER,))
    assert original_of(replace(ANSWER, card=repeated)) == 12
    assert original_of(replace(ANSWER, card=Card(Basis.NOTES, sources=(EARLIER,)))) is None
    assert original_of(replace(ANSWER, card=Card(Basis.ANSWERED))) is None
    assert original_of(ANSWER) is None
