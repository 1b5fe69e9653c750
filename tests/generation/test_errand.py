"""Errands: how much of a thread's time they take, and who hears how they end."""

import asyncio

import pytest

from bot.generation.errand import SHARE, Errand, Errands, Pieces


class Watch:
    """A clock that a piece of work moves on."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time


class Bench:
    """Errands on a clock of their own, with a record of whose piece was done."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.errands = Errands(self.watch)
        self.done: list[str] = []

    def add(
        self, name: str, num_pieces: int, seconds: float = 0.01, fails: bool = False
    ) -> "asyncio.Future[str]":
        def pieces() -> Pieces[str]:
            for number in range(num_pieces):
                self.watch.time += seconds
                self.done.append(name)
                if fails:
                    raise ValueError("broken")
                if number < num_pieces - 1:
                    yield
            return name.upper()

        outcome: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.errands.add(Errand(pieces(), outcome))
        return outcome

    def steps(self, count: int, seconds: float = 0.05) -> None:
        """Steps of answers, with errands between them."""
        for _ in range(count):
            self.watch.time += seconds
            self.errands.earn(seconds)
            if self.errands.are_due:
                self.errands.spend()
            self.errands.settle()


async def test_beside_answers_errands_take_their_share_of_the_time() -> None:
    bench = Bench()
    bench.add("a", 10_000, seconds=0.007)
    bench.steps(1000)
    worked = 0.007 * len(bench.done)
    assert worked / bench.watch.time == pytest.approx(SHARE, rel=0.02)


async def test_a_long_piece_is_paid_back_by_the_steps_behind_it() -> None:
    bench = Bench()
    bench.add("a", 100, seconds=0.5)
    bench.steps(1)
    assert bench.done == ["a"]
    num_owed = int(0.5 * (1 - SHARE) / SHARE / 0.05)  # steps that earn 0.5 s
    bench.steps(num_owed - 2)
    assert bench.done == ["a"]
    bench.steps(4)
    assert bench.done == ["a", "a"]


async def test_nothing_is_saved_up_while_nobody_wants_anything() -> None:
    bench = Bench()
    bench.steps(1000)
    bench.add("a", 1000, seconds=0.001)
    bench.steps(1)
    assert 0 < len(bench.done) < 20


async def test_an_idle_thread_does_nothing_else() -> None:
    bench = Bench()
    outcome = bench.add("a", 5, seconds=0.004)
    for _ in range(2):
        bench.errands.work()
        bench.errands.settle()
    assert outcome.result() == "A"
    assert not bench.errands


async def test_two_take_turns_and_both_end() -> None:
    bench = Bench()
    outcomes = [bench.add("a", 4, seconds=0.001), bench.add("b", 4, seconds=0.001)]
    bench.errands.work()
    bench.errands.settle()
    assert bench.done == list("abababab")
    assert [outcome.result() for outcome in outcomes] == ["A", "B"]


async def test_one_that_fails_harms_nobody_else() -> None:
    bench = Bench()
    broken, sound = bench.add("a", 3, fails=True), bench.add("b", 3)
    while bench.errands:
        bench.errands.work()
        bench.errands.settle()
    assert sound.result() == "B"
    with pytest.raises(ValueError, match="broken"):
        broken.result()


async def test_what_nobody_waits_for_any_more_is_dropped() -> None:
    bench = Bench()
    outcome, other = bench.add("a", 100), bench.add("b", 2, seconds=0.001)
    bench.errands.work()
    outcome.cancel()
    bench.errands.settle()
    num_before = bench.done.count("a")
    while bench.errands:
        bench.errands.work()
        bench.errands.settle()
    assert bench.done.count("a") == num_before
    assert other.result() == "B"


async def test_one_that_ended_unheard_is_no_error() -> None:
    bench = Bench()
    outcome = bench.add("a", 1)
    bench.errands.work()
    outcome.cancel()
    bench.errands.settle()
    assert not bench.errands


async def test_refusing_all_tells_everybody_and_closes_their_work() -> None:
    bench, closed = Bench(), []

    def pieces() -> Pieces[str]:
        try:
            yield
        finally:
            closed.append(True)
        return ""

    outcome: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    bench.errands.add(Errand(pieces(), outcome))
    bench.errands.work()
    other = bench.add("b", 2)
    bench.errands.refuse_all(RuntimeError("closed"))
    for each in (outcome, other):
        with pytest.raises(RuntimeError, match="closed"):
            each.result()
    assert closed == [True]
    assert not bench.errands
