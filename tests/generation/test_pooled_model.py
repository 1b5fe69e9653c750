"""Loading one model, and giving it back."""

import asyncio
import gc
import logging
import os
import shutil
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from bot.domain.errors import ModelUnavailable, NotEnoughMemory
from bot.domain.model_spec import ModelSpec
from bot.domain.progress import LoadProgress
from bot.domain.sampling import FinishReason, SamplingParams
from bot.generation.catalog import Catalog
from bot.generation.checkpoint import Checkpoint
from bot.generation.hardware import BACKGROUND_NICENESS
from bot.generation.lease import Lease
from tests.generation.pools import GREEDY, last, pool_of, size


async def test_concurrent_leases_share_one_load_and_all_see_its_progress(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, held_loads: threading.Event
) -> None:
    seen: list[list[LoadProgress]] = [[] for _ in range(5)]

    async def use(number: int) -> Lease:
        async with pool.lease("tiny", seen[number].append) as lease:
            return lease

    async with pool_of(catalog) as pool:
        users = [asyncio.ensure_future(use(number)) for number in range(4)]
        await asyncio.sleep(0.05)
        users.append(asyncio.ensure_future(use(4)))
        await asyncio.sleep(0.01)
        held_loads.set()
        leases = await asyncio.gather(*users)
    assert len({id(lease._resident) for lease in leases}) == 1
    for progress in seen:
        assert progress[-1] == LoadProgress("tiny", "ready", 1.0)
        shares = [news.share for news in progress]
        assert shares == sorted(shares)
        assert progress[0].stage == "load"


async def test_a_waiter_may_give_up_and_the_load_goes_on(
    catalog: Catalog, held_loads: threading.Event
) -> None:
    async def use() -> None:
        async with pool.lease("tiny"):
            pass

    async with pool_of(catalog) as pool:
        first, second = asyncio.ensure_future(use()), asyncio.ensure_future(use())
        await asyncio.sleep(0.05)
        first.cancel()
        await asyncio.sleep(0)
        held_loads.set()
        await second
        with pytest.raises(asyncio.CancelledError):
            await first
        assert await pool.unload("tiny")


async def test_a_progress_callback_that_fails_does_not_end_the_load(
    catalog: Catalog,
) -> None:
    errors: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))

    def fail(progress: LoadProgress) -> None:
        raise ValueError("cannot show this")

    async with pool_of(catalog) as pool, pool.lease("tiny", fail):
        assert pool.is_loaded("tiny")
    assert errors


async def test_a_model_serves_while_another_loads(
    catalog: Catalog, held_loads: threading.Event
) -> None:
    held_loads.set()
    async with pool_of(catalog) as pool, pool.lease("tiny") as lease:
        held_loads.clear()

        async def use() -> None:
            async with pool.lease("two"):
                pass

        loading = asyncio.ensure_future(use())
        await asyncio.sleep(0.02)
        assert (await last(lease, "loss")).finish_reason == FinishReason.LENGTH
        assert not pool.is_loaded("two")
        held_loads.set()
        await loading
        assert pool.is_loaded("two")


async def test_a_load_steps_back_and_leaves_other_threads_their_cores(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One core for the thread that loads; the models' threads keep theirs, during and after."""
    loads: list[tuple[int, int]] = []
    serving: list[int] = []
    real: Callable[..., object] = Checkpoint.load

    def seen(self: Checkpoint, *args: object) -> object:
        loads.append((torch.get_num_threads(), os.getpriority(os.PRIO_PROCESS, 0)))
        serving.extend(ask(name) for name in pool._models if pool.is_loaded(name))
        return real(self, *args)

    def ask(name: str) -> int:
        return pool._models[name]._executor.submit(torch.get_num_threads).result(10)

    monkeypatch.setattr(Checkpoint, "load", seen)
    own = torch.get_num_threads()
    niceness = os.getpriority(os.PRIO_PROCESS, 0)
    async with pool_of(catalog, num_threads=3) as pool:
        try:
            for name in ("tiny", "two", "three"):
                async with pool.lease(name) as lease:
                    assert (await last(lease, "loss")).finish_reason == FinishReason.LENGTH
            assert [ask(name) for name in ("tiny", "two", "three")] == [3, 3, 3]
        finally:
            assert torch.get_num_threads() == own
            torch.set_num_threads(own)  # what threads begin with from now on
    assert serving == [3, 3, 3]
    expected = niceness + BACKGROUND_NICENESS if sys.platform == "linux" else niceness
    assert loads == [(1, min(expected, 19))] * 3
    assert os.getpriority(os.PRIO_PROCESS, 0) == niceness


async def test_a_load_that_runs_out_of_memory_leaves_the_serving_model_as_it_was(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Checkpoint, *args: object) -> object:
        raise MemoryError

    async with pool_of(catalog) as pool, pool.lease("tiny") as lease:
        before = await last(lease, "loss")
        running = lease.complete("loss", SamplingParams(100), "ada")
        monkeypatch.setattr(Checkpoint, "load", full)
        used = pool.used_bytes
        with pytest.raises(NotEnoughMemory):
            async with pool.lease("two"):
                pass
        assert pool.used_bytes == used
        assert (await last(lease, "loss")).text == before.text
        async with asyncio.timeout(20):
            end = [progress async for progress in running][-1]
        assert end.finish_reason == FinishReason.LENGTH


async def test_two_models_load_at_once(catalog: Catalog, held_loads: threading.Event) -> None:
    async def use(name: str) -> None:
        async with pool.lease(name):
            pass

    async with pool_of(catalog) as pool:
        users = [asyncio.ensure_future(use(name)) for name in ("tiny", "two")]
        await asyncio.sleep(0.1)
        assert pool.used_bytes > 0
        held_loads.set()
        await asyncio.gather(*users)
        assert pool.is_loaded("tiny")
        assert pool.is_loaded("two")


async def test_a_failed_load_leaves_everything_as_it_was(tiny_folder: Path, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(tiny_folder, tmp_path / "broken"))
    weights = (broken / "model.safetensors").read_bytes()
    (broken / "model.safetensors").write_bytes(weights[:-100])
    specs = [
        ModelSpec("tiny", str(tiny_folder), is_local=True),
        ModelSpec("broken", str(broken), is_local=True),
    ]
    budget = size(tiny_folder) + 1000
    async with pool_of(Catalog(specs), memory_budget=budget) as pool:
        async with pool.lease("tiny"):
            pass
        with pytest.raises(ModelUnavailable, match="The weights of broken are damaged"):
            async with pool.lease("broken"):
                pass
        assert pool.is_loaded("tiny")
        assert not pool.is_loaded("broken")
        assert pool.used_bytes == size(tiny_folder)
        (broken / "model.safetensors").write_bytes(weights)
        async with pool.lease("broken") as lease:
            assert (await last(lease, "loss")).finish_reason == FinishReason.LENGTH


async def test_every_waiter_of_a_failed_load_gets_its_sentence(tmp_path: Path) -> None:
    catalog = Catalog([ModelSpec("gone", str(tmp_path / "gone"), is_local=True)])

    async def use() -> str:
        with pytest.raises(ModelUnavailable) as caught:
            async with pool.lease("gone"):
                pass
        return caught.value.text

    async with pool_of(catalog) as pool:
        sentences = await asyncio.gather(use(), use(), use())
    assert set(sentences) == {f"The folder of gone is not there: {tmp_path}/gone."}


async def test_unloading_gives_the_weights_back_without_a_garbage_collection(
    catalog: Catalog,
) -> None:
    async with pool_of(catalog) as pool:
        async with pool.lease("tiny") as lease:
            await last(lease, "loss")
            kept = lease.complete("loss", SamplingParams(100), "ada")
            assert lease._resident._worker is not None
            model = weakref.ref(lease._resident._worker._engine._model)
        gc.disable()
        try:
            assert await pool.unload("tiny")
            assert model() is None
        finally:
            gc.enable()
        assert kept.latest.finish_reason == FinishReason.CANCELLED
        assert pool.used_bytes == 0
        with pytest.raises(ModelUnavailable, match="tiny was unloaded"):
            lease.complete("loss", GREEDY, "ada")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_memory_that_runs_out_during_a_load_is_one_sentence_and_given_back(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    half: list[weakref.ref[torch.Tensor]] = []
    real: Callable[..., torch.Tensor] = Checkpoint._read

    def read(self: Checkpoint, *args: object) -> torch.Tensor:
        if len(half) == 5:
            raise type(error)(*error.args)
        tensor = real(self, *args)
        half.append(weakref.ref(tensor))
        return tensor

    monkeypatch.setattr(Checkpoint, "_read", read)
    async with pool_of(catalog) as pool:
        gc.disable()
        try:
            with pytest.raises(NotEnoughMemory) as caught:
                async with pool.lease("tiny"):
                    pass
            for _ in range(200):  # the thread lets go of the error in its own time
                if not any(tensor() is not None for tensor in half):
                    break
                await asyncio.sleep(0.01)
            assert [tensor() for tensor in half] == [None] * 5
        finally:
            gc.enable()
        assert caught.value.text == (
            "There is not enough free memory to load tiny now; choose a smaller model, or free "
            "memory and ask again."
        )
        assert pool.used_bytes == 0
        monkeypatch.setattr(Checkpoint, "_read", real)
        async with pool.lease("tiny") as lease:
            assert (await last(lease, "loss")).finish_reason == FinishReason.LENGTH


async def test_a_bug_during_a_load_is_one_sentence_with_an_id_that_is_in_the_log(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: Checkpoint, *args: object) -> object:
        raise KeyError("a secret detail")

    monkeypatch.setattr(Checkpoint, "load", broken)
    async with pool_of(catalog) as pool:
        with caplog.at_level(logging.ERROR), pytest.raises(ModelUnavailable) as caught:
            async with pool.lease("tiny"):
                pass
    sentence = caught.value.text
    error_id = sentence.rpartition("error id ")[2].rstrip(".")
    assert sentence.startswith("tiny cannot be loaded because of an error on my side")
    assert "secret" not in sentence
    assert f"tiny cannot be loaded ({error_id})" in caplog.text
    assert "a secret detail" in caplog.text
    assert len(caplog.records) == 1
