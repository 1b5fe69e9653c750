"""A linear layer: y = x Wᵀ + b."""

import torch
from torch import Tensor
from torch.nn import functional


class Linear:
    """Weight (out, in) and bias (out,) in one element type, float32 or bfloat16.

    GPT-2's checkpoints store Conv1D weights as (in, out); they arrive here transposed,
    because a row per output is the order in which a matrix-vector product reads memory
    fastest.
    """

    def __init__(self, weight: Tensor, bias: Tensor | None = None) -> None:
        self._weight = weight
        self._bias = bias

    def __call__(self, x: Tensor) -> Tensor:
        """(N, in) of any float type → (N, out) in the weight's type."""
        return functional.linear(x.to(self._weight.dtype), self._weight, self._bias)

    @property
    def num_bytes(self) -> int:
        """Memory of weight and bias."""
        bias = 0 if self._bias is None else self._bias.nbytes
        return self._weight.nbytes + bias

    @property
    def dtype(self) -> torch.dtype:
        """The element type of the weight."""
        return self._weight.dtype
