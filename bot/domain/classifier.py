"""What a classifier may be used for, and which labels it must tell for that."""

from enum import StrEnum


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
