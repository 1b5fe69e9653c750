"""Which layout of the weights suits a model on this machine."""

from dataclasses import dataclass
from enum import StrEnum

import torch

from bot.domain.errors import ConfigurationError
from bot.domain.model_spec import ModelShape
from bot.generation.compiled.team import can_compile
from bot.generation.cuda_graphs import SideStreams
from bot.generation.hardware import (
    FAST_BFLOAT16_FLAGS,
    cpu_flags,
    resolve_device,
    resolve_dtype,
)
from bot.generation.int8_weight import Int8Weight
from bot.generation.kv_cache import cache_bytes
from bot.generation.prefix_cache import BLOCK_TOKENS, num_prefix_blocks
from bot.generation.ragged import FEW_ROWS
from bot.generation.speculation import DEAR_ROW_COST, ROW_COST, Price
from bot.generation.static_step import step_bytes
from bot.generation.step_shape import MAX_GATHERED_ROWS
from bot.generation.weight import DenseWeight, Pack, PackedWeight, WidenedWeight

QUANTIZATIONS = ("none", "int8", "auto")
SMALLEST_FOR_INT8 = 256 * 2**20
"""Bytes of a model in float32 below which `auto` gains nothing worth its precision."""
MANY_ROWS = 2**20
"""More than any step has."""
VNNI_FLAGS = frozenset({"avx512_vnni", "avx_vnni", "amx_int8"})
"""Processors that multiply bytes and add the products in one instruction."""


class Layout(StrEnum):
    """How the linear layers' weights lie in memory; the value is for people."""

    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    PACKED = "packed bfloat16"
    INT8 = "int8"

    @property
    def dtype(self) -> torch.dtype:
        """The element type of embeddings."""
        return torch.float32 if self is Layout.FLOAT32 else torch.bfloat16

    def weight_bytes(self, shape: ModelShape) -> int:
        """Memory of a model's weights.

        A packed head is a second copy of the token embedding: rows are looked up in one and
        multiplied by the other.
        """
        head = shape.vocabulary * shape.width
        if self is Layout.FLOAT32:
            return shape.weight_bytes("float32")
        if self is Layout.BFLOAT16:
            return shape.weight_bytes("bfloat16")
        if self is Layout.PACKED:
            return shape.weight_bytes("bfloat16") + 2 * head
        matrices = 12 * shape.width**2 * shape.num_layers
        others = shape.num_parameters - matrices
        rows = 9 * shape.width * shape.num_layers + shape.vocabulary
        return matrices + 2 * others + head + 8 * rows  # a scale and a sum for each row


@dataclass(frozen=True, slots=True)
class Machine:
    """A device with its features, and how the operator wants models loaded on it.

    `dtype` is "float32" or "bfloat16", `quantization` one of `QUANTIZATIONS`; `flags` are the
    processor's features and `kernels` the layouts that PyTorch has been found to compute.
    `can_compile` tells whether few rows may take code of their own: see `compiled`. Small
    steps are captured where there are `streams` for it: see `captured_model`. `fastest` is what a
    trial found for large models, None before there was one.
    """

    device: torch.device
    dtype: str
    quantization: str = "none"
    flags: frozenset[str] = frozenset()
    kernels: frozenset[Layout] = frozenset()
    can_compile: bool = False
    streams: SideStreams | None = None
    fastest: Layout | None = None

    @classmethod
    def here(cls, device: str, dtype: str, quantization: str) -> "Machine":
        """This machine; `device` and `dtype` may be "auto".

        Tries the kernels, so that nothing is computed when a layout is asked for later, which
        happens on the event loop.

        Raises:
            ConfigurationError: what is wanted is unknown, or cannot be had here.
        """
        chosen = resolve_device(device)
        if quantization not in QUANTIZATIONS:
            raise ConfigurationError(
                f"generation.quantization must be none, int8 or auto, not {quantization}."
            )
        kernels = _kernels() if chosen.type == "cpu" else frozenset()
        if quantization == "int8" and Layout.INT8 not in kernels:
            raise ConfigurationError(
                f'generation.quantization is "int8", which cannot be had on {chosen}; use "auto".'
            )
        flags = cpu_flags()
        compiles = chosen.type == "cpu" and can_compile(flags)
        element = resolve_dtype(dtype, chosen)
        streams = SideStreams(chosen) if chosen.type == "cuda" else None
        return cls(chosen, element, quantization, flags, kernels, compiles, streams)

    @property
    def is_narrow(self) -> bool:
        """Whether bytes of activations could overflow here; see `Int8Weight`."""
        return "sse2" in self.flags and not self.flags & VNNI_FLAGS

    def packer(self, layout: Layout) -> Pack:
        """How a matrix (out, in) becomes a weight of a layout."""
        if layout is Layout.INT8:
            return lambda matrix: Int8Weight(matrix, self.is_narrow)
        if layout is Layout.BFLOAT16 and self.device.type == "cpu":
            return WidenedWeight
        return PackedWeight if layout is Layout.PACKED else DenseWeight

    def layout(self, shape: ModelShape) -> Layout:
        """The layout for a model.

        `auto` takes for a large model what a trial has found fastest here. Before there was
        one it expects int8 on a processor with VNNI. Packing gains only where the processor has
        bfloat16 instructions; emulated, it is slower than plain bfloat16.
        """
        plain = Layout(self.dtype)
        if self.device.type != "cpu":
            return plain
        if self.quantization == "int8":
            return Layout.INT8
        if self.quantization == "auto" and not _is_small(shape):
            expected = Layout.INT8 if self.takes_int8_well else None
            if (self.fastest or expected) is Layout.INT8:
                return Layout.INT8
        if plain is Layout.BFLOAT16 and self._packs_well:
            return Layout.PACKED
        return plain

    def compiles(self, shape: ModelShape) -> bool:
        """Whether few rows of a model take compiled code.

        Not those of a small one, which would wait for the compiler longer than for answers,
        unless it is wanted in int8.
        """
        is_worth_it = self.layout(shape) is Layout.INT8 or not _is_small(shape)
        return self.can_compile and is_worth_it

    def cache_dtype(self, shape: ModelShape) -> torch.dtype:
        """The element type of a model's keys and values.

        Compiled code reads bfloat16 as fast as it comes. Elsewhere, where the layers give
        float32, a cache of bfloat16 would have to be widened in every step: more bytes to
        move than are saved.
        """
        layout = self.layout(shape)
        if layout is Layout.FLOAT32 or (layout is Layout.INT8 and not self.can_compile):
            return torch.float32
        return torch.bfloat16

    @property
    def multiplies_halves(self) -> bool:
        """Whether this is a processor with instructions that multiply bfloat16."""
        return self.device.type == "cpu" and bool(self.flags & FAST_BFLOAT16_FLAGS)

    @property
    def _packs_well(self) -> bool:
        return self.multiplies_halves and Layout.PACKED in self.kernels

    @property
    def takes_int8_well(self) -> bool:
        """Whether int8 is as exact here as was measured, and has its instructions."""
        return bool(self.flags & VNNI_FLAGS) and Layout.INT8 in self.kernels

    def wants_trial(self, shape: ModelShape) -> bool:
        """Whether the clock is to decide on the layout of a model, and has not yet."""
        is_open = self.quantization == "auto" and self.fastest is None
        return is_open and self.device.type == "cpu" and not _is_small(shape)

    def price(self, shape: ModelShape) -> Price:
        """What another token makes a step of a model cost; see `speculation`.

        A small model's step is mostly the calls, which cost the same for a few rows. Where
        few rows are compiled or captured, a step that has more of them is computed another way.
        """
        layout = self.layout(shape)
        is_dear = layout in (Layout.FLOAT32, Layout.BFLOAT16) and not _is_small(shape)
        row_cost = DEAR_ROW_COST if self.device.type == "cpu" and is_dear else ROW_COST
        is_compiled = self.compiles(shape) and layout in (Layout.INT8, Layout.BFLOAT16)
        if self.streams is not None:
            return Price(row_cost, MAX_GATHERED_ROWS)
        return Price(row_cost, FEW_ROWS if is_compiled else MANY_ROWS)

    def needed_bytes(self, shape: ModelShape, num_slots: int, prefix_bytes: int) -> int:
        """What a model takes: its weights, and what is kept for its cache, prefixes and steps."""
        layout = self.layout(shape)
        cache_dtype = str(self.cache_dtype(shape)).removeprefix("torch.")
        captures = self.streams is not None
        cache_size = cache_bytes(shape, num_slots, cache_dtype, self.device, is_static=captures)
        num_blocks = num_prefix_blocks(shape, cache_dtype, prefix_bytes)
        prefixes = num_blocks * BLOCK_TOKENS * shape.cache_bytes_per_token(cache_dtype)
        steps = step_bytes(shape, num_slots, layout.dtype.itemsize) if captures else 0
        return layout.weight_bytes(shape) + cache_size + prefixes + steps


def _is_small(shape: ModelShape) -> bool:
    return shape.weight_bytes("float32") < SMALLEST_FOR_INT8


def _kernels() -> frozenset[Layout]:
    """The layouts beside the dense ones whose kernels work here; computes a little."""
    found = {Layout.INT8: Int8Weight.is_available(), Layout.PACKED: PackedWeight.is_available()}
    return frozenset(layout for layout, works in found.items() if works)
