"""Linear layers and the layouts of their weights."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from bot.generation.int8_weight import Int8Weight, quantized
from bot.generation.linear import Linear
from bot.generation.weight import DenseWeight, PackedWeight

needs_int8 = pytest.mark.skipif(not Int8Weight.is_available(), reason="PyTorch lacks int8 here")
needs_packing = pytest.mark.skipif(
    not PackedWeight.is_available(), reason="PyTorch lacks packing here"
)


def numbers(*size: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*size, generator=torch.Generator().manual_seed(seed))


def test_it_is_x_times_the_transposed_weight_plus_bias() -> None:
    weight = DenseWeight(torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))
    bias = torch.tensor([1.0, 0, -1])
    assert Linear(weight, bias)(torch.tensor([[1.0, 10.0]])).tolist() == [[22, 43, 64]]
    assert Linear(weight)(torch.tensor([[1.0, 10.0]])).tolist() == [[21, 43, 65]]


def test_a_dense_weight_computes_in_its_own_type_and_shares_its_memory() -> None:
    matrix = torch.ones(3, 2, dtype=torch.bfloat16)
    weight = DenseWeight(matrix)
    assert weight.matrix.data_ptr() == matrix.data_ptr()
    bias = torch.zeros(3)
    assert Linear(weight, bias)(torch.ones(1, 2)).dtype == torch.bfloat16
    assert weight.num_bytes == 12


@needs_packing
def test_a_packed_weight_is_near_the_product_in_bfloat16() -> None:
    matrix, x, bias = numbers(96, 64), numbers(5, 64, seed=1), numbers(96, seed=2)
    weight = PackedWeight(matrix)
    torch.testing.assert_close(
        Linear(weight, bias)(x).float(), x @ matrix.t() + bias, atol=0.2, rtol=0.02
    )
    assert weight.num_bytes == 2 * 96 * 64


@pytest.mark.parametrize("num_rows", [1, 255, 256, 700])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_bytes_are_the_plain_formulas_however_the_matrix_lies(
    num_rows: int, dtype: torch.dtype
) -> None:
    """Some rows at a time, or all at once; row by row, or as a checkpoint's transposed view."""
    matrix = numbers(num_rows, 96).to(dtype)
    matrix[0] = 0
    before = matrix.clone()
    scales = matrix.float().abs().amax(dim=1).div(127).clamp_min(torch.finfo(torch.float32).tiny)
    bytes_ = (matrix.float() / scales[:, None]).round().to(torch.int8)
    for lying in (matrix, matrix.t().contiguous().t()):
        found, found_scales = quantized(lying)
        assert torch.equal(found, bytes_)
        assert torch.equal(found_scales, scales)
        assert found.is_contiguous()
    assert torch.equal(matrix, before)


@needs_int8
@pytest.mark.parametrize("is_narrow", [False, True])
@pytest.mark.parametrize("width", [64, 30])
def test_bytes_are_near_the_product_whatever_a_rows_size(width: int, is_narrow: bool) -> None:
    matrix, bias = numbers(96, width), numbers(96, seed=2)
    x = numbers(4, width, seed=1) * torch.tensor([[1.0], [1000.0], [1e-4], [0.0]])
    found = Int8Weight(matrix, is_narrow).times(x, bias)
    exact = x @ matrix.t() + bias
    error = (found - exact).norm(dim=1) / (x @ matrix.t()).norm(dim=1).clamp_min(1e-9)
    assert error.max() < (0.03 if is_narrow else 0.015)
    assert torch.equal(found[3], bias)


@needs_int8
@given(seed=st.integers(0, 1000), rows=st.integers(2, 9))
def test_what_a_row_gives_in_bytes_does_not_depend_on_its_neighbours(seed: int, rows: int) -> None:
    weight, x = Int8Weight(numbers(48, 32)), numbers(rows, 32, seed=seed)
    together = weight.times(x, None)
    for row in range(rows):
        assert torch.equal(weight.times(x[row : row + 1], None)[0], together[row])


@needs_int8
def test_no_bytes_overflow_at_the_extremes() -> None:
    """All products of the largest numbers of one sign, over a row as long as GPT-2 XL's."""
    matrix, x = torch.ones(8, 6400), torch.ones(2, 6400)
    torch.testing.assert_close(Int8Weight(matrix).times(x, None), torch.full((2, 8), 6400.0))
    torch.testing.assert_close(Int8Weight(-matrix).times(x, None), torch.full((2, 8), -6400.0))


@needs_int8
def test_what_is_no_number_stays_none() -> None:
    x = numbers(2, 32)
    x[0, 3] = torch.nan
    found = Int8Weight(numbers(48, 32)).times(x, None)
    assert not found[0].isfinite().any()
    assert found[1].isfinite().all()
