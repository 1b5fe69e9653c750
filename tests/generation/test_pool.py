"""Resident models: leases, budgets, loads."""

import asyncio
import gc
import json
import shutil
import threading
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
import torch
from transformers import GPT2LMHeadModel

from bot.domain.errors import (
    ConfigurationError,
    InvalidParameter,
    ModelUnavailable,
    NotEnoughMemory,
    PromptTooLong,
    QueueFull,
    UnknownModel,
)
from bot.domain.model_spec import ModelSpec
from bot.domain.progress import LoadProgress, Progress
from bot.domain.sampling import FinishReason, SamplingParams
from bot.generation.catalog import Catalog
from bot.generation.checkpoint import Checkpoint
from bot.generation.lease import Lease
from bot.generation.pool import Pool, PoolOptions
from bot.generation.resident import ModelFiles, ServingLimits
from bot.service.ports import ModelPool
from tests.generation.test_engine import generated

GREEDY = SamplingParams(max_new_tokens=16)


@asynccontextmanager
async def pool_of(catalog: Catalog, **options: object) -> AsyncIterator[Pool]:
    settings = {"dtype": "float32", "device": "cpu", "num_threads": 1} | options
    pool = Pool(catalog, PoolOptions(**settings))  # type: ignore[arg-type]
    try:
        yield pool
    finally:
        async with asyncio.timeout(20):
            await pool.close()
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def last(lease: Lease, prompt: str, sampling: SamplingParams = GREEDY) -> Progress:
    async with asyncio.timeout(20):
        return [progress async for progress in lease.complete(prompt, sampling, "ada")][-1]


def size(folder: Path) -> int:
    return ModelFiles(folder, "tiny", "float32", torch.device("cpu")).num_bytes


@pytest.fixture
def held_loads(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Loads wait, after their checks, until the event is set."""
    gate = threading.Event()
    real: Callable[..., object] = Checkpoint.load

    def held(self: Checkpoint, *args: object) -> object:
        assert gate.wait(10)
        return real(self, *args)

    monkeypatch.setattr(Checkpoint, "load", held)
    return gate


async def test_a_lease_loads_and_answers_as_transformers_does(
    catalog: Catalog, tiny_model: GPT2LMHeadModel
) -> None:
    async with pool_of(catalog) as pool:
        checked: ModelPool = pool  # mypy holds it against the port
        async with checked.lease("tiny") as lease:
            assert lease.spec.name == "tiny"
            assert lease.window == 128
            assert lease.count_tokens("loss") > 0
            assert pool.is_loaded("tiny")
        async with pool.lease("tiny") as lease:
            tokenizer = lease._resident.tokenizer
            for prompt in ("Question: What is a loss?", "Attention", "Überanpassung heißt"):
                answer = await last(lease, prompt)
                ids = generated(tiny_model, tuple(tokenizer.encode(prompt)))
                assert tokenizer.decode(ids).startswith(answer.text)
                assert answer.num_new_tokens == 16
                assert answer.finish_reason == FinishReason.LENGTH


async def test_the_same_seed_gives_the_same_text_in_company(catalog: Catalog) -> None:
    sampling = SamplingParams(max_new_tokens=20, temperature=1.0, seed=5)
    async with pool_of(catalog) as pool, pool.lease("tiny") as lease:
        alone = await last(lease, "Dropout", sampling)
        others = [lease.complete("A key", SamplingParams(60, 1.0), "ben") for _ in range(6)]
        together = await last(lease, "Dropout", sampling)
        assert together.text == alone.text
        for other in others:
            other.cancel()


async def test_an_empty_prompt_starts_from_the_end_of_text(catalog: Catalog) -> None:
    async with pool_of(catalog) as pool, pool.lease("tiny") as lease:
        assert (await last(lease, "")).num_new_tokens == 16


async def test_without_an_end_of_text_an_empty_prompt_is_refused(
    tiny_folder: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny_folder, tmp_path / "model"))
    text = (folder / "tokenizer.json").read_text().replace("<|endoftext|>", "<|another|>")
    (folder / "tokenizer.json").write_text(text)
    config = json.loads((folder / "config.json").read_text()) | {"eos_token_id": None}
    (folder / "config.json").write_text(json.dumps(config))
    catalog = Catalog([ModelSpec("bare", str(folder), is_local=True)])
    async with pool_of(catalog) as pool, pool.lease("bare") as lease:
        with pytest.raises(InvalidParameter, match="bare cannot start from an empty text"):
            lease.complete("", GREEDY, "ada")


async def test_a_prompt_that_leaves_no_room_is_refused(catalog: Catalog) -> None:
    async with pool_of(catalog) as pool, pool.lease("tiny") as lease:
        with pytest.raises(PromptTooLong, match=r"exceed the 128 tokens that tiny can see"):
            lease.complete("loss " * 500, GREEDY, "ada")
        with pytest.raises(PromptTooLong, match=r"the answer \(up to 1,000\)"):
            lease.complete("loss", SamplingParams(max_new_tokens=1000), "ada")
        with pytest.raises(PromptTooLong):
            lease.complete("x" * 10_000_000, GREEDY, "ada")
        num_prompt = lease.count_tokens("loss")
        full = await last(lease, "loss", SamplingParams(max_new_tokens=128 - num_prompt))
        assert full.num_new_tokens == 128 - num_prompt


async def test_a_full_queue_refuses(catalog: Catalog) -> None:
    limits = ServingLimits(max_batch=1, max_step_tokens=32, queue_limit=2)
    async with pool_of(catalog, limits=limits) as pool, pool.lease("tiny") as lease:
        for _ in range(3):
            lease.complete("loss", SamplingParams(100), "ada")
        with pytest.raises(QueueFull):
            lease.complete("loss", GREEDY, "ada")


async def test_leaving_a_lease_cancels_what_has_not_ended(catalog: Catalog) -> None:
    async with pool_of(catalog) as pool:
        async with pool.lease("tiny") as lease:
            completion = lease.complete("loss", SamplingParams(100), "ada")
        async with asyncio.timeout(5):
            (progress,) = [p async for p in completion]
        assert progress.finish_reason == FinishReason.CANCELLED


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
        monkeypatch.setattr(ModelFiles, "num_bytes", property(lambda self: 10 * budget))
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


async def test_a_model_in_use_is_not_unloaded(catalog: Catalog) -> None:
    async with pool_of(catalog) as pool:
        assert not await pool.unload("tiny")
        async with pool.lease("tiny"):
            assert not await pool.unload("tiny")


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


async def test_statuses_tell_disk_memory_and_size(
    catalog: Catalog, tiny_model: GPT2LMHeadModel
) -> None:
    async with pool_of(catalog) as pool, pool.lease("tiny"):
        by_name = {status.spec.name: status for status in await pool.statuses()}
        assert (by_name["tiny"].on_disk, by_name["tiny"].is_loaded) == (True, True)
        assert (by_name["two"].on_disk, by_name["two"].is_loaded) == (True, False)
        assert (by_name["gpt2-xl"].on_disk, by_name["gpt2-xl"].is_loaded) == (False, False)
        assert by_name["gpt2-xl"].memory_bytes == 4 * 1_557_611_200
        assert by_name["tiny"].memory_bytes == 4 * tiny_model.num_parameters()
        assert by_name["starter"].memory_bytes is None
        assert by_name["tiny"].shape == catalog.shape("tiny")
        assert by_name["tiny"].disk_bytes == catalog.disk_bytes("tiny")


def test_options_that_this_machine_lacks_are_configuration_errors(catalog: Catalog) -> None:
    with pytest.raises(ConfigurationError, match=r"generation\.dtype"):
        Pool(catalog, PoolOptions(dtype="int3"))
    assert Pool(catalog, PoolOptions(device="cpu", dtype="bfloat16")).dtype == "bfloat16"
    assert Pool(catalog, PoolOptions(device="cpu")).memory_budget > 0
