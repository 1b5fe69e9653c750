"""Errands beside answers: in the model's own thread, between its steps."""

import asyncio
import threading
import weakref

import pytest
import torch

from bot.domain.errors import ModelUnavailable
from bot.domain.sampling import FinishReason, SamplingParams
from bot.generation.anatomy import Anatomy
from bot.generation.catalog import Catalog
from bot.generation.errand import Pieces
from bot.generation.scheduler import Scheduler
from tests.generation.pools import last, pool_of

LONG = SamplingParams(max_new_tokens=100)


def threads_of(num_pieces: int) -> "tuple[list[str], object]":
    """An errand that notes the thread of each piece."""
    threads: list[str] = []

    def pieces(anatomy: Anatomy) -> Pieces[int]:
        for _ in range(num_pieces):
            threads.append(threading.current_thread().name)
            assert torch.is_inference_mode_enabled()
            yield
        return anatomy.gpt2.config.shape.num_layers

    return threads, pieces


async def test_an_idle_model_is_examined_in_its_own_thread(catalog: Catalog) -> None:
    async with pool_of(catalog) as pool, pool.lease("tiny") as lease:
        threads, pieces = threads_of(20)
        async with asyncio.timeout(20):
            assert await lease.examine(pieces) == 2  # type: ignore[arg-type]
        assert set(threads) == {"model-tiny_0"}
        assert len(threads) == 20


async def test_an_answer_goes_on_while_an_endless_errand_runs(catalog: Catalog) -> None:
    def endless(anatomy: Anatomy) -> Pieces[None]:
        while True:
            yield

    async with pool_of(catalog) as pool, pool.lease("tiny") as lease:
        errand = asyncio.ensure_future(lease.examine(endless))
        answer = await last(lease, "Question: What is a loss?", LONG)
        assert answer.num_new_tokens == 100
        assert not errand.done()
        errand.cancel()
        await asyncio.wait([errand])
        # The thread is free again: something else is done at once.
        _, pieces = threads_of(1)
        async with asyncio.timeout(20):
            assert await lease.examine(pieces) == 2  # type: ignore[arg-type]


async def test_an_errand_ends_while_an_answer_runs(catalog: Catalog) -> None:
    async with pool_of(catalog) as pool, pool.lease("tiny") as lease:
        answer = lease.complete("Attention", LONG, "ada")
        threads, pieces = threads_of(3)
        async with asyncio.timeout(20):
            assert await lease.examine(pieces) == 2  # type: ignore[arg-type]
        assert len(threads) == 3
        answer.cancel()


async def test_a_failure_is_told_to_whoever_waits_and_answers_go_on(catalog: Catalog) -> None:
    def broken(anatomy: Anatomy) -> Pieces[None]:
        yield
        raise ValueError("no such tensor")

    async with pool_of(catalog) as pool, pool.lease("tiny") as lease:
        beside = asyncio.ensure_future(last(lease, "Dropout", LONG))
        with pytest.raises(ValueError, match="no such tensor"):
            await lease.examine(broken)
        assert (await beside).finish_reason is FinishReason.LENGTH


async def test_closing_the_pool_refuses_who_waits(catalog: Catalog) -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def endless(anatomy: Anatomy) -> Pieces[None]:
        loop.call_soon_threadsafe(begun.set)
        while True:
            yield

    async with pool_of(catalog) as pool:

        async def look() -> None:
            async with pool.lease("tiny") as lease:
                await lease.examine(endless)

        waiting = asyncio.ensure_future(look())
        await begun.wait()
        async with asyncio.timeout(20):
            await pool.close()
            with pytest.raises(ModelUnavailable, match="unloaded"):
                await waiting


async def test_a_bug_in_the_book_keeping_refuses_errands_too(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(anatomy: Anatomy) -> Pieces[None]:
        while True:
            yield

    async with pool_of(catalog) as pool, pool.lease("tiny") as lease:
        real = Scheduler.schedule
        errand = asyncio.ensure_future(lease.examine(endless))
        await asyncio.sleep(0.01)
        monkeypatch.setattr(Scheduler, "schedule", lambda self: 1 / 0)
        async with asyncio.timeout(20):
            with pytest.raises(ZeroDivisionError):
                await errand
        monkeypatch.setattr(Scheduler, "schedule", real)
        assert (await last(lease, "Dropout")).num_new_tokens == 16


async def test_the_weights_are_free_after_a_look(catalog: Catalog) -> None:
    seen: list[object] = []

    def pieces(anatomy: Anatomy) -> Pieces[None]:
        seen.append(weakref.ref(anatomy.gpt2))
        yield

    async with pool_of(catalog) as pool:
        async with pool.lease("tiny") as lease:
            await lease.examine(pieces)
        # The loader's thread lets go of what it has loaded a moment after it has told of it.
        pool._models["tiny"]._loader.shutdown(wait=True)
        assert await pool.unload("tiny")
        reference = seen[0]
        assert callable(reference)
        assert reference() is None
