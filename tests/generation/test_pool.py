"""Resident models under one budget."""

import asyncio
import shutil
import threading
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import torch
from transformers import GPT2LMHeadModel

from bot.domain.errors import (
    ConfigurationError,
    ModelUnavailable,
    NotEnoughMemory,
    UnknownModel,
)
from bot.domain.model_spec import ModelSpec
from bot.domain.sampling import FinishReason, SamplingParams
from bot.generation.catalog import Catalog
from bot.generation.layout import Machine
from bot.generation.pool import Pool, PoolOptions
from bot.generation.resident import ModelFiles, ServingLimits
from tests.generation.pools import last, pool_of, size


async def test_the_longest_unused_idle_model_leaves_first(
    catalog: Catalog, tiny_folder: Path
) -> None:
    budget = 2 * size(tiny_folder) + 1000
    async with pool_of(catalog, memory_budget=budget) as pool:
        for name in ("tiny", "two", "tiny"):
            async with pool.lease(name):
                pass
        async with pool.lease("three"):
            assert pool.used_bytes <= budget
        assert [pool.is_loaded(name) for name in ("tiny", "two", "three")] == [True, False, True]


async def test_a_leased_model_never_leaves(catalog: Catalog, tiny_folder: Path) -> None:
    need = size(tiny_folder)
    async with pool_of(catalog, memory_budget=need + 1000) as pool, pool.lease("tiny") as lease:
        with pytest.raises(NotEnoughMemory) as caught:
            async with pool.lease("two"):
                pass
        used = f"{need / 1e9:.2f} GB"
        assert caught.value.text == (
            f"two needs {used} of memory, but models may use {used} in all, "
            f"of which {used} are in use."
        )
        assert pool.is_loaded("tiny")
        assert pool.used_bytes == need
        assert (await last(lease, "loss")).finish_reason == FinishReason.LENGTH


async def test_nothing_is_evicted_for_a_model_that_would_not_fit_anyway(
    catalog: Catalog, tiny_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = size(tiny_folder) + 1000
    async with pool_of(catalog, memory_budget=budget) as pool:
        async with pool.lease("tiny"):
            pass
        monkeypatch.setattr(Machine, "needed_bytes", lambda *sizes: 10 * budget)
        with pytest.raises(NotEnoughMemory):
            async with pool.lease("two"):
                pass
        assert pool.is_loaded("tiny")


async def test_a_model_larger_than_the_machines_memory_is_refused_before_it_is_read(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, held_loads: threading.Event
) -> None:
    monkeypatch.setattr("bot.generation.pool.available_bytes", lambda device: 1000)
    async with pool_of(catalog, memory_budget=10**12) as pool:
        with pytest.raises(NotEnoughMemory, match=r"models may use 0\.00 GB in all"):
            async with pool.lease("tiny"):
                pass
        assert pool.used_bytes == 0


async def test_a_model_in_use_is_not_unloaded(catalog: Catalog) -> None:
    async with pool_of(catalog) as pool:
        assert not await pool.unload("tiny")
        async with pool.lease("tiny"):
            assert not await pool.unload("tiny")


async def test_a_run_that_is_removed_answers_to_its_end_and_is_loaded_anew_when_it_comes_back(
    tiny_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "course"
    shutil.copytree(tiny_folder, folder)
    runs = [ModelSpec("course", str(folder), "first", is_local=True)]
    async with pool_of(Catalog(find_runs=lambda: runs)) as pool:
        async with pool.lease("course") as lease:
            shutil.rmtree(folder)
            runs.clear()
            with pytest.raises(UnknownModel, match="no model called course"):
                async with pool.lease("course"):
                    pass
            assert (await last(lease, "loss")).finish_reason == FinishReason.LENGTH
            shutil.copytree(tiny_folder, folder)
            runs.append(ModelSpec("course", str(folder), "second", is_local=True))
            async with pool.lease("course") as busy:
                assert busy.spec.revision == "first"
        async with pool.lease("course") as lease:
            assert lease.spec.revision == "second"
            assert (await last(lease, "loss")).finish_reason == FinishReason.LENGTH


async def test_closing_ends_loads_and_answers_and_refuses_new_leases(
    catalog: Catalog, held_loads: threading.Event
) -> None:
    held_loads.set()
    async with pool_of(catalog) as pool, AsyncExitStack() as stack:
        lease = await stack.enter_async_context(pool.lease("tiny"))
        for _ in range(40):
            completion = lease.complete("loss", SamplingParams(100), "ada")
        held_loads.clear()

        async def use() -> None:
            async with pool.lease("two"):
                pass

        loading = asyncio.ensure_future(use())
        await asyncio.sleep(0.05)
        closing = asyncio.ensure_future(pool.close())
        await asyncio.sleep(0.01)
        held_loads.set()
        await closing
        with pytest.raises(ModelUnavailable, match="shutting down"):
            await loading
        assert completion.latest.finish_reason == FinishReason.CANCELLED
        with pytest.raises(ModelUnavailable, match="shutting down"):
            async with pool.lease("tiny"):
                pass


async def test_an_unknown_model_is_refused_with_the_names_there_are(catalog: Catalog) -> None:
    async with pool_of(catalog) as pool:
        with pytest.raises(UnknownModel, match=r"no model called gpt5; choose from .*tiny"):
            async with pool.lease("gpt5"):
                pass
        with pytest.raises(UnknownModel):
            pool.spec("gpt5")


async def test_a_model_needs_what_loading_it_reserves(catalog: Catalog, tiny_folder: Path) -> None:
    async with pool_of(catalog) as pool, pool.lease("tiny"):
        assert pool.needed_bytes("tiny") == pool.used_bytes == size(tiny_folder)
        assert pool.needed_bytes("starter") is None


async def test_on_a_gpu_a_model_needs_the_cache_of_every_slot(
    tiny_folder: Path, tiny_model: GPT2LMHeadModel
) -> None:
    gpu, limits = torch.device("cuda"), ServingLimits(max_batch=5, prefix_bytes=0)
    files = ModelFiles(tiny_folder, "tiny", Machine(gpu, "bfloat16"), limits)
    window = 128 * (2 * 2 + 1) * 64 * 2  # positions; keys, values, state; width, bytes
    assert files.num_bytes == 2 * tiny_model.num_parameters() + 5 * window


async def test_statuses_tell_disk_memory_and_size(catalog: Catalog, tiny_folder: Path) -> None:
    async with pool_of(catalog, quantization="none") as pool, pool.lease("tiny"):
        by_name = {status.spec.name: status for status in await pool.statuses()}
        assert (by_name["tiny"].on_disk, by_name["tiny"].is_loaded) == (True, True)
        assert (by_name["two"].on_disk, by_name["two"].is_loaded) == (True, False)
        assert (by_name["gpt2-xl"].on_disk, by_name["gpt2-xl"].is_loaded) == (False, False)
        weights, token, block = 4 * 1_557_611_200, 4 * (2 * 48 + 1) * 1600, 16
        num_blocks = ServingLimits().prefix_bytes // (block * token)
        assert by_name["gpt2-xl"].memory_bytes == weights + (1024 + block * num_blocks) * token
        assert by_name["tiny"].memory_bytes == size(tiny_folder)
        assert by_name["starter"].memory_bytes is None
        assert by_name["tiny"].shape == catalog.shape("tiny")
        assert by_name["tiny"].disk_bytes == catalog.disk_bytes("tiny")


def test_options_that_this_machine_lacks_are_configuration_errors(catalog: Catalog) -> None:
    with pytest.raises(ConfigurationError, match=r"generation\.dtype"):
        Pool(catalog, PoolOptions(dtype="int3"))
    options = PoolOptions(device="cpu", dtype="bfloat16", quantization="none")
    layout = Pool(catalog, options).layout("gpt2")
    assert layout is not None
    assert layout.dtype == torch.bfloat16
    assert Pool(catalog, PoolOptions(device="cpu")).memory_budget > 0
