"""What people think of an answer: votes of everybody, reviews of teaching assistants.

None of it ever trains a model. What assistants endorse or write is course material, which leaves
the bot by an explicit export only.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.answer import Answer
from bot.domain.card import Basis

MAX_CORRECTION_CHARACTERS = 4_000


class Verdict(StrEnum):
    """What somebody thinks of an answer: the first two are votes, the others reviews."""

    GOOD = "good"
    BAD = "bad"
    ENDORSED = "endorsed"
    CORRECTED = "corrected"


VOTES = (Verdict.GOOD, Verdict.BAD)
REVIEWS = (Verdict.ENDORSED, Verdict.CORRECTED)


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's vote; after a correction people vote anew, and of that."""

    answer_id: int
    person_id: str
    person_name: str
    verdict: Verdict
    of_correction: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """An assistant's word on an answer; `question` and `text` are what it stands for now on."""

    answer_id: int
    person_id: str
    person_name: str
    verdict: Verdict
    question: str
    text: str
    at: datetime

    @property
    def is_correction(self) -> bool:
        """Whether the text is the assistant's own."""
        return self.verdict is Verdict.CORRECTED


@dataclass(frozen=True, slots=True)
class Reception:
    """How an answer was received: counted votes, and the review if there is one."""

    num_good: int = 0
    num_bad: int = 0
    review: Review | None = None

    @property
    def correction(self) -> Review | None:
        """The review that took the place of the answer's text, if one did."""
        return self.review if self.review is not None and self.review.is_correction else None


@dataclass(frozen=True, slots=True)
class Endorsed:
    """An answer that new questions are answered with; who said so is unknown once they left."""

    answer_id: int
    question: str
    text: str
    link: str | None
    person_name: str | None
    verdict: Verdict | None


def plain_text(answer: Answer) -> str:
    """The words of an answer without marks; none where it only said that it does not know."""
    card = answer.card
    if card is None or card.basis is Basis.MEMORY:
        return answer.text.strip()
    if card.basis is Basis.NOTHING:
        return ""
    quoted = "\n".join(quote.text for quote in card.quotes)
    return f"{quoted}\n\n{card.explanation}".strip()


def original_of(answer: Answer) -> int | None:
    """The number of the approved answer that this one only repeats."""
    card = answer.card
    if card is None or card.basis is not Basis.ANSWERED or not card.sources:
        return None
    document = card.sources[0].document
    return int(document) if document.isdecimal() else None
