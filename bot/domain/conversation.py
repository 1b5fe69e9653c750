"""Who asks, where, and what was said there before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Asker:
    """A person at an edge.

    `roles` are role ids as text; `is_manager` is true for people with the Manage Server
    permission; `is_operator` for whoever sits at the machine itself: they may do what
    managers may, and no rate limit holds for them.
    """

    id: str
    name: str
    roles: frozenset[str] = frozenset()
    is_manager: bool = False
    is_operator: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where a conversation is held: a channel, thread or terminal of one server."""

    server: str
    channel: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and its answer in a conversation; `answer_id` names the job row."""

    question: str
    answer: str
    answer_id: int = 0


MAX_COUNTED_TURNS = 1_000


@dataclass(frozen=True, slots=True)
class History:
    """The newest turns of a conversation, oldest of them first, and how many are older.

    More than `MAX_COUNTED_TURNS` older ones are not counted.
    """

    turns: tuple[Turn, ...] = ()
    num_older: int = 0


class Length(StrEnum):
    """How long an answer may become."""

    SHORT = "short"
    NORMAL = "normal"
    LONG = "long"
    ESSAY = "essay"

    @property
    def max_new_tokens(self) -> int:
        """Tokens reserved for the answer."""
        return {Length.SHORT: 64, Length.NORMAL: 160, Length.LONG: 320, Length.ESSAY: 600}[self]


@dataclass(frozen=True, slots=True)
class Place:
    """The message in which an answer will be shown, stored before anything is sent.

    `message_id` is known where the message exists already (a deferred interaction), else a
    repeated send is recognised by `nonce`. `token` is the interaction token of a private
    answer, which can be reached in no other way.
    """

    channel_id: str
    nonce: str
    message_id: str | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A wish for an answer.

    `source` is unique for the event that carried the question (an interaction or message
    id): the same source is accepted once, however often it is delivered. `sampling` holds the
    sampling parameters that the person named.
    """

    source: str
    asker: Asker
    conversation: Conversation
    text: str
    model: str | None = None
    seed: int | None = None
    length: Length | None = None
    is_private: bool = False
    place: Place | None = None
    sampling: Mapping[str, float] = field(default_factory=dict)
