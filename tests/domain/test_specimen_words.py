"""A look inside says so where it shows other words than people read."""

import pytest

from bot.domain.answer import AnswerKind
from bot.domain.card import Basis, Card
from bot.domain.specimen_words import DRAFT, UNSURE, UNWRITTEN, WITH_EXPLANATION, remark
from tests.storage.rows import answer

QUOTED, UNKNOWN = Card(Basis.NOTES), Card(Basis.NOTHING)


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (QUOTED, DRAFT),
        (Card(Basis.NOTES, explanation="Units are dropped."), WITH_EXPLANATION),
        (UNKNOWN, UNSURE),
        (Card(Basis.MEMORY), ""),
        (None, ""),
    ],
)
def test_what_the_model_wrote_is_told_from_what_is_shown(card: Card | None, said: str) -> None:
    assert remark(answer(text="Words.", card=card), has_draft=True) == said


def test_where_the_model_wrote_nothing_that_is_said() -> None:
    assert remark(answer(text="Words.", card=QUOTED), has_draft=False) == UNWRITTEN


@pytest.mark.parametrize("kind", [AnswerKind.COMPLETE, AnswerKind.EXPLAIN])
def test_texts_that_answer_nothing_need_no_remark(kind: AnswerKind) -> None:
    assert remark(answer(kind=kind, text="Words.", card=None), has_draft=False) == ""


def test_an_answer_without_words_needs_no_remark() -> None:
    assert remark(answer(text="", card=None), has_draft=False) == ""
