"""A weight matrix in whole numbers of eight bits: a quarter of float32's memory to read."""

from functools import cache

import torch
from torch import Tensor

from bot.generation.weight import agrees

_ROWS_AT_ONCE = 256
"""Rows that are quantised together: their float32 copies stay near the processor's cache."""


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
        bytes_, self.scales = quantized(matrix)
        self.num_inputs = bytes_.shape[1]
        self.num_outputs = len(bytes_)
        # In parts, as a sum first widens its bytes to eight times their size.
        sums = torch.cat([part.sum(dim=1) for part in torch.split(bytes_, _ROWS_AT_ONCE)])
        self.sums = self.scales * sums  # (out,)
        self.num_bytes = bytes_.nbytes + self.scales.nbytes + self.sums.nbytes
        self._zeros = torch.zeros(len(bytes_), dtype=torch.int32)
        self.packed = torch.ops.onednn.qlinear_prepack(bytes_, None)
        self._round = _narrow_bytes if is_narrow else _bytes

    def times(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """In bytes; x and the result are float32."""
        rounded, scale, low = self._round(x.float())
        product: Tensor = torch.ops.onednn.qlinear_pointwise(
            rounded,
            1.0,
            0,
            self.packed,
            self.scales,
            self._zeros,
            None,
            1.0,
            0,
            torch.float32,
            "none",
            [],
            "",
        )
        product.mul_(scale).addcmul_(self.sums, low)  # in place: new memory costs more than a sum
        return product if bias is None else product.add_(bias)

    @staticmethod
    @cache
    def is_available() -> bool:
        """Whether this PyTorch has the operators, and they are right."""
        return agrees(Int8Weight, 0.03)


def _bytes(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Rows (N, in) as bytes (N, in) from 0 to 255, with their scales and lows (N, 1).

    One operator does it, made for tables of embeddings; it appends scale and low to each
    row as eight bytes.
    """
    width = x.shape[1]
    rows = torch.ops.quantized.embedding_bag_byte_prepack(x)  # (N, in + 8)
    ends = rows[:, width:].clone(memory_format=torch.contiguous_format)  # (N, 8)
    # The low as it is, which unlike the operator's is no number where one of x is none.
    scale = ends.view(torch.float32)[:, :1]
    return rows[:, :width].contiguous(), scale, x.amin(dim=1, keepdim=True)


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
