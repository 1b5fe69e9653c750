"""How long people wait, foretold: a simulated server with measured step times."""

import random
import statistics
from itertools import count, pairwise

import pytest

from bot.domain.sampling import SamplingParams
from bot.generation.chunk import Chunk
from bot.generation.forecast import Forecast
from bot.generation.request import Request
from bot.generation.scheduler import Scheduler

STEP_SECONDS = {1: 0.128, 8: 0.19, 32: 0.38, 128: 1.10}
"""Tokens of a step and what it takes: GPT-2 XL in int8 on two cores."""


def step_seconds(num_tokens: int) -> float:
    """Between the measured ones, on a straight line."""
    sizes = sorted(STEP_SECONDS)
    for low, high in pairwise(sizes):
        if num_tokens <= high:
            share = (num_tokens - low) / (high - low)
            return STEP_SECONDS[low] + share * (STEP_SECONDS[high] - STEP_SECONDS[low])
    raise AssertionError("the scheduler plans no larger steps")


class Server:
    """A scheduler whose steps take simulated time; answers end where `lengths` says."""

    def __init__(self, seed: int, max_batch: int = 8) -> None:
        self.random = random.Random(seed)
        self.scheduler = Scheduler(max_batch, 128, queue_limit=1000)
        self.forecast = Forecast()
        self.now = 0.0
        self.lengths: dict[int, int] = {}
        self.foretold: dict[int, float] = {}
        self.started: dict[int, float] = {}
        self._asked: dict[int, float] = {}
        self._ids = count()

    def ask(self, person: str, num_prompt: int, allowed: int, length: int) -> int:
        id_ = next(self._ids)
        sampling = SamplingParams(max_new_tokens=allowed)
        self.scheduler.add(Request(id_, (0,) * num_prompt, sampling, person))
        self.lengths[id_] = length
        self._asked[id_] = self.now
        return id_

    def step(self) -> None:
        chunks = self.scheduler.schedule()
        for chunk in chunks:
            self.started.setdefault(chunk.sequence.request.id, self.now)
        for sequence, seconds in self.forecast.waits(self.scheduler):
            if seconds is not None:
                self.foretold.setdefault(sequence.request.id, self.now + seconds)
        noise = self.random.uniform(0.9, 1.1)
        seconds = noise * step_seconds(sum(len(chunk.tokens) for chunk in chunks))
        self.now += seconds
        self.forecast.learn_step(chunks, sum(chunk.num_logits for chunk in chunks), seconds)
        for chunk in chunks:
            self._finish_chunk(chunk)

    def run(self) -> None:
        while self.scheduler.num_running or self.scheduler.num_waiting:
            self.step()

    def errors(self) -> list[float]:
        """Of each wait over a second: how far the first forecast was off, as a share of it."""
        errors = []
        for id_, foretold in self.foretold.items():
            wait = self.started[id_] - self._asked[id_]
            if wait > 1:
                errors.append(abs(foretold - self.started[id_]) / wait)
        return errors

    def _finish_chunk(self, chunk: Chunk) -> None:
        self.scheduler.advance(chunk, (7,) * chunk.num_logits)
        sequence = chunk.sequence
        if len(sequence.generated) == self.lengths[sequence.request.id]:
            self.scheduler.finish(sequence)
            self.forecast.learn_end(sequence)


@pytest.mark.parametrize("seed", range(5))
def test_waits_are_foretold_within_a_quarter(seed: int) -> None:
    """An hour in which 12 people ask in waves; most answers end before their limit."""
    server = Server(seed)
    chance = random.Random(seed)
    for _wave in range(25):
        for _ in range(chance.randint(4, 24)):
            allowed = chance.choice((64, 160, 160, 320))
            length = max(1, round(allowed * chance.betavariate(2, 2)))
            server.ask(f"person {chance.randrange(12)}", chance.randint(40, 500), allowed, length)
        for _ in range(chance.randint(100, 500)):
            if not server.scheduler.num_running and not server.scheduler.num_waiting:
                break
            server.step()
    server.run()
    errors = server.errors()
    assert len(errors) > 50
    assert statistics.median(errors) < 0.25


def test_nothing_is_foretold_before_anything_was_measured() -> None:
    scheduler = Scheduler(1, 8, queue_limit=5)
    for id_ in range(3):
        scheduler.add(Request(id_, (1,), SamplingParams()))
    scheduler.schedule()
    assert [seconds for _, seconds in Forecast().waits(scheduler)] == [None, None]


def test_a_person_with_ten_questions_does_not_delay_the_next_persons_first() -> None:
    server = Server(0, max_batch=2)
    many = [server.ask("ada", 100, 64, 64) for _ in range(10)]
    server.step()
    one = server.ask("ben", 100, 64, 64)
    server.run()
    assert sorted([*many, one], key=server.started.__getitem__).index(one) == 2


def test_the_wait_is_the_rest_of_the_first_answer_that_ends() -> None:
    server = Server(0, max_batch=2)
    server.random.uniform = lambda low, high: 1.0  # type: ignore[method-assign]
    for person in ("ada", "ben"):
        server.ask(person, 1, 64, 64)
    for _ in range(24):
        server.step()
    server.ask("cleo", 1, 64, 64)
    ((_, seconds),) = server.forecast.waits(server.scheduler)
    assert seconds == pytest.approx(40 * step_seconds(2), rel=0.02)
