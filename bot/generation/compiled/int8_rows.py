"""A linear layer in int8 for few rows, with all that stands around it: see `layer`.

A step of one answer reads 1.5 GB of GPT-2 XL's weights and computes little with them. Apart
from reading them as fast as memory gives them, what counts is to do nothing else: as separate
operators on one row, norms, rounding and activations take a third of the time.

The weights stay where oneDNN packed them, which still multiplies larger batches: panels of 64
outputs, and in a panel for four inputs at a time the 4 bytes of the first output, those of the
second, … so that 64 bytes in a row are what one instruction takes. That is no promise of
oneDNN's: each matrix is tried against oneDNN's own product when it is loaded.

The arithmetic is `Int8Weight`'s. A row's result does not depend on other rows.
"""

from typing import Any

import numpy as np
from numba import carray, njit

from bot.generation.compiled.instructions import (
    LANES,
    PANEL,
    SUMS_IN_ANY_ORDER,
    WIDEST,
    bytes_at,
    dot_tile,
    floats_at,
)
from bot.generation.compiled.layer import finish, normalise, padded

ROWS_TOGETHER = 4
"""Rows that are multiplied by a panel in one go; more would not find room in the registers."""
FOURS_AT_ONCE = 64
"""Fours of inputs whose weights, 16 KiB of a panel, are used for all rows before the next."""


ABREAST = 32
"""Numbers that are compared side by side."""

_tile_1x16, _tile_1x4, _tile_1x1 = dot_tile(1, 16), dot_tile(1, 4), dot_tile(1, 1)
_tile_2x8, _tile_2x4, _tile_2x1 = dot_tile(2, 8), dot_tile(2, 4), dot_tile(2, 1)
_tile_4x4, _tile_4x1 = dot_tile(4, 4), dot_tile(4, 1)

_STEPS, _TINY = np.float32(255), np.float32(1e-8)


@njit
def _ends(x: Any) -> Any:
    """The smallest and largest number of a row without NaN.

    Of every 32nd first: the compiler does not find that order of comparing by itself.
    """
    low, high = np.full(ABREAST, x[0]), np.full(ABREAST, x[0])
    whole = len(x) // ABREAST * ABREAST
    for start in range(0, whole, ABREAST):
        for lane in range(ABREAST):
            value = x[start + lane]
            low[lane] = value if value < low[lane] else low[lane]
            high[lane] = value if value > high[lane] else high[lane]
    lowest, highest = low[0], high[0]
    for lane in range(ABREAST):
        lowest, highest = min(lowest, low[lane]), max(highest, high[lane])
    for i in range(whole, len(x)):
        lowest, highest = min(lowest, x[i]), max(highest, x[i])
    return lowest, highest


@njit(fastmath=SUMS_IN_ANY_ORDER, error_model="numpy")
def _nothing_or_nan(x: Any) -> Any:
    """0, but NaN where one of the numbers is infinite or none."""
    total = np.float32(0)
    for i in range(len(x)):
        total += x[i] * np.float32(0)
    return total


@njit(fastmath=SUMS_IN_ANY_ORDER, error_model="numpy")
def _rounded(x: Any, out: Any) -> Any:
    """A row as bytes; returns its scale and low."""
    low, high = _ends(x)
    inverse = _STEPS / (high - low + _TINY)
    for i in range(len(x)):
        out[i] = np.uint8(np.int32((x[i] - low) * inverse + np.float32(0.5)))
    return (high - low) / _STEPS, low + _nothing_or_nan(x)


@njit(fastmath=SUMS_IN_ANY_ORDER, error_model="numpy")
def _scaled(linear: Any, first: Any, sums: Any, scale: Any, low: Any, y: Any) -> None:
    """One row's whole numbers as the product they stand for, from output `first` on."""
    num_outputs = len(y)
    scales = carray(floats_at(linear.scales + 4 * first), num_outputs)
    totals = carray(floats_at(linear.sums + 4 * first), num_outputs)
    for i in range(num_outputs):
        y[i] = np.float32(sums[i]) * scales[i] * scale + totals[i] * low


@njit
def _add_products(
    weights: Any, rows: Any, row_bytes: Any, num_rows: Any, fours: Any, sums: Any, width: Any
) -> None:
    """Add the products of up to four rows with the next `width` outputs."""
    if num_rows == 1:
        if width == WIDEST:
            _tile_1x16(weights, rows, row_bytes, fours, sums)
        elif width == PANEL:
            _tile_1x4(weights, rows, row_bytes, fours, sums)
        else:
            _tile_1x1(weights, rows, row_bytes, fours, sums)
    elif num_rows == 2:
        if width == WIDEST // 2:
            _tile_2x8(weights, rows, row_bytes, fours, sums)
        elif width == PANEL:
            _tile_2x4(weights, rows, row_bytes, fours, sums)
        else:
            _tile_2x1(weights, rows, row_bytes, fours, sums)
    elif width == PANEL:
        _tile_4x4(weights, rows, row_bytes, fours, sums)
    else:
        _tile_4x1(weights, rows, row_bytes, fours, sums)


@njit
def prepare_share(linear: Any, prepared: Any, num_rows: Any, thread: Any, num_threads: Any) -> None:
    """One thread's share of bringing the rows into bytes: every so many rows one.

    `prepared` are buffers: the address of the bytes, scales and lows of the rows.
    """
    width = linear.num_inputs
    row_bytes = padded(width, PANEL)
    address, scales, lows = prepared
    normalised = np.empty(width, np.float32)
    for row in range(thread, num_rows, num_threads):
        x = carray(floats_at(linear.x + 4 * row * width), width)
        out = carray(bytes_at(address + row * row_bytes), width)
        if linear.norm_weight:
            weight = carray(floats_at(linear.norm_weight), width)
            bias = carray(floats_at(linear.norm_bias), width)
            normalise(x, weight, bias, linear.epsilon, normalised)
            scales[row], lows[row] = _rounded(normalised, out)
        else:
            scales[row], lows[row] = _rounded(x, out)


@njit
def multiply_share(
    linear: Any, prepared: Any, num_rows: Any, thread: Any, num_threads: Any
) -> None:
    """One thread's share of the outputs, for all rows, when those have been prepared."""
    rows, scales, lows = prepared
    row_bytes = padded(linear.num_inputs, PANEL)
    num_fours = row_bytes // 4
    sums = np.empty((padded(num_rows, ROWS_TOGETHER), WIDEST), np.int32)
    y = np.empty(WIDEST, np.float32)
    # With several groups of rows, weights are used again while they are in the first cache.
    step = num_fours if num_rows <= ROWS_TOGETHER else FOURS_AT_ONCE
    widest = WIDEST if num_rows == 1 else WIDEST // 2 if num_rows == 2 else PANEL
    num_columns = padded(linear.num_outputs, LANES) // LANES
    first = num_columns * thread // num_threads * LANES
    stop = num_columns * (thread + 1) // num_threads * LANES
    while first < stop:
        width = LANES
        if first % PANEL == 0 and first + PANEL <= stop:
            width = widest if first + widest <= stop else PANEL
        weights = linear.weights + first // PANEL * PANEL * row_bytes + first % PANEL * 4
        sums[:] = 0
        for four in range(0, num_fours, step):
            for row in range(0, num_rows, ROWS_TOGETHER):
                _add_products(
                    weights + 4 * PANEL * four,
                    rows + row * row_bytes + 4 * four,
                    row_bytes,
                    min(ROWS_TOGETHER, num_rows - row),
                    min(step, num_fours - four),
                    sums.ctypes.data + 4 * WIDEST * row,
                    width,
                )
        num_outputs = min(width, linear.num_outputs - first)
        for row in range(num_rows):
            part = y[:num_outputs]
            _scaled(linear, first, sums[row], scales[row], lows[row], part)
            finish(linear, row, first, part)
        first += width
