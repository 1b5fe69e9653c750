"""A linear layer: y = x Wᵀ + b."""

from torch import Tensor

from bot.generation.weight import Weight


class Linear:
    """A weight (out, in) in whatever layout, and a bias (out,)."""

    def __init__(self, weight: Weight, bias: Tensor | None = None) -> None:
        self._weight = weight
        self._bias = None if bias is None else bias.to(weight.bias_dtype)

    def __call__(self, x: Tensor) -> Tensor:
        """(N, in) of any float type → (N, out) in the weight's type."""
        return self._weight.times(x, self._bias)
