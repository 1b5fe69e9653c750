"""A comparison: one question to several models, what each wrote, and how people voted on it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.conversation import Conversation
from bot.domain.sampling import SamplingParams

MIN_MODELS = 2
MAX_MODELS = 5
LABELS = "ABCDE"
"""What answers are called before anybody is told which model wrote them."""


class ComparisonState(StrEnum):
    """The life of a comparison: running → one of the three others."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"

    @property
    def is_final(self) -> bool:
        """Whether nothing more will be written."""
        return self is not ComparisonState.RUNNING


class EntryState(StrEnum):
    """What became of one model's part."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    LEFT_OUT = "left_out"
    """The comparison ended before."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One model's part of a comparison.

    `position`, from 0, is its place and label. `error` is the sentence of a failed one. `logprob`
    is the sum of the tokens' natural log-probabilities. Seconds count from when the model was
    there, which took `loading_seconds`. `seed` is set where a second try had another one.
    """

    position: int
    model: str
    state: EntryState = EntryState.WAITING
    text: str = ""
    error: str | None = None
    num_new_tokens: int = 0
    logprob: float = 0.0
    loading_seconds: float | None = None
    first_token_seconds: float | None = None
    seconds: float | None = None
    seed: int | None = None
    revision: str | None = None
    layout: str | None = None

    @property
    def label(self) -> str:
        """A, B, C …"""
        return LABELS[self.position]

    @property
    def has_answer(self) -> bool:
        """Whether there is something to vote for."""
        return self.state is EntryState.DONE and bool(self.text.strip())

    @property
    def mean_logprob(self) -> float | None:
        """The mean log-probability of a token; None where none was written."""
        return self.logprob / self.num_new_tokens if self.num_new_tokens else None

    @property
    def tokens_per_second(self) -> float | None:
        """How fast tokens came behind the first; None where there was no second."""
        if self.seconds is None or self.first_token_seconds is None or self.num_new_tokens < 2:
            return None
        writing = self.seconds - self.first_token_seconds
        return (self.num_new_tokens - 1) / writing if writing > 0 else None


@dataclass(frozen=True, slots=True)
class NewComparison:
    """What is known of a comparison when it is accepted.

    `models` are in the order in which they answer; `channel_id` and `message_id` name the message
    that shows it. `is_revealed` where the names are no secret from the start.
    """

    source: str
    conversation: Conversation
    person_id: str
    person_name: str
    question: str
    models: tuple[str, ...]
    sampling: SamplingParams
    is_revealed: bool
    channel_id: str
    message_id: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison as it is stored, with the votes for each of its entries."""

    id: int
    state: ComparisonState
    conversation: Conversation
    person_id: str
    person_name: str
    question: str
    sampling: SamplingParams
    is_revealed: bool
    channel_id: str
    message_id: str | None
    created_at: datetime
    entries: tuple[Entry, ...]
    votes: tuple[int, ...] = ()
    num_passages: int = 0

    @property
    def candidates(self) -> tuple[Entry, ...]:
        """The entries that there is a vote on: one alone is no choice."""
        answered = tuple(entry for entry in self.entries if entry.has_answer)
        return answered if self.state.is_final and len(answered) > 1 else ()

    @property
    def num_votes(self) -> int:
        """How many people have voted."""
        return sum(self.votes)


@dataclass(frozen=True, slots=True)
class ComparisonVote:
    """One person's vote; `is_blind` if they could not know which model it is for."""

    comparison_id: int
    person_id: str
    position: int
    is_blind: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How a model fared on a server: of `num_cast` blind votes it got `num_votes`.

    Counted are the comparisons in which it had an answer to vote for.
    """

    model: str
    num_comparisons: int
    num_cast: int
    num_votes: int

    @property
    def share(self) -> float:
        """The share of the votes that it could have got."""
        return self.num_votes / self.num_cast if self.num_cast else 0.0
