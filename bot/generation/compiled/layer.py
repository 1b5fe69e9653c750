"""What all compiled linear layers have in common: what they are told, and what is around them.

y = gelu(norm(x) Wᵀ + b) + r        norm, gelu, b and r where the layer has them
"""

from typing import Any

import numpy as np
from numba import carray, njit

from bot.generation.compiled.instructions import SUMS_IN_ANY_ORDER, exp, floats_at

_ADDRESSES = (
    "weights", "scales", "sums", "bias", "norm_weight", "norm_bias", "x", "residual", "y",
)  # fmt: skip
LINEAR = np.dtype(
    [(name, np.int64) for name in (*_ADDRESSES, "num_inputs", "num_outputs", "is_gelu")]
    + [("epsilon", np.float32)],
    align=True,
)
"""What the compiled code is told of a layer; an address of 0: there is none."""

_ONE, _CUBIC = np.float32(1), np.float32(0.044715)
_TWICE_ROOT = np.float32(2 * (2 / np.pi) ** 0.5)


@njit
def padded(size: Any, unit: Any) -> Any:
    """The next multiple of a unit."""
    return (size + unit - 1) // unit * unit


@njit(fastmath=SUMS_IN_ANY_ORDER, error_model="numpy")
def normalise(x: Any, weight: Any, bias: Any, epsilon: Any, out: Any) -> None:
    """Layer normalisation of one row (Ba et al. 2016)."""
    size = np.float32(len(x))
    mean = np.float32(0)
    for i in range(len(x)):
        mean += x[i]
    mean /= size
    variance = np.float32(0)
    for i in range(len(x)):
        variance += (x[i] - mean) * (x[i] - mean)
    inverse = _ONE / np.sqrt(variance / size + epsilon)
    for i in range(len(x)):
        out[i] = (x[i] - mean) * inverse * weight[i] + bias[i]


@njit(fastmath=SUMS_IN_ANY_ORDER, error_model="numpy")
def finish(linear: Any, row: Any, first: Any, y: Any) -> None:
    """Add to a row's products, from output `first` on, what the layer adds, and store them."""
    place = 4 * (row * linear.num_outputs + first)
    target = carray(floats_at(linear.y + place), len(y))
    if linear.bias:
        bias = carray(floats_at(linear.bias + 4 * first), len(y))
        for i in range(len(y)):
            y[i] += bias[i]
    if linear.is_gelu:
        for i in range(len(y)):
            # tanh's form of it, with 1 + tanh u = 2 / (1 + e^-2u)
            cubic = y[i] + _CUBIC * y[i] * y[i] * y[i]
            y[i] = y[i] / (_ONE + exp(-_TWICE_ROOT * cubic))
    if linear.residual:
        residual = carray(floats_at(linear.residual + place), len(y))
        for i in range(len(y)):
            target[i] = residual[i] + y[i]
    else:
        for i in range(len(y)):
            target[i] = y[i]
