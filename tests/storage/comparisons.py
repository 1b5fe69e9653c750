"""Comparisons for tests."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.comparison import (
    Comparison,
    ComparisonState,
    ComparisonVote,
    EntryState,
    NewComparison,
)
from bot.domain.sampling import SamplingParams
from bot.storage.database import Transaction
from tests.storage.rows import CHANNEL, NOON

_sources = itertools.count()


def new_comparison(models: Sequence[str] = ("small", "large"), **changes: Any) -> NewComparison:
    """A comparison with a fresh source."""
    base = NewComparison(
        source=f"test:{next(_sources)}",
        conversation=CHANNEL,
        person_id="1",
        person_name="Ada",
        question="What is dropout?",
        models=tuple(models),
        sampling=SamplingParams(temperature=0.7, seed=2**60),
        is_revealed=False,
        channel_id="5",
        message_id="6",
        created_at=NOON,
    )
    return replace(base, **changes)


async def compared(
    transaction: Transaction,
    models: Sequence[str] = ("small", "large"),
    votes: Mapping[str, int] | None = None,
    *,
    is_blind: bool = True,
    **changes: Any,
) -> Comparison:
    """A comparison that has ended, with the position that each person voted for."""
    made = await transaction.comparisons.add(new_comparison(models, **changes))
    assert made is not None
    for entry in made.entries:
        done = replace(entry, state=EntryState.DONE, text=f"{entry.model} says so.")
        await transaction.comparisons.put_entry(made.id, done)
    await transaction.comparisons.end(made.id, ComparisonState.DONE, reveals=False)
    for person, position in (votes or {}).items():
        vote = ComparisonVote(made.id, person, position, is_blind, NOON)
        await transaction.comparisons.put_vote(vote)
    ended = await transaction.comparisons.get(made.id)
    assert ended is not None
    return ended
