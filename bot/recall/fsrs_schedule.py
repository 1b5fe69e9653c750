"""The schedule of repetitions by FSRS (Ye, Su and Cao 2022), as py-fsrs computes it."""

from datetime import datetime, timedelta
from typing import cast

from fsrs import Card, Rating, Scheduler, State

from bot.domain.recall import Memory

FIRST_STEP = timedelta(minutes=10)
"""A wrong answer comes back so soon; the first right one ends this stage."""


class FsrsSchedule:
    """Fulfils the services' Schedule, with the published parameters and no randomness."""

    def __init__(self) -> None:
        self._scheduler = Scheduler(
            learning_steps=(FIRST_STEP,), relearning_steps=(FIRST_STEP,), enable_fuzzing=False
        )

    def review(self, before: Memory | None, *, is_right: bool, now: datetime) -> Memory:
        """What is remembered after an answer at `now` (UTC)."""
        rating = Rating.Good if is_right else Rating.Again
        after, _ = self._scheduler.review_card(_card(before, now), rating, now)
        # Whoever was reviewed once has both, which the library's types do not say.
        stability, difficulty = cast("float", after.stability), cast("float", after.difficulty)
        return Memory(int(after.state), after.step, stability, difficulty, after.due, now)


def _card(memory: Memory | None, now: datetime) -> Card:
    """The library's card; without an id of its own it would sleep to find one."""
    if memory is None:
        return Card(card_id=0, due=now)
    return Card(
        card_id=0,
        state=State(memory.state),
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=memory.due,
        last_review=memory.reviewed_at,
    )
