"""The schedule: wrong answers come back soon, right ones later every time, as py-fsrs has it."""

from datetime import UTC, datetime, timedelta

import pytest
from fsrs import Card, Rating, Scheduler

from bot.domain.recall import Memory
from bot.recall.fsrs_schedule import FIRST_STEP, FsrsSchedule

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SCHEDULE = FsrsSchedule()


def after(*answers: bool) -> list[Memory]:
    """The memories behind each answer, every one given when the card is due."""
    memories: list[Memory] = []
    now, memory = NOON, None
    for is_right in answers:
        memory = SCHEDULE.review(memory, is_right=is_right, now=now)
        memories.append(memory)
        now = memory.due
    return memories


def span(memory: Memory) -> timedelta:
    return memory.due - memory.reviewed_at


def test_right_answers_are_asked_later_every_time() -> None:
    spans = [span(memory) for memory in after(True, True, True, True, True)]
    assert spans[0] == timedelta(days=2)
    assert spans == sorted(set(spans))
    assert spans[-1] > timedelta(days=60)


def test_a_wrong_answer_comes_back_in_minutes_however_well_it_was_known() -> None:
    assert span(after(False)[0]) == FIRST_STEP
    *_, known, lapsed, again = after(True, True, True, False, True)
    assert span(lapsed) == FIRST_STEP
    assert timedelta(days=1) <= span(again) < span(known)
    assert again.difficulty > known.difficulty


@pytest.mark.parametrize("answers", [(True,), (False, True), (True, True, False, True, True)])
def test_what_is_stored_between_answers_loses_nothing(answers: tuple[bool, ...]) -> None:
    """The library itself, with its own card kept all the time, comes to the same."""
    reference = Scheduler(
        learning_steps=(FIRST_STEP,), relearning_steps=(FIRST_STEP,), enable_fuzzing=False
    )
    card, now = Card(card_id=0, due=NOON), NOON
    for is_right, memory in zip(answers, after(*answers), strict=True):
        rating = Rating.Good if is_right else Rating.Again
        card, _ = reference.review_card(card, rating, now)
        assert (card.due, card.stability, card.difficulty, card.step, int(card.state)) == (
            memory.due,
            memory.stability,
            memory.difficulty,
            memory.step,
            memory.state,
        )
        now = card.due
