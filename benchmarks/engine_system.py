"""One system generating with one model, measured in a process of its own.

    python -m benchmarks.engine_system lectern-int8 FOLDER --streams 8 --tokens 32

Prints one JSON line: seconds to load and to read all prompts, milliseconds per step of all
streams together, tokens per second, and memory. Greedy, prompts of random token ids.

A system says when every stream had its first token and after each further step of all of
them. So the steps are those in which every stream is running, whatever the system does while
some prompts are still being read.
"""

import argparse
import importlib
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.machine import memory
from benchmarks.workload import Generate, Workload

BYTE_IDS = 256


def lectern(
    folder: Path,
    load: Workload,
    dtype: str,
    quantization: str,
    device: str = "cpu",
    captures: bool = True,
) -> Generate:
    """Our engine, stepped in this thread; `captures` tells whether a GPU's steps are captured."""
    from bot.domain.sampling import FinishReason, SamplingParams
    from bot.generation.layout import Machine
    from bot.generation.request import Request
    from bot.generation.resident import ModelFiles, ServingLimits

    max_step_tokens = max(ServingLimits().max_step_tokens, 2 * load.streams)
    # A prompt is read twice here, and a random model repeats itself: what is reused and what
    # is guessed would be praise for the workload. `speculation` and `follow_up` measure both.
    limits = ServingLimits(
        load.streams, max_step_tokens=max_step_tokens, prefix_bytes=0, speculates=False
    )
    machine = Machine.here(device, dtype, quantization)
    machine = machine if captures else replace(machine, streams=None)
    files = ModelFiles(folder, "bench", machine, limits)
    engine = files.load(lambda share: None, lambda: False)
    scheduler = engine.scheduler

    def generate(ids: list[list[int]], steps: int) -> list[float]:
        # Early streams go on while later prompts are read; nobody may reach an end meanwhile.
        room = files.window - len(ids[0]) if steps else 1
        for number, each in enumerate(ids):
            engine.add(Request(number, tuple(each), SamplingParams(max_new_tokens=room)))
        expected = {None} if steps else {FinishReason.LENGTH}
        started: set[int] = set()
        ticks: list[float] = []
        while scheduler.num_running or scheduler.num_waiting:
            for event in engine.step():
                if event.finish_reason not in expected:
                    raise RuntimeError(f"a stream ended early: {event.finish_reason}")
                started.add(event.request_id)
            if len(started) == len(ids):
                ticks.append(time.perf_counter())
            if len(ticks) > steps:
                for sequence in scheduler.running():
                    scheduler.finish(sequence)
        return ticks

    return generate


def _nothing(folder: Path) -> None:
    """Nothing to prepare."""


@dataclass(frozen=True, slots=True)
class System:
    """How a system is loaded: `modules` first, whose memory is told apart from the model's.

    `prepare` converts the model once, in a process of its own.
    """

    modules: tuple[str, ...]
    load: Callable[[Path, Workload], Generate]
    prepare: Callable[[Path], object] = _nothing


def _lectern(
    dtype: str, quantization: str = "none", device: str = "cpu", captures: bool = True
) -> System:
    modules = ("bot.generation.resident",)
    return System(
        modules, lambda folder, load: lectern(folder, load, dtype, quantization, device, captures)
    )


def _transformers(
    dtype: str, load: Callable[[Path, Workload, str, str], Generate], device: str = "cpu"
) -> System:
    modules = ("transformers.models.gpt2.modeling_gpt2",)
    return System(modules, lambda folder, workload: load(folder, workload, dtype, device))


def _ctranslate2(compute_type: str) -> System:
    return System(
        ("ctranslate2",),
        lambda folder, load: peers.ctranslate2(folder, load, compute_type),
        lambda folder: peers.convert_for_ctranslate2(folder, compute_type),
    )


def _llama(file_type: str) -> System:
    return System(
        ("llama_cpp",),
        lambda folder, load: peers.llama(folder, load, file_type),
        lambda folder: peers.convert_for_llama(folder, file_type),
    )


SYSTEMS = {
    "lectern-int8": _lectern("float32", "int8"),
    "lectern-bfloat16": _lectern("bfloat16"),
    "lectern-float32": _lectern("float32"),
    "transformers-float32": _transformers("float32", peers.transformers),
    "transformers-bfloat16": _transformers("bfloat16", peers.transformers),
    "transformers-batching-bfloat16": _transformers("bfloat16", peers.continuous_batching),
    "ctranslate2-int8": _ctranslate2("int8"),
    "ctranslate2-float32": _ctranslate2("float32"),
    "llama.cpp-bfloat16": _llama("bfloat16"),
    "llama.cpp-q8_0": _llama("q8_0"),
}
GPU_SYSTEMS = {
    "lectern-gpu": _lectern("bfloat16", device="cuda"),
    "lectern-gpu-uncaptured": _lectern("bfloat16", device="cuda", captures=False),
    "transformers-gpu": _transformers("bfloat16", peers.transformers, "cuda"),
    "transformers-batching-gpu": _transformers("bfloat16", peers.continuous_batching, "cuda"),
}
"""All in bfloat16; `benchmarks.gpu` measures them."""
EVERY_SYSTEM = SYSTEMS | GPU_SYSTEMS


def prompts(load: Workload) -> list[list[int]]:
    """The same random token ids for every system."""
    ids = range(BYTE_IDS)
    generator = random.Random(1)
    return [generator.choices(ids, k=load.prompt_tokens) for _ in range(load.streams)]


def timed(generate: Generate, ids: list[list[int]], steps: int) -> tuple[float, float]:
    """Seconds until every stream has its first token, and seconds of the steps after it."""
    start = time.perf_counter()
    ticks = generate(ids, steps)
    if len(ticks) != steps + 1:
        raise RuntimeError(f"{len(ticks)} steps of all streams instead of {steps + 1}")
    return ticks[0] - start, ticks[-1] - ticks[0]


def measure(name: str, folder: Path, load: Workload) -> dict[str, Any]:
    """Import, load, warm up and measure one system."""
    system = EVERY_SYSTEM[name]
    for module in system.modules:
        importlib.import_module(module)
    imported = memory("VmRSS")
    started = time.perf_counter()
    generate = system.load(folder, load)
    loading, load_peak = time.perf_counter() - started, memory("VmHWM")
    ids = prompts(load)
    # A GPU's steps are captured, or compiled, when their sizes are first met.
    timed(generate, ids, load.steps if name in GPU_SYSTEMS else 1)
    prefill, _ = timed(generate, ids, 0)
    result: dict[str, Any] = {
        "system": name,
        "streams": load.streams,
        "prompt_tokens": load.prompt_tokens,
        "load_seconds": loading,
        "prefill_seconds": prefill,
    }
    if load.steps:
        _, stepping = timed(generate, ids, load.steps)
        result["ms_per_step"] = 1000 * stepping / load.steps
        result["tokens_per_second"] = load.streams * load.steps / stepping
    if name in GPU_SYSTEMS:
        import torch

        result["gpu_peak_bytes"] = torch.cuda.max_memory_reserved()
    return result | {
        "imported_bytes": imported,
        "resident_bytes": memory("VmRSS"),
        "load_peak_bytes": load_peak,
        "peak_bytes": memory("VmHWM"),
    }


def main() -> None:
    """Measure and print, or only convert the model for a system."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("system", choices=EVERY_SYSTEM)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--streams", type=int, default=1)
    parser.add_argument("--prompt-tokens", type=int, default=128)
    parser.add_argument("--tokens", type=int, default=32, help="steps; 0: read the prompts only")
    parser.add_argument("--prepare", action="store_true", help="only convert the model")
    options = parser.parse_args()
    if options.prepare:
        EVERY_SYSTEM[options.system].prepare(options.folder)
        return
    load = Workload(options.streams, options.prompt_tokens, options.tokens)
    print(json.dumps(measure(options.system, options.folder, load)), flush=True)


if __name__ == "__main__":
    main()
