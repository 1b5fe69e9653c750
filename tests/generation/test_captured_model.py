"""Steps that are captured once and replayed, with a stand-in for the GPU's graphs."""

import gc
import logging
import weakref
from pathlib import Path

import pytest
import torch
from transformers import GPT2LMHeadModel

from bot.generation import resident
from bot.generation.captured_model import CapturedModel, Recorder
from bot.generation.chunk import Chunk
from bot.generation.cuda_graphs import SideStreams
from bot.generation.gpt2 import GPT2
from bot.generation.kv_cache import KVCache
from bot.generation.layout import Machine
from bot.generation.resident import ModelFiles, ServingLimits
from bot.generation.step_shape import StepShape
from tests.generation.engines import drain, generated, prompts, request
from tests.generation.tapes import Broken, Tapes
from tests.generation.test_gpt2 import ours
from tests.generation.test_static_step import WINDOW, chunk, model, store

CPU = torch.device("cpu")
Steps = tuple[tuple[Chunk, ...], ...]


def captured(recorder: Recorder, max_captures: int = 32) -> tuple[CapturedModel, KVCache]:
    cache = store()
    return CapturedModel(model(), cache, recorder, max_captures), cache


def assert_ordinary(replayed: CapturedModel, cache: KVCache, steps: Steps) -> None:
    """One step after the other gives what the model gives without captures."""
    plain = store()
    for chunks in steps:
        found, expected = replayed.forward(chunks, cache), model().forward(chunks, plain)
        torch.testing.assert_close(found, expected, atol=1e-3, rtol=1e-4)


STEPS: Steps = (
    (chunk(0, 10, 1),),
    (chunk(0, 90, 2),),
    (chunk(1, 127, 3), chunk(0, 0, 4)),
    (chunk(0, 20, 5), chunk(1, 3, 6)),
    (chunk(2, 5, 7), chunk(0, 128, 8), chunk(1, 255, 9)),
    (chunk(2, 130, 1), chunk(0, 131, 2), chunk(1, 132, 3)),
    (chunk(5, 40, 8),),
    (chunk(4, 50, 1),),
    (chunk(3, 60, 1, 2, 3, num_logits=3),),
    (chunk(1, 70, 4, 5, 6, 7, num_logits=2),),
)


def test_replays_give_what_the_ordinary_way_gives() -> None:
    tapes = Tapes()
    replayed, cache = captured(tapes)
    assert_ordinary(replayed, cache, STEPS)
    shapes = {StepShape.of(chunks, cache.num_slots, WINDOW) for chunks in STEPS}
    assert tapes.num_recorded == len(shapes) < len(STEPS)
    assert tapes.num_replayed == len(STEPS)


def test_what_is_used_least_leaves_first() -> None:
    tapes = Tapes()
    replayed, cache = captured(tapes, max_captures=2)
    one, two, four = (tuple(chunk(slot, 9, 1) for slot in range(size)) for size in (1, 2, 4))
    for chunks in (one, two, one, four, one):
        replayed.forward(chunks, cache)
    assert tapes.num_recorded == 3
    replayed.forward(two, cache)
    assert tapes.num_recorded == 4
    assert len(replayed._replays) == 2


def test_a_single_capture_would_leave_the_recorder_without_any() -> None:
    with pytest.raises(ValueError, match="two"):
        captured(Tapes(), max_captures=1)


def test_where_capturing_fails_the_same_step_is_computed_and_the_log_tells_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = Broken()
    replayed, cache = captured(broken)
    with caplog.at_level(logging.WARNING):
        assert_ordinary(replayed, cache, (STEPS[0], STEPS[0], STEPS[4]))
    assert broken.num_asked == 2
    assert [entry.message for entry in caplog.records] == [
        "steps are not captured, so answers will be slower"
    ]


def test_prompts_and_other_caches_go_the_ordinary_way() -> None:
    tapes = Tapes()
    replayed, cache = captured(tapes)
    prompt = (chunk(0, 0, *range(40)),)
    assert torch.equal(replayed.forward(prompt, cache), model().forward(prompt, store()))
    other = store()
    assert torch.equal(replayed.forward(STEPS[0], other), model().forward(STEPS[0], store()))
    assert tapes.num_recorded == 0


def test_nothing_keeps_the_model_when_it_is_dropped(tiny_model: GPT2LMHeadModel) -> None:
    """Weights must be free at once, not when Python next looks for circles."""
    gpt2 = ours(tiny_model)
    cache = KVCache(gpt2.config.shape, 2, torch.float32, CPU, is_static=True)
    replayed = CapturedModel(gpt2, cache, Tapes())
    replayed.forward((chunk(0, 0, 1),), cache)
    weights = weakref.ref(gpt2)
    gc.disable()
    try:
        del gpt2, replayed
        assert weights() is None
    finally:
        gc.enable()


def answers(
    folder: Path, limits: ServingLimits, monkeypatch: pytest.MonkeyPatch, texts: list[list[int]]
) -> tuple[dict[int, list[int]], Tapes]:
    """Of an engine that was loaded as on a GPU."""
    tapes = Tapes()
    monkeypatch.setattr(resident, "CudaGraphs", lambda device, streams: tapes)
    machine = Machine(CPU, "float32", streams=SideStreams(CPU))
    engine = ModelFiles(folder, "tiny", machine, limits).load(lambda share: None, lambda: False)
    found: dict[int, list[int]] = {}
    for number, text in enumerate(texts):
        engine.add(request(number, tuple(text)))
    drain(engine, found)
    engine.release()  # idle for a while: what was captured must still be right
    for number, text in enumerate(texts, len(texts)):
        engine.add(request(number, tuple(text)))
    drain(engine, found)
    return found, tapes


@pytest.mark.parametrize("speculates", [False, True])
def test_greedy_answers_are_transformers(
    tiny_folder: Path,
    tiny_model: GPT2LMHeadModel,
    monkeypatch: pytest.MonkeyPatch,
    speculates: bool,
) -> None:
    texts = [list(prompt) for prompt in prompts(10, longest=100)]
    limits = ServingLimits(max_batch=5, speculates=speculates)
    found, tapes = answers(tiny_folder, limits, monkeypatch, texts)
    expected = [generated(tiny_model, tuple(text)) for text in texts]
    assert [found[number] for number in range(20)] == expected * 2
    assert 0 < tapes.num_recorded < tapes.num_replayed


def test_a_model_without_a_gpu_captures_nothing(tiny_folder: Path) -> None:
    machine = Machine.here("cpu", "float32", "none")
    engine = ModelFiles(tiny_folder, "tiny", machine, ServingLimits()).load(
        lambda share: None, lambda: False
    )
    assert isinstance(engine._model, GPT2)
