"""Layer normalisation: rows with mean 0 and variance 1, scaled and shifted (Ba et al. 2016)."""

from torch import Tensor
from torch.nn import functional


class LayerNorm:
    """The numbers of one normalisation, (W,) each; computed in float32."""

    def __init__(self, weight: Tensor, bias: Tensor, epsilon: float) -> None:
        self.weight = weight.float().contiguous()
        self.bias = bias.float().contiguous()
        self.epsilon = epsilon

    def __call__(self, x: Tensor) -> Tensor:
        """(N, W) → (N, W)."""
        return functional.layer_norm(x, (x.shape[-1],), self.weight, self.bias, self.epsilon)
