"""The doors of the use cases: what they need from storage, generation and the clock.

Everything here is a Protocol. `bot.app` introduces the rooms that fulfil them.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bot.domain.answer import Answer, Ending, MessageRef, NewAnswer, Start
from bot.domain.conversation import Conversation, History, Turn
from bot.domain.rate_limit import LimitCheck, Refusal
from bot.domain.search import PassageSearch
from bot.domain.server_settings import ServerSettings
from bot.service.classifier_ports import Classifiers as Classifiers
from bot.service.comparison_ports import Comparisons as Comparisons
from bot.service.decency_ports import Decency as Decency
from bot.service.decency_ports import Watch as Watch
from bot.service.feedback_ports import Feedback as Feedback
from bot.service.model_ports import Completion as Completion
from bot.service.model_ports import ModelLease as ModelLease
from bot.service.model_ports import ModelPool as ModelPool
from bot.service.note_ports import NoteReader as NoteReader
from bot.service.note_ports import Notes as Notes
from bot.service.note_ports import Retriever as Retriever
from bot.service.people_ports import People
from bot.service.statistics_ports import Counts as Counts
from bot.service.study_ports import Study as Study


class Clock(Protocol):
    """Time, passed in so that tests can set it."""

    def now(self) -> datetime:
        """The time of day in UTC, with its time zone."""
        ...


class Answers(Protocol):
    """Answer rows and the messages that show them."""

    async def add(self, new: NewAnswer) -> Answer | None:
        """Insert in state queued; None if an answer with that source exists already."""
        ...

    async def get(self, answer_id: int) -> Answer | None:
        """One row."""
        ...

    async def start(self, answer_id: int, start: Start) -> None:
        """queued → generating."""
        ...

    async def end(self, answer_id: int, ending: Ending) -> bool:
        """→ a final state; False, changing nothing, if the answer has ended already."""
        ...

    async def unfinished(self) -> Sequence[Answer]:
        """Rows in state queued or generating, oldest first."""
        ...

    async def undelivered(self, since: datetime) -> Sequence[Answer]:
        """Ended rows created at or after `since` that have messages but no delivery time."""
        ...

    async def mark_delivered(self, answer_id: int, at: datetime) -> None:
        """The final text has reached its messages; interaction tokens are forgotten."""
        ...

    async def mark_undelivered(self, answer_id: int) -> None:
        """What the answer's messages shall show has changed."""
        ...

    async def messages(self, answer_id: int) -> Sequence[MessageRef]:
        """The messages of an answer in order of their parts."""
        ...

    async def put_message(self, message: MessageRef) -> None:
        """Insert or replace the message of (answer_id, part)."""
        ...

    async def drop_messages(self, answer_id: int, from_part: int) -> None:
        """Forget the messages of an answer from a part on."""
        ...

    async def by_message(self, message_id: str) -> Answer | None:
        """The newest answer that is shown in this message."""
        ...


class Turns(Protocol):
    """The remembered turns of each conversation."""

    async def newest(
        self, conversation: Conversation, limit: int, before: int | None = None
    ) -> History:
        """At most `limit` turns; only those before answer `before`, its forerunners or heirs."""
        ...

    async def put(
        self, conversation: Conversation, turn: Turn, asker_id: str, at: datetime
    ) -> None:
        """Remember a turn.

        A turn with the same `answer_id` is replaced and keeps its place in the order.
        """
        ...

    async def replace(self, old_answer_id: int, turn: Turn) -> bool:
        """Put `turn` in the place of the turn that an older answer, or one of the same
        question before or beside it, left; False if there is none.
        """
        ...

    async def rewrite(self, answer_id: int, text: str) -> None:
        """Let an answer's turn say this, in every conversation that still remembers it."""
        ...

    async def clear(self, conversation: Conversation) -> int:
        """Forget a conversation; returns how many turns there were."""
        ...


class RateLimits(Protocol):
    """The GCRA state of each limited key."""

    async def take(self, checks: Sequence[LimitCheck], now: datetime) -> Refusal | None:
        """Charge one request to every limit atomically, or to none if one refuses it."""
        ...


class Servers(Protocol):
    """Per-server settings."""

    async def get(self, server: str) -> ServerSettings:
        """The settings, the defaults where nothing was set."""
        ...

    async def put(self, server: str, settings: ServerSettings) -> None:
        """Store the settings."""
        ...


class Facts(Protocol):
    """Small facts of the installation, such as the hash of the synced commands."""

    async def get(self, key: str) -> str | None:
        """The value, or None."""
        ...

    async def put(self, key: str, value: str) -> None:
        """Store a value."""
        ...

    async def starting_with(self, prefix: str) -> Mapping[str, str]:
        """Every fact whose key begins so."""
        ...


class Transaction(Protocol):
    """One open transaction; leaving it by an exception undoes everything."""

    @property
    def answers(self) -> Answers:
        """Answer rows."""
        ...

    @property
    def turns(self) -> Turns:
        """Conversation context."""
        ...

    @property
    def limits(self) -> RateLimits:
        """Rate limits."""
        ...

    @property
    def servers(self) -> Servers:
        """Server settings."""
        ...

    @property
    def facts(self) -> Facts:
        """Installation facts."""
        ...

    @property
    def notes(self) -> Notes:
        """Notes and endorsed answers."""
        ...

    @property
    def feedback(self) -> Feedback:
        """What people think of answers."""
        ...

    @property
    def study(self) -> Study:
        """People's schedules."""
        ...

    @property
    def comparisons(self) -> Comparisons:
        """The same question to several models."""
        ...

    @property
    def statistics(self) -> Counts:
        """How much was asked and answered."""
        ...

    @property
    def passages(self) -> PassageSearch:
        """Search in them."""
        ...

    @property
    def people(self) -> People:
        """What is stored about people."""
        ...


class Store(Protocol):
    """The database."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """A writing transaction; one at a time."""
        ...

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """A reading transaction beside the writer; writing in it is an error."""
        ...
