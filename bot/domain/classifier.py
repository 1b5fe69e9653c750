"""What a classifier may be used for, and which labels it must tell for that."""

from enum import StrEnum

from bot.domain.question import clean_text
from bot.domain.template import STARTER


class Use(StrEnum):
    """The uses of classifiers; the value is the key that names the run in the configuration."""

    TOPIC_GUARD = "topic_guard"
    """Whether a question is about deep learning."""
    ANSWER_RANKING = "answer_ranking"
    """How good an answer to a question is."""

    @property
    def labels(self) -> tuple[str, str]:
        """The two labels that are told apart; what counts is the probability of the first."""
        return _LABELS[self]


_LABELS = {
    Use.TOPIC_GUARD: ("on topic", "off topic"),
    Use.ANSWER_RANKING: ("good", "bad"),
}


def answered_question(question: str, answer: str) -> str:
    """A question with an answer to it, as a classifier reads both in training and in use."""
    asked, said = (" ".join(clean_text(text).split()) for text in (question, answer))
    return f"{STARTER.open(asked)}{STARTER.joint}{said}"
