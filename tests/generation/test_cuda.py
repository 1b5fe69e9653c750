"""The same engine on a GPU."""

from pathlib import Path

import pytest
import torch
from transformers import GPT2LMHeadModel

from bot.domain.model_spec import ModelSpec
from bot.generation.catalog import Catalog
from bot.generation.layout import Layout, Machine
from bot.generation.request import Request
from bot.generation.resident import ModelFiles, ServingLimits
from tests.generation.engines import drain, generated, prompts, request
from tests.generation.pools import last, pool_of

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device is here")


def answers_on_gpu(folder: Path, dtype: str, wishes: list[Request]) -> dict[int, list[int]]:
    machine = Machine.here("cuda", dtype, "auto")
    files = ModelFiles(folder, "tiny", machine, ServingLimits(max_batch=4, max_step_tokens=24))
    engine = files.load(lambda share: None, lambda: False)
    answers: dict[int, list[int]] = {}
    for wish in wishes:
        engine.add(wish)
    drain(engine, answers)
    return answers


def test_greedy_answers_in_float32_are_transformers(
    tiny_folder: Path, tiny_model: GPT2LMHeadModel
) -> None:
    texts = prompts(12) * 2  # the second half begins like the first
    wishes = [request(id_, prompt) for id_, prompt in enumerate(texts)]
    expected = {id_: generated(tiny_model, prompt) for id_, prompt in enumerate(texts)}
    assert answers_on_gpu(tiny_folder, "float32", wishes) == expected


def test_the_same_seed_gives_the_same_answer_twice_in_bfloat16(tiny_folder: Path) -> None:
    wishes = [
        request(id_, prompt, temperature=0.8, top_p=0.9, repetition_penalty=1.2, seed=id_)
        for id_, prompt in enumerate(prompts(8))
    ]
    first, second = (answers_on_gpu(tiny_folder, "bfloat16", wishes) for _ in range(2))
    assert first == second
    assert set(first) == set(range(8))


async def test_auto_takes_the_gpu_and_gives_its_memory_back(
    tiny_folder: Path, tmp_path: Path
) -> None:
    before = torch.cuda.memory_allocated()
    catalog = Catalog([ModelSpec("tiny", str(tiny_folder), is_local=True)], cache_dir=tmp_path)
    async with pool_of(catalog, device="auto") as pool:
        assert pool.layout("tiny") in (Layout.BFLOAT16, Layout.FLOAT32)
        async with pool.lease("tiny") as lease:
            assert (await last(lease, "Attention")).num_new_tokens == 16
            assert torch.cuda.memory_allocated() > before
    assert torch.cuda.memory_allocated() <= before
