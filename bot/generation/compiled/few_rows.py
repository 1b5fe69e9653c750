"""GPT-2's layers and head for few tokens, as one piece of compiled code.

A step of one answer is some 2,400 operators on a single row: calling them takes a third of
the step, however little each has to do. Here a step is one call, in which the threads of
PyTorch's team go through the layers side by side and meet at a barrier after each part:

    for each layer:  round, multiply → qkv │ attend → mixed │ round, multiply → stream
                     round, multiply → inner │ round, multiply → stream
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import torch
from numba import carray, cfunc, from_dtype, njit, types
from torch import Tensor

from bot.generation.compiled import half_rows, int8_rows
from bot.generation.compiled.attention_rows import ATTENTION, share
from bot.generation.compiled.barrier import wait
from bot.generation.compiled.instructions import (
    LANES,
    LINE,
    PANEL,
    floats_at,
    pointer_to,
    wholes_at,
)
from bot.generation.compiled.layer import LINEAR, padded
from bot.generation.compiled.team import run, team_size, thread_number
from bot.generation.int8_weight import Int8Weight
from bot.generation.kv_cache import KVCache
from bot.generation.linear import Linear
from bot.generation.ragged import FEW_ROWS
from bot.generation.weight import WidenedWeight

LINEARS_PER_LAYER = 4
TOLERANCE = 0.02
"""Of a product against PyTorch's: more than rounding, and wrong bytes are wrong altogether."""

STEP = np.dtype(
    [
        (name, np.int64)
        for name in (
            "linears", "num_linears", "attention", "keys_and_values", "prepared", "scales", "lows",
            "num_rows", "arrivals",
        )
    ]
)  # fmt: skip
"""What the compiled code is told of a step.

Addresses of: the layers' linears in order; one attention, whose cache changes from layer to
layer; the addresses of each layer's keys and values; buffers for the prepared rows; the count
of `barrier.wait`. Without an attention, all linears are computed one after the other.
"""

_linears_at = pointer_to(from_dtype(LINEAR))
_attention_at = pointer_to(from_dtype(ATTENTION))


@cache
def _step(head_width: int, is_half: bool, kind: Any) -> Any:
    """Compile the step for one head width, one type of cache and one kind of weights."""
    prepare_share, multiply_share = kind.prepare_share, kind.multiply_share
    number_of, size_of = thread_number(), team_size()
    attend = share(head_width, is_half)

    @njit
    def multiply(
        linear: Any, prepared: Any, num_rows: Any, thread: Any, num_threads: Any, arrivals: Any
    ) -> None:
        prepare_share(linear, prepared, num_rows, thread, num_threads)
        wait(arrivals, num_threads)
        multiply_share(linear, prepared, num_rows, thread, num_threads)
        wait(arrivals, num_threads)

    @cfunc(types.void(types.CPointer(from_dtype(STEP))))
    def task(pointer: Any) -> None:
        step = carray(pointer, 1)[0]
        thread, num_threads, num_rows = number_of(), size_of(), step.num_rows
        linears = carray(_linears_at(step.linears), step.num_linears)
        scales = carray(floats_at(step.scales), num_rows)
        lows = carray(floats_at(step.lows), num_rows)
        prepared = (step.prepared, scales, lows)
        for number in range(step.num_linears):
            multiply(linears[number], prepared, num_rows, thread, num_threads, step.arrivals)
            if step.attention and number % LINEARS_PER_LAYER == 0:
                layer = number // LINEARS_PER_LAYER
                attention = carray(_attention_at(step.attention), num_threads)[thread]
                places = carray(wholes_at(step.keys_and_values), (layer + 1, 2))
                attention.keys = places[layer, 0]
                attention.values = places[layer, 1]
                attend(attention, thread, num_threads)
                wait(step.arrivals, num_threads)

    return task


class FewRows:
    """The layers and the head of one model; belongs to one thread at a time.

    The linear layers come in the order of computation, four to a layer, the head last. Their
    weights are all `Int8Weight` or all `WidenedWeight`.
    """

    def __init__(
        self, linears: Sequence[Linear], num_heads: int, window: int, cache_dtype: torch.dtype
    ) -> None:
        self._kept = linears  # their memory is read by address
        self._calls = np.zeros(len(linears), LINEAR)
        for call, linear in zip(self._calls, linears, strict=True):
            _describe(call, linear)
        _, width, inner, *_ = self._calls["num_outputs"].tolist()
        kind = int8_rows if isinstance(linears[0].weight, Int8Weight) else half_rows
        self._task = _step(width // num_heads, cache_dtype == torch.bfloat16, kind)
        self._stream = torch.zeros(FEW_ROWS, width)
        self._qkv = torch.zeros(FEW_ROWS, 3 * width)
        self._mixed = torch.zeros(FEW_ROWS, width)
        self._inner = torch.zeros(FEW_ROWS, inner)
        self._prepared = torch.zeros(FEW_ROWS, padded(max(width, inner), PANEL))
        self._scales, self._lows = torch.zeros(FEW_ROWS), torch.zeros(FEW_ROWS)
        stream, mixed = self._stream.data_ptr(), self._mixed.data_ptr()
        qkv, between = self._qkv.data_ptr(), self._inner.data_ptr()
        for first in range(0, len(linears) - 1, LINEARS_PER_LAYER):
            layer = self._calls[first : first + LINEARS_PER_LAYER]
            layer["x"] = (stream, mixed, stream, between)
            layer["y"] = (qkv, stream, between, stream)
            layer["residual"] = (0, stream, 0, stream)
        self._num_heads, self._window = num_heads, window
        self._slot_shape, self._cache_dtype = (num_heads, window, width // num_heads), cache_dtype

    def __call__(
        self, hidden: Tensor, slots: Tensor, positions: Tensor, logit_rows: Tensor, cache: KVCache
    ) -> Tensor:
        """Embedded tokens (N, W) → logits (R, V) of some of them, both float32.

        Stores the tokens' keys and values at their slots and positions (N,).
        """
        num_rows = len(hidden)
        keys, _ = cache.layer(0)
        if keys.shape[1:] != self._slot_shape or keys.dtype != self._cache_dtype:
            raise ValueError(f"compiled for another cache than {tuple(keys.shape)} {keys.dtype}")
        if num_rows > FEW_ROWS or int(slots.max()) >= len(keys):
            raise ValueError("more rows, or a slot beyond those of the cache")
        self._stream[:num_rows] = hidden
        places = np.array(
            [
                [keys.data_ptr(), values.data_ptr()]
                for keys, values in map(cache.layer, range(len(self._calls) // LINEARS_PER_LAYER))
            ]
        )
        attention = np.zeros(torch.get_num_threads(), ATTENTION)  # each thread has its own
        attention["qkv"], attention["mixed"] = self._qkv.data_ptr(), self._mixed.data_ptr()
        attention["slots"], attention["positions"] = slots.data_ptr(), positions.data_ptr()
        attention["num_rows"], attention["num_heads"] = num_rows, self._num_heads
        attention["window"] = self._window
        self._run(self._calls[:-1], num_rows, attention.ctypes.data, places.ctypes.data)
        return self._product(len(self._calls) - 1, self._stream[logit_rows])

    def stream(self, num_rows: int) -> Tensor:
        """The residual stream (N, W) behind all layers, until the next call."""
        return self._stream[:num_rows]

    def check(self) -> None:
        """Multiply a row by every weight.

        Raises:
            ValueError: a product is not PyTorch's, so the weight does not lie as is believed.
        """
        for number in range(len(self._calls)):
            if not self._reads_right(number):
                raise ValueError(f"linear layer {number} is laid out in another way")

    def _reads_right(self, number: int) -> bool:
        call, linear = self._calls[number], self._kept[number]
        if not _has_room(call, linear):
            return False
        row = torch.linspace(-1, 1, int(call["num_inputs"])).sin_()[None]
        expected, found = linear(row), self._product(number, row)
        return bool((found - expected).norm() <= TOLERANCE * expected.norm())

    def _product(self, number: int, x: Tensor) -> Tensor:
        """One linear layer by itself, without a residual: (N, in) → (N, out)."""
        call = self._calls[number : number + 1].copy()
        y = torch.empty(len(x), int(call["num_outputs"][0]))
        call["x"], call["y"], call["residual"] = x.data_ptr(), y.data_ptr(), 0
        self._run(call, len(x), 0, 0)
        return y

    def _run(self, linears: Any, num_rows: int, attention: int, places: int) -> None:
        step, arrivals = np.zeros(1, STEP), np.zeros(1, np.int64)
        step[0] = (
            linears.ctypes.data, len(linears), attention, places,
            self._prepared.data_ptr(), self._scales.data_ptr(), self._lows.data_ptr(),
            num_rows, arrivals.ctypes.data,
        )  # fmt: skip
        run(self._task.address, step.ctypes.data)


def _has_room(call: Any, linear: Linear) -> bool:
    """Whether a weight has the size and the place of what will be read."""
    if isinstance(linear.weight, Int8Weight):
        panels = padded(call["num_inputs"], PANEL) * padded(call["num_outputs"], PANEL)
        has_all = torch.ops.mkldnn._nbytes(linear.weight.packed) >= panels
        return bool(has_all and call["weights"] % LINE == 0)
    return bool(call["num_inputs"] % LANES == 0)


def _describe(call: Any, linear: Linear) -> None:
    weight = linear.weight
    if isinstance(weight, Int8Weight):
        call["weights"] = torch.ops.mkldnn.data_ptr(weight.packed)
        call["scales"], call["sums"] = weight.scales.data_ptr(), weight.sums.data_ptr()
        call["num_inputs"], call["num_outputs"] = weight.num_inputs, weight.num_outputs
    elif isinstance(weight, WidenedWeight):
        call["weights"] = weight.matrix.data_ptr()
        call["num_outputs"], call["num_inputs"] = weight.matrix.shape
    else:
        raise TypeError("Such weights have no compiled code.")
    call["is_gelu"] = linear.is_gelu
    if linear.bias is not None:
        call["bias"] = linear.bias.data_ptr()
    if linear.norm is not None:
        call["norm_weight"] = linear.norm.weight.data_ptr()
        call["norm_bias"] = linear.norm.bias.data_ptr()
        call["epsilon"] = linear.norm.epsilon
