"""What a look inside an answer looks at, in a sentence, where that is not what people read."""

from bot.domain.answer import Answer, AnswerKind
from bot.domain.card import Basis

DRAFT = "Seen here is what the model itself wrote; the answer shows quotes from the notes instead."
WITH_EXPLANATION = (
    "Seen here is all that the model itself wrote; the answer shows quotes from the notes, and "
    "below them what the notes support of this."
)
UNSURE = (
    "Seen here is what the model itself wrote; the answer does not show it, because nothing was "
    "convincing enough."
)
UNWRITTEN = (
    "The model wrote nothing for this answer; seen here is how it reads the question and the "
    "words of the answer, which are not its own."
)


def remark(answer: Answer, *, has_draft: bool) -> str:
    """The sentence; empty where people read what is looked at. `has_draft`: the model wrote."""
    if answer.kind is not AnswerKind.ASK or not answer.text:
        return ""
    if not has_draft:
        return UNWRITTEN
    if answer.card is None or answer.card.basis is Basis.MEMORY:
        return ""
    if answer.card.basis is Basis.NOTHING:
        return UNSURE
    return WITH_EXPLANATION if answer.card.explanation else DRAFT
