"""The thread boundary."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest
import torch

from bot.domain.errors import QueueFull
from bot.domain.model_spec import ModelShape
from bot.domain.sampling import FinishReason, SamplingParams
from bot.generation.chunk import Chunk
from bot.generation.engine import Engine
from bot.generation.kv_cache import KVCache
from bot.generation.request import Request, TokenEvent
from bot.generation.scheduler import Scheduler
from bot.generation.worker import Worker

SHAPE = ModelShape(1, 4, 1, vocabulary=8, window=64)


class CountingModel:
    """Always says 5; notes the threads it runs in, and can be made to wait."""

    def __init__(self) -> None:
        self.num_steps = 0
        self.threads: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()

    def forward(self, chunks: tuple[Chunk, ...], cache: KVCache) -> torch.Tensor:
        assert self.gate.wait(10)
        self.num_steps += 1
        self.threads.add(threading.current_thread().name)
        logits = torch.zeros(sum(chunk.num_logits for chunk in chunks), SHAPE.vocabulary)
        logits[:, 5] = 1
        return logits


class Notes:
    """A listener that writes everything down."""

    def __init__(self, on_token: Callable[[TokenEvent], None] = lambda event: None) -> None:
        self.positions: list[int] = []
        self.waits: list[float | None] = []
        self.tokens: list[int] = []
        self.num_starts = 0
        self.ending: TokenEvent | None = None
        self.ended = asyncio.Event()
        self._on_token = on_token

    def on_waiting(self, position: int, eta_seconds: float | None) -> None:
        self.positions.append(position)
        self.waits.append(eta_seconds)

    def on_started(self) -> None:
        self.num_starts += 1

    def on_token(self, event: TokenEvent) -> None:
        if event.finish_reason is not None:
            assert self.ending is None
            self.ending = event
            self.ended.set()
        self._on_token(event)
        if event.token is not None:
            self.tokens.append(event.token)

    async def reason(self) -> FinishReason | None:
        async with asyncio.timeout(10):
            await self.ended.wait()
        assert self.ending is not None
        return self.ending.finish_reason


@asynccontextmanager
async def serving(
    model: CountingModel, max_batch: int = 4, queue_limit: int = 2000
) -> AsyncIterator[Worker]:
    scheduler = Scheduler(max_batch, max_batch + 16, queue_limit)
    cache = KVCache(SHAPE, max_batch, torch.float32, torch.device("cpu"))
    with ThreadPoolExecutor(1, thread_name_prefix="own-thread") as executor:
        worker = Worker(Engine(model, cache, scheduler, None), executor)
        worker.start()
        try:
            yield worker
        finally:
            model.gate.set()
            async with asyncio.timeout(10):
                await worker.close()


def request(id_: int, num_new: int = 3, person: str = "ada") -> Request:
    return Request(id_, (1, 2), SamplingParams(max_new_tokens=num_new), person)


async def test_tokens_arrive_on_the_loop_and_are_computed_in_the_models_thread() -> None:
    model = CountingModel()
    loop_threads = set()
    notes = Notes(lambda event: loop_threads.add(threading.current_thread()))
    async with serving(model) as worker:
        worker.submit(request(1), notes)
        assert await notes.reason() == FinishReason.LENGTH
    assert notes.tokens == [5, 5, 5]
    assert notes.num_starts == 1
    assert model.threads == {"own-thread_0"}
    assert loop_threads == {threading.current_thread()}


async def test_a_thousand_submits_all_end() -> None:
    model = CountingModel()
    everybody = [Notes() for _ in range(1000)]
    async with serving(model, max_batch=32) as worker:
        for id_, notes in enumerate(everybody):
            worker.submit(request(id_, person=f"person {id_ % 50}"), notes)
        assert {await notes.reason() for notes in everybody} == {FinishReason.LENGTH}
        assert worker.num_requests == 0
    assert all(notes.tokens == [5, 5, 5] for notes in everybody)


async def test_an_idle_worker_computes_nothing_and_goes_on_when_asked() -> None:
    model = CountingModel()
    async with serving(model) as worker:
        for id_ in range(3):
            notes = Notes()
            worker.submit(request(id_, num_new=2), notes)
            await notes.reason()
            await asyncio.sleep(0.02)
            assert model.num_steps == 2 * (id_ + 1)


async def test_positions_fall_while_others_finish() -> None:
    model = CountingModel()
    model.gate.clear()
    first, second, third = Notes(), Notes(), Notes()
    async with serving(model, max_batch=1) as worker:
        for id_, notes in enumerate((first, second, third)):
            worker.submit(request(id_, num_new=4), notes)
        model.gate.set()
        await third.reason()
    assert third.positions[0] == 2
    assert third.positions == sorted(third.positions, reverse=True)
    assert third.positions[-1] == 0
    assert any(wait is not None and wait > 0 for wait in third.waits)


async def test_a_full_queue_refuses_at_once() -> None:
    model = CountingModel()
    model.gate.clear()
    async with serving(model, max_batch=1, queue_limit=1) as worker:
        worker.submit(request(1), Notes())
        worker.submit(request(2), Notes())
        with pytest.raises(QueueFull):
            worker.submit(request(3), Notes())
        assert worker.num_requests == 2


async def test_cancelling_before_it_starts_while_it_runs_and_after_it_ended() -> None:
    model = CountingModel()
    model.gate.clear()
    running, waiting, last = Notes(), Notes(), Notes()
    async with serving(model, max_batch=1) as worker:
        worker.submit(request(1, num_new=50), running)
        await asyncio.sleep(0.01)
        worker.submit(request(2), waiting)
        worker.submit(request(3), last)
        worker.cancel(2)
        worker.cancel(1)  # while its first step is being computed
        worker.cancel(99)
        model.gate.set()
        assert await last.reason() == FinishReason.LENGTH
        worker.cancel(3)
    assert running.tokens == waiting.tokens == []
    assert running.ending is waiting.ending is None  # who cancels is not told


async def test_cancelling_from_within_a_token_takes_effect_before_the_next_step() -> None:
    model = CountingModel()
    async with serving(model) as worker:
        notes = Notes(lambda event: worker.cancel(1) if len(notes.tokens) == 2 else None)
        worker.submit(request(1, num_new=60), notes)
        await asyncio.sleep(0.1)
        assert worker.num_requests == 0
    assert model.num_steps == 3
    assert len(notes.tokens) == 3


async def test_closing_ends_everything_as_cancelled() -> None:
    model = CountingModel()
    model.gate.clear()
    everybody = [Notes() for _ in range(5)]
    async with serving(model, max_batch=2) as worker:
        for id_, notes in enumerate(everybody):
            worker.submit(request(id_, num_new=60), notes)
        await asyncio.sleep(0.01)
        closing = asyncio.ensure_future(worker.close())
        await asyncio.sleep(0)
        model.gate.set()
        await closing
        late = Notes()
        worker.submit(request(9), late)
        assert await late.reason() == FinishReason.CANCELLED
    assert {await notes.reason() for notes in everybody} == {FinishReason.CANCELLED}
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "model worker"]


async def test_a_listener_that_fails_ends_only_its_own_request(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(event: TokenEvent) -> None:
        if event.finish_reason is None:
            raise ValueError("cannot show this")

    model = CountingModel()
    broken, sound = Notes(fail), Notes()
    async with serving(model) as worker:
        with caplog.at_level(logging.ERROR):
            worker.submit(request(1), broken)
            worker.submit(request(2), sound)
            assert await broken.reason() == FinishReason.FAILED
            assert await sound.reason() == FinishReason.LENGTH
    assert broken.ending is not None
    assert broken.ending.error_id is not None
    assert f"request 1 failed ({broken.ending.error_id})" in caplog.text


@pytest.mark.parametrize("news", ["on_started", "on_waiting"])
async def test_a_listener_that_fails_while_it_waits_ends_only_its_own_request(
    news: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = CountingModel()
    broken, sound = Notes(), Notes()
    async with serving(model, max_batch=1) as worker:
        model.gate.clear()
        first = Notes()
        worker.submit(request(1), first)
        worker.submit(request(2), broken)
        worker.submit(request(3), sound)
        monkeypatch.setattr(broken, news, lambda *news: 1 / 0)
        model.gate.set()
        assert await broken.reason() == FinishReason.FAILED
        assert await first.reason() == FinishReason.LENGTH
        assert await sound.reason() == FinishReason.LENGTH


async def test_a_bug_in_the_book_keeping_fails_who_waits_and_leaves_the_worker_alive(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    model = CountingModel()
    async with serving(model) as worker:
        real = Scheduler.schedule
        monkeypatch.setattr(Scheduler, "schedule", lambda self: 1 / 0)
        first, second = Notes(), Notes()
        worker.submit(request(1), first)
        assert await first.reason() == FinishReason.FAILED
        monkeypatch.setattr(Scheduler, "schedule", real)
        worker.submit(request(2), second)
        assert await second.reason() == FinishReason.LENGTH
    assert "ZeroDivisionError" in caplog.text


async def test_the_loop_stays_free_while_a_step_is_computed() -> None:
    model = CountingModel()
    model.gate.clear()
    async with serving(model) as worker:
        worker.submit(request(1), notes := Notes())
        beats = 0
        for _ in range(20):
            await asyncio.sleep(0.001)
            beats += 1
        assert (beats, notes.tokens) == (20, [])
        model.gate.set()
        await notes.reason()
