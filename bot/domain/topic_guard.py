"""The topic guard: what happens to questions that are not about deep learning."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.errors import OffTopic

ENOUGH = 0.5
"""Probability of being on topic from which a question is."""
REFUSAL = (
    "This does not look like a question about deep learning, which is what I am here for; please "
    "ask me about that or about your course, for example: What is dropout?"
)
HINT = (
    "This does not look like a question about deep learning; I am here for that and for your "
    "course's notes."
)
NOT_CONFIGURED = (
    "The topic guard needs a classifier, and this bot has none: whoever runs it has to train one "
    "and name it in the configuration (classifiers.topic_guard)."
)


class GuardMode(StrEnum):
    """What a server wants of the topic guard."""

    OFF = "off"
    HINT = "hint"
    """Answer, and say that the question looks like none about deep learning."""
    REFUSE = "refuse"
    """Say so instead of answering."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the guard thinks of a question, and what the server wants done about it."""

    mode: GuardMode = GuardMode.OFF
    is_off_topic: bool = False

    @property
    def is_hinted(self) -> bool:
        """Whether the answer is to say that the question looks off topic."""
        return self.is_off_topic and self.mode is GuardMode.HINT

    def enforce(self) -> None:
        """Let a question pass, or not.

        Raises:
            OffTopic: it is off topic, and the server refuses such questions.
        """
        if self.is_off_topic and self.mode is GuardMode.REFUSE:
            raise OffTopic(REFUSAL)


PASSED = Judgement()
