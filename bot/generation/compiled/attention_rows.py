"""Causal self-attention for few rows over a key/value cache, in one call for a layer.

Every row is a token of some sequence: it knows its slot in the cache and its position, and
sees all positions of its slot up to its own. So sequences of different lengths need neither
padding nor masks, and a cache in bfloat16 is widened number by number on the way to the
registers instead of as a copy.

Threads share the heads: what a head of one row looks at, the same thread has just stored.
"""

from functools import cache
from typing import Any

import numpy as np
import torch
from numba import carray, cfunc, from_dtype, njit, types
from torch import Tensor

from bot.generation.compiled.instructions import (
    AHEAD,
    LINE,
    SUMS_IN_ANY_ORDER,
    bits_of_float,
    exp,
    fetch,
    float_of_bits,
    floats_at,
    halves_at,
    wholes_at,
)
from bot.generation.compiled.team import run, team_size, thread_number

ATTENTION = np.dtype(
    [
        (name, np.int64)
        for name in (
            "qkv", "mixed", "keys", "values", "slots", "positions",
            "num_rows", "num_heads", "window",
        )
    ]
)  # fmt: skip
"""What the compiled code is told of a layer's attention; the first six are addresses."""

_ROUNDING, _NAN = np.int32(0x7FFF), np.int32(0x7FC0)
_SIXTEEN, _ONE = np.int32(16), np.int32(1)


@njit(inline="always")
def _widened(half: Any) -> Any:
    """A bfloat16 as float32: the same bits with sixteen noughts behind them."""
    return float_of_bits(np.int32(np.int32(half) << _SIXTEEN))


@njit(inline="always")
def _same(number: Any) -> Any:
    """A float32 as it is."""
    return number


@njit(inline="always")
def _narrowed(number: Any) -> Any:
    """A float32 as the nearest bfloat16, the even one of two."""
    bits = bits_of_float(number)
    if number != number:
        return np.uint16(_NAN)
    return np.uint16(((bits + _ROUNDING + ((bits >> _SIXTEEN) & _ONE)) >> _SIXTEEN) & 0xFFFF)


@njit(fastmath=SUMS_IN_ANY_ORDER, error_model="numpy")
def _exponentials(scores: Any, highest: Any) -> Any:
    """Turn scores into e^(score - highest); returns their sum."""
    total = np.float32(0)
    for t in range(len(scores)):
        scores[t] = exp(scores[t] - highest)
        total += scores[t]
    return total


@cache
def share(width: int, is_half: bool) -> Any:
    """The code of one thread for one head width and one type of cache.

    With a width that the compiler knows, its loops are a handful of instructions.
    """
    numbers_at = halves_at if is_half else floats_at
    item = 2 if is_half else 4
    scale = np.float32(1 / np.sqrt(width))
    widened, narrowed = (_widened, _narrowed) if is_half else (_same, _same)

    @njit(fastmath=SUMS_IN_ANY_ORDER, error_model="numpy")
    def look(query: Any, keys: Any, values: Any, scores: Any, mixed: Any) -> None:
        """One head of one row over keys and values (T, D)."""
        length = len(keys)
        highest = np.float32(-np.inf)
        for t in range(length):
            for line in range(0, width * item, LINE):
                fetch(keys.ctypes.data + AHEAD + t * width * item + line)
                fetch(values.ctypes.data + t * width * item + line)
            score = np.float32(0)
            for d in range(width):
                score += query[d] * widened(keys[t, d])
            scores[t] = score * scale
            highest = max(highest, scores[t])
        total = _exponentials(scores[:length], highest)
        for d in range(width):
            mixed[d] = np.float32(0)
        for t in range(length):
            part = scores[t] / total
            for d in range(width):
                mixed[d] += part * widened(values[t, d])

    @njit
    def attend(call: Any, thread: Any, num_threads: Any) -> None:
        """Store the keys and values of all rows for the thread's heads, then look."""
        step = call.num_heads * width
        slots = carray(wholes_at(call.slots), call.num_rows)
        positions = carray(wholes_at(call.positions), call.num_rows)
        scores = np.empty(call.window, np.float32)
        query, mix = np.empty(width, np.float32), np.empty(width, np.float32)
        first = call.num_heads * thread // num_threads
        stop = call.num_heads * (thread + 1) // num_threads
        for head in range(first, stop):
            for row in range(call.num_rows):
                place = (slots[row] * call.num_heads + head) * call.window + positions[row]
                place *= width * item
                source = call.qkv + 4 * (3 * row * step + head * width)
                key = carray(floats_at(source + 4 * step), width)
                value = carray(floats_at(source + 8 * step), width)
                stored_key = carray(numbers_at(call.keys + place), width)
                stored_value = carray(numbers_at(call.values + place), width)
                for d in range(width):
                    stored_key[d] = narrowed(key[d])
                    stored_value[d] = narrowed(value[d])
            for row in range(call.num_rows):
                asked = carray(floats_at(call.qkv + 4 * (3 * row * step + head * width)), width)
                for d in range(width):
                    query[d] = asked[d]
                place = (slots[row] * call.num_heads + head) * call.window * width * item
                size = (positions[row] + 1, width)
                keys = carray(numbers_at(call.keys + place), size)
                values = carray(numbers_at(call.values + place), size)
                look(query, keys, values, scores, mix)
                mixed = carray(floats_at(call.mixed + 4 * (row * step + head * width)), width)
                for d in range(width):
                    mixed[d] = mix[d]

    return attend


class AttentionRows:
    """One layer's attention for one head width over caches of float32 or bfloat16."""

    def __init__(self, head_width: int, cache_dtype: torch.dtype) -> None:
        self._head_width, self._cache_dtype = head_width, cache_dtype
        number_of, size_of = thread_number(), team_size()
        attend = share(head_width, cache_dtype == torch.bfloat16)

        @cfunc(types.void(types.CPointer(from_dtype(ATTENTION))))
        def task(pointer: Any) -> None:
            attend(carray(pointer, 1)[0], number_of(), size_of())

        self._task = task

    def __call__(
        self, qkv: Tensor, keys: Tensor, values: Tensor, slots: Tensor, positions: Tensor
    ) -> Tensor:
        """Store the rows' keys and values, and attend: (N, 3W) float32 → (N, W).

        `keys` and `values` (slots, heads, window, head width) are the layer's cache; `slots`
        and `positions` (N,) int64 are the rows'.
        """
        _, num_heads, window, head_width = keys.shape
        if head_width != self._head_width or keys.dtype != self._cache_dtype:
            raise ValueError(f"compiled for another cache than {tuple(keys.shape)} {keys.dtype}")
        qkv = qkv.contiguous()
        mixed = qkv.new_empty((len(qkv), num_heads * head_width))
        call = np.zeros(1, ATTENTION)
        call[0] = (
            qkv.data_ptr(), mixed.data_ptr(), keys.data_ptr(), values.data_ptr(),
            slots.data_ptr(), positions.data_ptr(),
            len(qkv), num_heads, window,
        )  # fmt: skip
        run(self._task.address, call.ctypes.data)
        return mixed
