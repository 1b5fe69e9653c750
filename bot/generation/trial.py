"""A trial: which layout of a large model's weights is fastest on this machine, by the clock.

It is run once on a machine and its outcome is kept, see `Pool`: near a tie a second trial could
come out differently, and then the same seed would give another answer after a restart.
"""

import json
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from bot.domain.model_spec import GPT2_XL, ModelShape
from bot.domain.sampling import SamplingParams
from bot.generation.chunk import Chunk
from bot.generation.gpt2 import GPT2
from bot.generation.hardware import cpu_name, return_memory
from bot.generation.kv_cache import KVCache
from bot.generation.layout import Layout, Machine
from bot.generation.model_config import ModelConfig
from bot.generation.request import Request, Sequence
from bot.generation.weight import Weight, Weights

SPECIMEN = replace(GPT2_XL, num_layers=3, vocabulary=1024, window=128)
"""Layers as gpt2-xl's, and so many that no processor's cache holds their 92 MB in int8."""
GAIN_WORTH_ROUNDING = 0.9
"""A layout that rounds more must take at most this share of another's time."""
_POSITION = 64
_ROUNDS = 15


@dataclass(frozen=True, slots=True)
class Trial:
    """Seconds of one answer's step in each layout that was tried, on the machine `signature`."""

    signature: str
    seconds: Mapping[Layout, float]

    @property
    def fastest(self) -> Layout:
        """The fastest layout; of nearly equal ones that which rounds least.

        Layouts are tried in the order of their rounding, the most exact first.
        """
        best, *others = self.seconds
        for layout in others:
            if self.seconds[layout] <= GAIN_WORTH_ROUNDING * self.seconds[best]:
                best = layout
        return best

    def as_text(self) -> str:
        """For whoever keeps it."""
        return json.dumps({"signature": self.signature, "seconds": dict(self.seconds)})

    @classmethod
    def of_text(cls, text: str) -> "Trial | None":
        """What `as_text` gave; None if another version of this program wrote it."""
        try:
            kept = json.loads(text)
            seconds = {Layout(name): float(value) for name, value in kept["seconds"].items()}
            return cls(str(kept["signature"]), seconds) if seconds else None
        except (ValueError, TypeError, KeyError, AttributeError):
            return None


def signature(machine: Machine, num_threads: int) -> str:
    """What the outcome of a trial depends on: the processor, the threads, the library."""
    layouts = "+".join(candidates(machine))
    name = f"{cpu_name() or platform.machine()}, {num_threads} threads, torch {torch.__version__}"
    return f"{name}, {layouts}{', compiled' if machine.can_compile else ''}"


def candidates(machine: Machine) -> dict[Layout, Machine]:
    """The layouts that `auto` may take here, the most exact first, and how each is forced.

    On a processor without instructions for bytes, int8 stays out: halved activations are
    outside of the precision that was measured for it.
    """
    plain = replace(machine, quantization="none")
    found = {plain.layout(SPECIMEN): plain}
    if machine.takes_int8_well:
        found[Layout.INT8] = replace(machine, quantization="int8")
    return found


def run_trial(
    machine: Machine,
    num_threads: int,
    clock: Callable[[], float] = time.perf_counter,
    shape: ModelShape = SPECIMEN,
) -> Trial:
    """Time a step of one answer in every candidate, in turns; blocks for some seconds."""
    before = torch.get_num_threads()
    torch.set_num_threads(num_threads)
    try:
        steps = {layout: _step(way, shape) for layout, way in candidates(machine).items()}
        return Trial(signature(machine, num_threads), timed(steps, clock))
    finally:
        torch.set_num_threads(before)
        return_memory()


def timed(
    steps: Mapping[Layout, Callable[[], object]], clock: Callable[[], float]
) -> dict[Layout, float]:
    """The median seconds of each step, taken in turns, so that a disturbance meets all of them."""
    for step in steps.values():
        step()  # compiles, fills caches
    measured: dict[Layout, list[float]] = {layout: [] for layout in steps}
    for _ in range(_ROUNDS):
        for layout, step in steps.items():
            started = clock()
            step()
            measured[layout].append(clock() - started)
    return {layout: statistics.median(seconds) for layout, seconds in measured.items()}


def _step(machine: Machine, shape: ModelShape) -> Callable[[], Tensor]:
    """One token behind `_POSITION` others, by a model of random weights."""
    config = ModelConfig(shape, 4 * shape.width, 1e-5, None)
    compiles = machine.compiles(shape)
    cache_dtype = machine.cache_dtype(shape)
    model = GPT2(config, _weights(machine, shape), cache_dtype, compiles, machine.multiplies_halves)
    cache = KVCache(shape, 1, cache_dtype, machine.device)
    ids = tuple(range(_POSITION + 1))
    sequence = Sequence(Request(0, ids, SamplingParams(max_new_tokens=1)), slot=0)
    model.forward((Chunk(sequence, 0, 0, ids[:-1], 1),), cache)
    chunk = Chunk(sequence, 0, _POSITION, ids[-1:], 1)

    def step() -> Tensor:
        logits: Tensor = model.forward((chunk,), cache)
        return logits

    return step


def _weights(machine: Machine, shape: ModelShape) -> Weights:
    layout = machine.layout(shape)
    pack, dtype, width = machine.packer(layout), layout.dtype, shape.width
    generator = torch.Generator().manual_seed(0)

    def matrix(rows: int, columns: int) -> Tensor:
        # One random row, shifted from row to row: as good for a clock, and made in no time.
        values = torch.randn(rows + columns, generator=generator) / width**0.5
        shifted: Tensor = values.unfold(0, columns, 1)
        return shifted[:rows].to(dtype).contiguous()

    tensors = {
        "wte.weight": matrix(shape.vocabulary, width),
        "wpe.weight": matrix(shape.window, width),
    }
    matrices: dict[str, Weight] = {}
    for name, rows, columns in _linears(shape):
        matrices[f"{name}.weight"] = pack(matrix(rows, columns))
        tensors[f"{name}.bias"] = torch.zeros(rows, dtype=dtype)
    for name in _norms(shape):
        tensors[f"{name}.weight"] = torch.ones(width, dtype=dtype)
        tensors[f"{name}.bias"] = torch.zeros(width, dtype=dtype)
    return Weights(tensors, matrices, pack)


def _linears(shape: ModelShape) -> Iterable[tuple[str, int, int]]:
    width = shape.width
    for layer in range(shape.num_layers):
        yield f"h.{layer}.attn.c_attn", 3 * width, width
        yield f"h.{layer}.attn.c_proj", width, width
        yield f"h.{layer}.mlp.c_fc", 4 * width, width
        yield f"h.{layer}.mlp.c_proj", width, 4 * width


def _norms(shape: ModelShape) -> Iterable[str]:
    for layer in range(shape.num_layers):
        yield f"h.{layer}.ln_1"
        yield f"h.{layer}.ln_2"
    yield "ln_f"
