"""A linear layer with what stands before and behind it: y = gelu(norm(x) Wᵀ + b) + r."""

from torch import Tensor
from torch.nn import functional

from bot.generation.layer_norm import LayerNorm
from bot.generation.weight import Weight


class Linear:
    """A weight (out, in) in whatever layout, and a bias (out,).

    `norm` is applied to x, GPT-2's activation (`is_gelu`) to the product.
    """

    def __init__(
        self,
        weight: Weight,
        bias: Tensor | None = None,
        norm: LayerNorm | None = None,
        is_gelu: bool = False,
    ) -> None:
        self.weight = weight
        self.bias = None if bias is None else bias.to(weight.bias_dtype)
        self.norm = norm
        self.is_gelu = is_gelu

    def __call__(self, x: Tensor, residual: Tensor | None = None) -> Tensor:
        """(N, in) of any float type → (N, out) in the weight's type.

        With a residual (N, out) in float32, the sum of both in float32.
        """
        if self.norm is not None:
            x = self.norm(x)
        y = self.weight.times(x, self.bias)
        if self.is_gelu:
            y = functional.gelu(y, approximate="tanh")  # "gelu_new"
        return y if residual is None else residual + y
