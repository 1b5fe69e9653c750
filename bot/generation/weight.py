"""The weight matrix of a linear layer, laid out for the machine.

What a token costs is the time to read every weight once (a matrix-vector product does two
operations per number read), so how the numbers lie in memory decides the speed. There are
four layouts behind one method:

    dense     float32 or bfloat16, row by row: the reference, and what a GPU wants
    widened   bfloat16 to keep and float32 to compute, for processors without the former
    packed    bfloat16 in the blocks that a processor's bfloat16 instructions consume
    int8      one byte a number, with a scale for each row: see `int8_weight`
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional


class Weight(Protocol):
    """A matrix W (out, in) that rows are multiplied by."""

    @property
    def num_bytes(self) -> int:
        """Its memory."""
        ...

    @property
    def bias_dtype(self) -> torch.dtype:
        """The element type in which a bias is added."""
        ...

    def times(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """x Wᵀ + bias: (N, in) of any float type → (N, out). `bias` is of `bias_dtype`."""
        ...


Pack = Callable[[Tensor], Weight]
"""Lays a matrix (out, in) with any strides out; it may be released afterwards."""


_ROWS_WORTH_WIDENING = 16
"""Rows from which widening a matrix pays."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A model's numbers: matrices of linear layers as weights, all else as plain tensors.

    Names are transformers' without the `transformer.` prefix; Conv1D matrices arrive
    transposed. `pack` lays out further matrices as these were.
    """

    tensors: dict[str, Tensor]
    matrices: dict[str, Weight]
    pack: Pack


class DenseWeight:
    """A weight as an ordinary tensor (out, in), float32 or bfloat16.

    GPT-2's checkpoints store Conv1D weights as (in, out); they arrive here transposed,
    because a row per output is the order in which a matrix-vector product reads memory
    fastest. A matrix that lies so already is kept as it is.
    """

    def __init__(self, matrix: Tensor) -> None:
        self.matrix = matrix.contiguous()

    @property
    def num_bytes(self) -> int:
        """Bytes of the tensor."""
        return self.matrix.nbytes

    def times(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """In the matrix's own type."""
        return functional.linear(x.to(self.matrix.dtype), self.matrix, bias)

    @property
    def bias_dtype(self) -> torch.dtype:
        """That of the matrix."""
        return self.matrix.dtype


class WidenedWeight:
    """A bfloat16 weight (out, in) for processors without bfloat16 instructions.

    It is kept in bfloat16 and multiplied in float32: for many rows a widened copy takes a
    third of the time of emulated bfloat16 products, which few rows still have to take where
    there is no compiled code for them.
    """

    bias_dtype = torch.float32

    def __init__(self, matrix: Tensor) -> None:
        self.matrix = matrix.to(torch.bfloat16).contiguous()
        self.num_bytes = self.matrix.nbytes

    def times(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """In float32, or few rows in bfloat16."""
        if len(x) < _ROWS_WORTH_WIDENING:
            y = functional.linear(x.to(torch.bfloat16), self.matrix).float()
            return y if bias is None else y + bias
        return functional.linear(x.float(), self.matrix.float(), bias)


class PackedWeight:
    """A bfloat16 weight reordered once for oneDNN, the library behind PyTorch's CPU kernels.

    Left as it is, oneDNN would reorder the matrix in every call, or read it in strides. The
    two operators are not part of PyTorch's public interface: `is_available` tries them.
    """

    bias_dtype = torch.bfloat16

    def __init__(self, matrix: Tensor) -> None:
        self.num_bytes = 2 * matrix.numel()
        rows = matrix.to(torch.bfloat16).contiguous()  # strided, reordering takes twice as long
        self._packed = torch.ops.mkldnn._reorder_linear_weight(rows)

    def times(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """In bfloat16, with float32 sums inside."""
        result: Tensor = torch.ops.mkldnn._linear_pointwise(
            x.to(torch.bfloat16), self._packed, bias, "none", [], ""
        )
        return result

    @staticmethod
    @cache
    def is_available() -> bool:
        """Whether this PyTorch and this processor have the operators, and they are right."""
        return agrees(PackedWeight, 0.02)


def agrees(kind: Pack, tolerance: float) -> bool:
    """Try a layout on a small matrix against the plain product."""
    generator = torch.Generator().manual_seed(0)
    matrix = torch.randn(64, 96, generator=generator)
    x = torch.randn(3, 96, generator=generator)
    exact = functional.linear(x, matrix)
    try:
        found = kind(matrix).times(x, None).float()
    except (AttributeError, NotImplementedError, RuntimeError, TypeError):
        return False
    return bool((found - exact).norm() <= tolerance * exact.norm())
