"""A lease: what it answers and what it refuses."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from transformers import GPT2LMHeadModel

from bot.domain.errors import (
    InvalidParameter,
    PromptTooLong,
    QueueFull,
)
from bot.domain.model_spec import ModelSpec
from bot.domain.sampling import FinishReason, SamplingParams
from bot.generation.catalog import Catalog
from bot.generation.resident import ServingLimits
from bot.service.ports import ModelPool
from tests.generation.engines import generated
from tests.generation.pools import GREEDY, last, pool_of


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


async def test_a_follow_up_reads_only_what_is_new_and_the_status_tells_it(
    catalog: Catalog, tiny_model: GPT2LMHeadModel
) -> None:
    async with pool_of(catalog) as pool, pool.lease("tiny") as lease:
        tokenizer = lease._resident.tokenizer
        thread = "Question: What is a loss? Answer: A number that says how wrong the model is."
        await last(lease, thread)
        follow_up = f"{thread}\nQuestion: What is dropout?"
        answer = await last(lease, follow_up)
        ids = tuple(tokenizer.encode(follow_up))
        assert tokenizer.decode(generated(tiny_model, ids)).startswith(answer.text)
        (status,) = [each for each in await pool.statuses() if each.spec.name == "tiny"]
        num_thread = len(tokenizer.encode(thread))
        assert status.num_prompt_tokens == num_thread + len(ids)
        assert 0 < status.num_reused_tokens <= num_thread


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
