"""The same engine on a GPU."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import GPT2LMHeadModel

from bot.domain.model_spec import ModelSpec
from bot.domain.sampling import SamplingParams
from bot.generation.captured_model import CapturedModel
from bot.generation.catalog import Catalog
from bot.generation.chunk import Chunk
from bot.generation.engine import Engine
from bot.generation.hardware import return_memory
from bot.generation.layout import Layout, Machine
from bot.generation.request import Request, Sequence
from bot.generation.resident import ModelFiles, ServingLimits
from tests.generation.engines import drain, generated, prompts, request
from tests.generation.pools import last, pool_of
from tests.generation.test_gpt2 import random_ids

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device is here")


def engine_on(machine: Machine, folder: Path) -> Engine:
    limits = ServingLimits(max_batch=4, max_step_tokens=24)
    return ModelFiles(folder, "tiny", machine, limits).load(lambda share: None, lambda: False)


def gpu(dtype: str, captures: bool = True) -> Machine:
    machine = Machine.here("cuda", dtype, "auto")
    assert machine.streams is not None
    return machine if captures else replace(machine, streams=None)


def part(ids: list[int], start: int, stop: int, slot: int) -> Chunk:
    """A chunk with logits behind every token."""
    sequence = Sequence(Request(slot, tuple(ids), SamplingParams()))
    return Chunk(sequence, slot, start, tuple(ids[start:stop]), stop - start)


def answers_on_gpu(folder: Path, machine: Machine, wishes: list[Request]) -> dict[int, list[int]]:
    engine = engine_on(machine, folder)
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
    assert answers_on_gpu(tiny_folder, gpu("float32"), wishes) == expected


def test_the_same_seed_gives_the_same_answer_twice_in_bfloat16(tiny_folder: Path) -> None:
    wishes = [
        request(id_, prompt, temperature=0.8, top_p=0.9, repetition_penalty=1.2, seed=id_)
        for id_, prompt in enumerate(prompts(8))
    ]
    first, second = (answers_on_gpu(tiny_folder, gpu("bfloat16"), wishes) for _ in range(2))
    assert first == second
    assert set(first) == set(range(8))


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-4), ("bfloat16", 4e-2)])
def test_captured_steps_give_the_logits_of_the_ordinary_way(
    tiny_folder: Path, dtype: str, tolerance: float
) -> None:
    """In place and gathered, with guesses, at other positions than those that were captured."""
    captured, plain = (engine_on(gpu(dtype, each), tiny_folder) for each in (True, False))
    model = captured._model
    assert isinstance(model, CapturedModel)
    texts = {slot: random_ids(slot, 60 + 10 * slot) for slot in range(4)}
    steps: list[tuple[Chunk, ...]] = [
        tuple(part(ids, 0, 40, slot) for slot, ids in texts.items()),  # a prompt each
        *(
            tuple(part(ids, start, start + 1, slot) for slot, ids in texts.items())
            for start in range(40, 55)
        ),
    ]
    steps += [(part(texts[3], start, start + 1, 3),) for start in range(55, 60)]
    steps += [(part(texts[3], 60, 65, 3), part(texts[1], 55, 58, 1))]
    steps += [(part(texts[3], 65, 70, 3), part(texts[1], 58, 60, 1))]
    for chunks in steps:
        found, expected = captured.logits(chunks), plain.logits(chunks)
        assert (found - expected).norm() <= tolerance * expected.norm()
    assert len(model._replays) == 3
    assert not model._has_failed


def test_captured_greedy_texts_are_those_of_the_ordinary_way(tiny_folder: Path) -> None:
    wishes = [request(id_, prompt) for id_, prompt in enumerate(prompts(9, longest=100))]
    captured = answers_on_gpu(tiny_folder, gpu("float32"), wishes)
    assert captured == answers_on_gpu(tiny_folder, gpu("float32", captures=False), wishes)


def test_a_dropped_model_leaves_no_memory_behind(tiny_folder: Path) -> None:
    """Beyond what cuBLAS keeps for each stream and thread, which the first one took."""
    machine, left = gpu("bfloat16"), []
    for _ in range(3):
        answers_on_gpu(tiny_folder, machine, [request(0, (1, 2, 3))])
        return_memory()
        left.append(torch.cuda.memory_allocated())
    assert left[2] <= left[1] <= left[0]


async def test_auto_takes_the_gpu_and_gives_its_memory_back(
    tiny_folder: Path, tmp_path: Path
) -> None:
    catalog = Catalog([ModelSpec("tiny", str(tiny_folder), is_local=True)], cache_dir=tmp_path)
    async with pool_of(catalog, device="auto") as pool:
        assert pool.layout("tiny") in (Layout.BFLOAT16, Layout.FLOAT32)
        left = []
        for _ in range(3):
            async with pool.lease("tiny") as lease:
                assert (await last(lease, "Attention")).num_new_tokens == 16
                serving = torch.cuda.memory_allocated()
            assert await pool.unload("tiny")
            left.append(torch.cuda.memory_allocated())
            assert left[-1] < serving
    # What cuBLAS took for its streams stays; a second and a third model add nothing.
    assert left[2] <= left[1] <= left[0]
