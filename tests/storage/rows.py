"""Rows for tests."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.answer import Answer, AnswerKind, AnswerState, Ending, NewAnswer
from bot.domain.conversation import Conversation
from bot.domain.sampling import FinishReason, SamplingParams

NOON = datetime(2026, 11, 20, 12, 0, 0, 123_456, tzinfo=UTC)
CHANNEL = Conversation("guild", "general")
_sources = itertools.count()


def later(seconds: float) -> datetime:
    """Some seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def new_answer(**changes: Any) -> NewAnswer:
    """A question with a fresh source."""
    base = NewAnswer(
        source=f"test:{next(_sources)}",
        kind=AnswerKind.ASK,
        conversation=CHANNEL,
        asker_id="1",
        asker_name="Ada",
        question="What is dropout?",
        model="gpt2",
        sampling=SamplingParams(temperature=0.7, stop=("\nQ:",)),
        is_private=False,
        created_at=NOON,
    )
    return replace(base, **changes)


def answer(**changes: Any) -> Answer:
    """A row as it is read back: an answer that has ended."""
    base = Answer(
        id=1,
        source="test:1",
        kind=AnswerKind.ASK,
        state=AnswerState.DONE,
        conversation=CHANNEL,
        asker_id="1",
        asker_name="Ada",
        question="What is dropout?",
        model="gpt2-xl",
        revision=None,
        sampling=SamplingParams(),
        is_private=False,
        created_at=NOON,
    )
    return replace(base, **changes)


DONE = Ending(later(2), AnswerState.DONE, "It zeroes units.", FinishReason.STOP, 4, later(1))
