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

    @property
    def bias_dtype(self) -> torch.dtype:
        """The element type in which a bias is added."""
        ...

    def times(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """x Wᵀ + bias: (N, in) of any float type → (N, out). `bias` is of `bias_dtype`."""
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
        return functional.linear(x.to(self.matrix.dtype), self.matrix, bias)

    @property
    def bias_dtype(self) -> torch.dtype:
        """That of the matrix."""
        return self.matrix.dtype


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
        return _agrees(PackedWeight, 0.02)


class Int8Weight:
    """A weight of bytes: W ≈ s · Q with one scale s per output row (Dettmers et al. 2022).

    Rows of x are turned into bytes as they come, x ≈ scale · B + low, each by its own
    smallest and largest number, so that one row never coarsens another. Then

        W x ≈ scale · (s · Q B) + low · (s · Q 1)

    where Q B are sums of whole numbers and exact, and Q 1 are the sums of Q's rows, known
    beforehand. What a row gives does not depend on its neighbours at all.

    `is_narrow` gives x seven bits instead of eight, for processors that add pairs of
    products in 16 bits, which eight could overflow (every x86 without VNNI).
    """

    bias_dtype = torch.float32

    def __init__(self, matrix: Tensor, is_narrow: bool = False) -> None:
        bytes_, self._scales = quantized(matrix)
        # In parts, as a sum first widens its bytes to eight times their size.
        sums = torch.cat([part.sum(dim=1) for part in torch.split(bytes_, _ROWS_AT_ONCE)])
        self._sums = self._scales * sums  # (out,)
        self.num_bytes = bytes_.nbytes + self._scales.nbytes + self._sums.nbytes
        self._zeros = torch.zeros(len(bytes_), dtype=torch.int32)
        self._packed = torch.ops.onednn.qlinear_prepack(bytes_, None)
        self._round = _narrow_bytes if is_narrow else _bytes

    def times(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """In bytes; x and the result are float32."""
        rounded, scale, low = self._round(x.float())
        product: Tensor = torch.ops.onednn.qlinear_pointwise(
            rounded,
            1.0,
            0,
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
        y = product.mul_(scale) if bias is None else torch.addcmul(bias, product, scale)
        return y.addcmul_(self._sums, low)

    @staticmethod
    @cache
    def is_available() -> bool:
        """Whether this PyTorch has the operators, and they are right."""
        return _agrees(Int8Weight, 0.03)


def _bytes(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Rows (N, in) as bytes (N, in) from 0 to 255, with their scales and lows (N, 1).

    One operator does it, made for tables of embeddings; it appends scale and low to each
    row as eight bytes.
    """
    width = x.shape[1]
    rows = torch.ops.quantized.embedding_bag_byte_prepack(x)  # (N, in + 8)
    ends = rows[:, width:].contiguous().view(torch.float32)  # (N, 2)
    # The low as it is, which unlike the operator's is no number where one of x is none.
    return rows[:, :width].contiguous(), ends[:, :1], x.amin(dim=1, keepdim=True)


def _narrow_bytes(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The same from 1 to 127, with 64 for zero."""
    scale = x.abs().amax(dim=1, keepdim=True) / 63
    safe = scale.clamp_min(torch.finfo(torch.float32).tiny)
    return (x / safe).round_().add_(64).to(torch.uint8), scale, -64 * scale


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
