"""A linear layer in bfloat16 for few rows, with all that stands around it: see `layer`.

Processors without bfloat16 instructions can still read it: a bfloat16 is the upper half of a
float32. Each weight is widened on its way to the registers, so that a step reads half of
what it would read in float32; all arithmetic is float32's, and x is not rounded at all.
A row's result does not depend on other rows.
"""

from typing import Any

import numpy as np
from numba import carray, njit

from bot.generation.compiled.instructions import floats_at, half_tile
from bot.generation.compiled.layer import finish, normalise

SIDE = 4
"""Rows, and outputs, that are multiplied together."""
BLOCK = 64
"""Outputs that are finished together."""

_tile_1x4, _tile_1x1 = half_tile(1, SIDE), half_tile(1, 1)
_tile_4x4, _tile_4x1 = half_tile(SIDE, SIDE), half_tile(SIDE, 1)


@njit
def prepare_share(linear: Any, prepared: Any, num_rows: Any, thread: Any, num_threads: Any) -> None:
    """One thread's share of bringing the rows to the buffer at the address `prepared[0]`."""
    width = linear.num_inputs
    address, _, _ = prepared
    for row in range(thread, num_rows, num_threads):
        x = carray(floats_at(linear.x + 4 * row * width), width)
        out = carray(floats_at(address + 4 * row * width), width)
        if linear.norm_weight:
            weight = carray(floats_at(linear.norm_weight), width)
            bias = carray(floats_at(linear.norm_bias), width)
            normalise(x, weight, bias, linear.epsilon, out)
        else:
            out[:] = x


@njit
def multiply_share(
    linear: Any, prepared: Any, num_rows: Any, thread: Any, num_threads: Any
) -> None:
    """One thread's share of the outputs, for all rows, when those have been prepared."""
    width, num_outputs = linear.num_inputs, linear.num_outputs
    sums = np.empty(SIDE * SIDE, np.float32)
    y = np.empty((num_rows, BLOCK), np.float32)
    num_groups = (num_outputs + SIDE - 1) // SIDE
    first = num_groups * thread // num_threads * SIDE
    stop = min(num_groups * (thread + 1) // num_threads * SIDE, num_outputs)
    while first < stop:
        end = min(first + BLOCK, stop)
        output = first
        while output < end:
            size = SIDE if output + SIDE <= end else 1
            weights = linear.weights + 2 * output * width
            for start in range(0, num_rows, SIDE):
                x = prepared[0] + 4 * start * width
                _multiply(weights, x, width, num_rows == 1, size, sums)
                for row in range(start, min(start + SIDE, num_rows)):
                    for i in range(size):
                        y[row, output - first + i] = sums[(row - start) * size + i]
            output += size
        for row in range(num_rows):
            finish(linear, row, first, y[row, : end - first])
        first = end


@njit
def _multiply(weights: Any, x: Any, width: Any, is_single: Any, size: Any, sums: Any) -> None:
    """One row or four with one output or four."""
    if is_single:
        if size == SIDE:
            _tile_1x4(weights, x, width, sums.ctypes.data)
        else:
            _tile_1x1(weights, x, width, sums.ctypes.data)
    elif size == SIDE:
        _tile_4x4(weights, x, width, sums.ctypes.data)
    else:
        _tile_4x1(weights, x, width, sums.ctypes.data)
