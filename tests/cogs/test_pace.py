"""The rhythm of edits, by a clock that stands until it is moved."""

import asyncio
from collections.abc import AsyncIterator

from bot.cogs.pace import Pace, paced
from bot.domain.answer import AnswerState
from bot.service.snapshot import Snapshot
from tests.scripted_models import SetClock

WAITING = Snapshot(1, AnswerState.QUEUED)
END = Snapshot(1, AnswerState.DONE, "one two three")


def growing(text: str) -> Snapshot:
    return Snapshot(1, AnswerState.GENERATING, text)


def make_pace(clock: SetClock, pause: float = 0.0) -> Pace:
    return Pace(clock.monotonic, lambda: pause)


def test_the_first_word_is_shown_at_once_and_a_status_after_a_moment() -> None:
    pace = make_pace(SetClock())
    assert pace.ready_in(growing("one")) == 0
    assert 0.2 < pace.ready_in(WAITING) < 1


def test_the_interval_grows_from_half_a_second_to_about_one() -> None:
    clock = SetClock()
    pace = make_pace(clock)
    intervals = []
    for _ in range(20):
        pace.shown(growing("one"), 0.1)
        intervals.append(round(pace.ready_in(growing("one two")), 3))
        clock.advance(intervals[-1])
    assert intervals[0] == 0.5
    assert intervals == sorted(intervals)
    assert intervals[-1] == 1.2


def test_an_empty_bucket_holds_even_the_first_word_back() -> None:
    assert make_pace(SetClock(), pause=3.0).ready_in(growing("one")) == 3.0


def test_after_two_edits_that_slept_over_a_429_only_the_end_is_shown() -> None:
    pace = make_pace(SetClock())
    pace.shown(growing("one"), 4.0)
    assert pace.ready_in(growing("one two")) < 2
    pace.shown(growing("one two"), 4.0)
    assert pace.ready_in(growing("one two three")) == float("inf")


async def snapshots(*given: Snapshot) -> AsyncIterator[Snapshot]:
    for snapshot in given:
        yield snapshot
        await asyncio.sleep(0)


async def test_the_newest_text_wins_and_the_end_comes_without_waiting() -> None:
    pace = make_pace(SetClock())  # its clock stands: no second edit is ever due
    shown = []
    async for snapshot in paced(snapshots(growing("one"), growing("one two"), END), pace):
        shown.append(snapshot)
        pace.shown(snapshot, 0.0)
    assert shown == [growing("one"), END]


async def test_leaving_early_leaves_no_task_behind() -> None:
    before = asyncio.all_tasks()
    stream = paced(snapshots(growing("one"), END), make_pace(SetClock()))
    assert await anext(stream) == growing("one")
    await stream.aclose()  # type: ignore[attr-defined]
    assert asyncio.all_tasks() == before
