"""Linear layers."""

import torch

from bot.generation.linear import Linear


def test_it_is_x_times_the_transposed_weight_plus_bias() -> None:
    weight, bias = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), torch.tensor([1.0, 0, -1])
    assert Linear(weight, bias)(torch.tensor([[1.0, 10.0]])).tolist() == [[22, 43, 64]]
    assert Linear(weight)(torch.tensor([[1.0, 10.0]])).tolist() == [[21, 43, 65]]


def test_input_is_converted_to_the_weights_type() -> None:
    linear = Linear(torch.ones(3, 2, dtype=torch.bfloat16), torch.zeros(3, dtype=torch.bfloat16))
    assert linear(torch.ones(1, 2)).dtype == linear.dtype == torch.bfloat16
    assert linear.num_bytes == 18
