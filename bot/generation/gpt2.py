"""GPT-2's forward pass over a ragged batch (Radford et al. 2019), numerically transformers'.

Shapes: N tokens of the step, R of them with logits, W width, H heads, D = W / H, V vocabulary,
n tokens of one chunk, T positions of its sequence so far.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from bot.generation.kv_cache import KVCache
from bot.generation.linear import Linear
from bot.generation.model_config import ModelConfig
from bot.generation.ragged import RaggedBatch
from bot.generation.scheduler import Chunk
from bot.generation.weight import Weights


class LayerNorm:
    """Rows with mean 0 and variance 1, scaled and shifted; in float32."""

    def __init__(self, weight: Tensor, bias: Tensor, epsilon: float) -> None:
        self._weight = weight.float()
        self._bias = bias.float()
        self._epsilon = epsilon

    def __call__(self, x: Tensor) -> Tensor:
        """(N, W) → (N, W)."""
        return functional.layer_norm(x, (x.shape[-1],), self._weight, self._bias, self._epsilon)


@dataclass(frozen=True, slots=True)
class Block:
    """The weights of one layer."""

    norm_1: LayerNorm
    attention_in: Linear  # W → 3W: query, key, value
    attention_out: Linear  # W → W
    norm_2: LayerNorm
    inner: Linear  # W → 4W
    outer: Linear  # 4W → W


class GPT2:
    """The model with its weights."""

    def __init__(self, config: ModelConfig, weights: Weights) -> None:
        tensors = weights.tensors

        def norm(name: str) -> LayerNorm:
            return LayerNorm(
                tensors[f"{name}.weight"], tensors[f"{name}.bias"], config.layer_norm_epsilon
            )

        def linear(name: str) -> Linear:
            return Linear(weights.matrices[f"{name}.weight"], tensors[f"{name}.bias"])

        self.config = config
        self._token_embedding = tensors["wte.weight"]  # (V, W)
        self._position_embedding = tensors["wpe.weight"]  # (window, W)
        self._blocks = [
            Block(
                norm(f"h.{layer}.ln_1"),
                linear(f"h.{layer}.attn.c_attn"),
                linear(f"h.{layer}.attn.c_proj"),
                norm(f"h.{layer}.ln_2"),
                linear(f"h.{layer}.mlp.c_fc"),
                linear(f"h.{layer}.mlp.c_proj"),
            )
            for layer in range(config.shape.num_layers)
        ]
        self._final_norm = norm("ln_f")
        self._head = Linear(weights.pack(self._token_embedding))  # dense: the same memory

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self._token_embedding.device

    @torch.inference_mode()
    def forward(self, chunks: tuple[Chunk, ...], cache: KVCache) -> Tensor:
        """Compute the chunks, store their keys and values, and predict.

        Returns the logits (R, V) in float32 behind the last `num_logits` tokens of each
        chunk, in the order of the chunks. Other positions' logits, 206 MB for a prompt of
        1,024, are never computed.
        """
        batch = RaggedBatch.of(chunks, self.device)
        # The residual stream stays in float32: additions of small updates to large values
        # are where bfloat16's 8 bits would hurt most, and N · W elements cost nothing.
        hidden = functional.embedding(batch.tokens, self._token_embedding).float()
        hidden = hidden + functional.embedding(batch.positions, self._position_embedding).float()
        for layer, block in enumerate(self._blocks):
            qkv = block.attention_in(block.norm_1(hidden))  # (N, 3W)
            mixed = self._attend(layer, qkv, batch, cache)  # (N, W)
            hidden = hidden + block.attention_out(mixed)
            inner = block.inner(block.norm_2(hidden))  # (N, 4W)
            inner = functional.gelu(inner, approximate="tanh")  # "gelu_new"
            hidden = hidden + block.outer(inner)
        last = self._final_norm(hidden[batch.logit_rows])  # (R, W)
        return self._head(last).float()  # (R, V)

    def _attend(self, layer: int, qkv: Tensor, batch: RaggedBatch, cache: KVCache) -> Tensor:
        """Causal self-attention: (N, 3W) → (N, W)."""
        num_heads, head_width = self.config.shape.num_heads, self.config.head_width
        q, k, v = qkv.view(len(qkv), 3, num_heads, head_width).unbind(dim=1)  # (N, H, D) each
        cache.write(layer, batch.slots, batch.positions, k, v)
        # On a CPU, attention over a widened copy takes a fraction of the time of bfloat16
        # attention (measured at 64 to 800 positions).
        if qkv.device.type == "cpu":
            q = q.float()
        mixed = torch.empty_like(q)
        if (group := batch.together) is not None:
            keys, values = cache.read(layer, group.first_slot, group.length, group.num_slots)
            queries = q.new_zeros(group.num_slots, num_heads, 1, head_width)
            queries[group.places, :, 0] = q[group.rows]
            out = functional.scaled_dot_product_attention(
                queries, keys.to(q.dtype), values.to(q.dtype), attn_mask=group.mask
            )  # (S, H, 1, D)
            mixed[group.rows] = out[group.places, :, 0]
        for each in batch.alone:
            keys, values = cache.read(layer, each.slot, each.length)  # (1, H, T, D)
            out = functional.scaled_dot_product_attention(
                q[each.rows].transpose(0, 1)[None],  # (1, H, n, D)
                keys.to(q.dtype),
                values.to(q.dtype),
                attn_mask=each.mask,
                is_causal=each.mask is None and each.rows.stop - each.rows.start > 1,
            )  # (1, H, n, D)
            mixed[each.rows] = out[0].transpose(0, 1)
        return mixed.view(len(qkv), num_heads * head_width)
