"""What the page shows below an answer."""

from bot.domain.answer import AnswerState
from bot.domain.card import Basis, Card
from bot.domain.topic_guard import HINT
from bot.service.snapshot import Snapshot
from bot.web.transcript import remarks


def below(card: Card) -> list[str]:
    return remarks(Snapshot(1, AnswerState.DONE, "France.", card=card), has_text=True)


def test_a_question_that_looks_off_topic_is_told_so() -> None:
    assert HINT in "".join(below(Card(Basis.MEMORY, is_off_topic=True))).replace("&#x27;", "'")
    assert len(below(Card(Basis.MEMORY, is_off_topic=True))) == 2
    assert len(below(Card(Basis.MEMORY))) == 1
