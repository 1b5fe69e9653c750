"""The weight matrix of a linear layer, laid out for the machine.

What a token costs is the time to read every weight once (a matrix-vector product does two
operations per number read), so how the numbers lie in memory decides the speed. There are
four layouts behind one method:

    dense     float32 or bfloat16, row by row: the reference, and what a GPU wants
    packed    bfloat16 in the blocks that a processor's bfloat16 instructions consume
    int8      one byte a number, with a scale for each row
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

    def times(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """x Wᵀ + bias: (N, in) of any float type → (N, out)."""
        ...


Pack = Callable[[Tensor], Weight]
"""Lays a matrix (out, in) with any strides out; it may be released afterwards."""

_ROWS_AT_ONCE = 256
"""Rows that are quantised together: their float32 copies stay near the processor's cache."""


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
        dtype = self.matrix.dtype
        return functional.linear(x.to(dtype), self.matrix, None if bias is None else bias.to(dtype))


class PackedWeight:
    """A bfloat16 weight reordered once for oneDNN, the library behind PyTorch's CPU kernels.

    Left as it is, oneDNN would reorder the matrix in every call, or read it in strides. The
    two operators are not part of PyTorch's public interface: `is_available` tries them.
    """

    def __init__(self, matrix: Tensor) -> None:
        self.num_bytes = 2 * matrix.numel()
        rows = matrix.to(torch.bfloat16).contiguous()  # strided, reordering takes twice as long
        self._packed = torch.ops.mkldnn._reorder_linear_weight(rows)

    def times(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """In bfloat16, with float32 sums inside."""
        rows = x.to(torch.bfloat16)
        small = None if bias is None else bias.to(torch.bfloat16)
        result: Tensor = torch.ops.mkldnn._linear_pointwise(
            rows, self._packed, small, "none", [], ""
        )
        return result

    @staticmethod
    @cache
    def is_available() -> bool:
        """Whether this PyTorch and this processor have the operators, and they are right."""
        return _agrees(PackedWeight, 0.02)


class Int8Weight:
    """A weight of bytes: W ≈ scale · Q with one scale per output row (Dettmers et al. 2022).

    Rows of x are turned into bytes as they come, each with the scale of its own largest
    number, so that one row never coarsens another. The sums are of whole numbers and exact:
    what a row gives does not depend on its neighbours at all. oneDNN multiplies *unsigned*
    by signed bytes, hence the offset.

    `num_steps` is the largest byte value of x: 127, or 63 where the processor adds pairs of
    products in 16 bits, which 127 could overflow (every x86 without VNNI).
    """

    def __init__(self, matrix: Tensor, num_steps: int = 127) -> None:
        bytes_, self._scales = quantized(matrix)
        self.num_bytes = bytes_.nbytes + self._scales.nbytes
        self._zeros = torch.zeros(len(bytes_), dtype=torch.int32)
        self._packed = torch.ops.onednn.qlinear_prepack(bytes_, None)
        self._num_steps = num_steps

    def times(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """In bytes; x and the result are float32."""
        steps, offset = self._num_steps, self._num_steps + 1
        x = x.float()
        peaks = x.abs().amax(dim=1, keepdim=True)  # (N, 1)
        safe = peaks.clamp_min(torch.finfo(torch.float32).tiny)
        unsigned = (x * (steps / safe)).add_(offset).round_().to(torch.uint8)
        product: Tensor = torch.ops.onednn.qlinear_pointwise(
            unsigned,
            1 / steps,
            offset,
            self._packed,
            self._scales,
            self._zeros,
            None,
            1.0,
            0,
            torch.float32,
            "none",
            [],
            "",
        )
        return product.mul_(peaks) if bias is None else torch.addcmul(bias.float(), product, peaks)

    @staticmethod
    @cache
    def is_available() -> bool:
        """Whether this PyTorch has the operators, and they are right."""
        return _agrees(Int8Weight, 0.03)


def quantized(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """A matrix (out, in) as bytes (out, in) and the scales (out,) of its rows.

    A few rows at a time, so that beside the bytes hardly any memory is needed. A checkpoint's
    matrices come as transposed views: of those only the bytes are brought in order, a quarter
    of what the float32 numbers would be.
    """
    bytes_ = torch.empty(matrix.shape, dtype=torch.int8)
    scales = torch.empty(len(matrix))
    for start in range(0, len(matrix), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        rows = matrix[part].float()
        scales[part] = (rows.abs().amax(dim=1) / 127).clamp_min(torch.finfo(torch.float32).tiny)
        bytes_[part] = (rows / scales[part, None]).round_().to(torch.int8)
    return bytes_, scales


def _agrees(kind: type[PackedWeight] | type[Int8Weight], tolerance: float) -> bool:
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
