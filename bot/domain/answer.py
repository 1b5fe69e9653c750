"""An answer as a durable job: its states, its row, the messages that show it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.budget import Budget
from bot.domain.card import Card
from bot.domain.conversation import Conversation
from bot.domain.draft import Draft
from bot.domain.sampling import FinishReason, SamplingParams


class AnswerKind(StrEnum):
    """What was wished for: an answer, a raw continuation of a text, or a look inside a text."""

    ASK = "ask"
    COMPLETE = "complete"
    EXPLAIN = "explain"
    """Nothing is written: `prompt` is the text, which its person looks at."""


class AnswerState(StrEnum):
    """The life of an answer: queued → generating → one of the four others."""

    QUEUED = "queued"
    GENERATING = "generating"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def is_final(self) -> bool:
        """Whether nothing more will come."""
        return self not in (AnswerState.QUEUED, AnswerState.GENERATING)


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """What is known of an answer when its question is accepted.

    `parent_id` is the answer that this one regenerates or continues; `prefix` the text that
    a continuation goes on from; `num_samples` how many texts `/complete` asked for.
    """

    source: str
    kind: AnswerKind
    conversation: Conversation
    asker_id: str
    asker_name: str
    question: str
    model: str
    sampling: SamplingParams
    is_private: bool
    created_at: datetime
    parent_id: int | None = None
    prefix: str = ""
    num_samples: int = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer row. Times are UTC; counts are tokens of the answering model."""

    id: int
    source: str
    kind: AnswerKind
    state: AnswerState
    conversation: Conversation
    asker_id: str
    asker_name: str
    question: str
    model: str
    revision: str | None
    sampling: SamplingParams
    is_private: bool
    created_at: datetime
    parent_id: int | None = None
    prefix: str = ""
    num_samples: int = 1
    prompt: str | None = None
    text: str = ""
    finish_reason: FinishReason | None = None
    error_id: str | None = None
    num_prompt_tokens: int = 0
    num_new_tokens: int = 0
    num_dropped_turns: int = 0
    started_at: datetime | None = None
    first_token_at: datetime | None = None
    finished_at: datetime | None = None
    delivered_at: datetime | None = None
    card: Card | None = None
    layout: str | None = None
    budget: Budget | None = None
    drafts: tuple[Draft, ...] = ()


@dataclass(frozen=True, slots=True)
class Start:
    """What becomes known when generation of an answer starts.

    `layout` is how the model's weights lie in memory, `budget` how its window is shared.
    """

    at: datetime
    prompt: str
    revision: str | None
    num_prompt_tokens: int
    num_dropped_turns: int
    layout: str | None = None
    budget: Budget | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """What becomes known when an answer ends; `state` is a final one.

    `drafts` are the texts of the model that the answer was made of, none where it wrote none.
    `sampling` is set where it was not the one that the answer was accepted with.
    """

    at: datetime
    state: AnswerState
    text: str
    finish_reason: FinishReason | None
    num_new_tokens: int
    first_token_at: datetime | None = None
    error_id: str | None = None
    card: Card | None = None
    drafts: tuple[Draft, ...] = ()
    sampling: SamplingParams | None = None


@dataclass(frozen=True, slots=True)
class MessageRef:
    """One Discord message that shows one part of an answer.

    `message_id` is None from the moment the send is planned until Discord confirms it;
    `nonce` lets Discord recognise a repeated send. `token` is the interaction token where
    the message can only be reached through it (private answers), cleared on delivery.
    """

    answer_id: int
    part: int
    channel_id: str
    nonce: str
    message_id: str | None = None
    token: str | None = None
