"""GPT-2's forward pass over a ragged batch (Radford et al. 2019), numerically transformers'.

Shapes: N tokens of the step, R of them with logits, W width, V vocabulary.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from bot.generation.attention import Attention
from bot.generation.chunk import Chunk
from bot.generation.compiled.team import compiled
from bot.generation.int8_weight import Int8Weight
from bot.generation.kv_cache import KVCache
from bot.generation.layer_norm import LayerNorm
from bot.generation.linear import Linear
from bot.generation.model_config import ModelConfig
from bot.generation.ragged import FEW_ROWS, RaggedBatch
from bot.generation.weight import Weights, WidenedWeight

if TYPE_CHECKING:
    from bot.generation.compiled.few_rows import FewRows


Attend = Callable[[int, Tensor], Tensor]
"""One layer's attention, (layer, qkv (N, 3W)) → (N, W): stores keys and values, and mixes."""


@dataclass(frozen=True, slots=True)
class Block:
    """The weights of one layer."""

    attention_in: Linear  # W → 3W: query, key, value of the normalised stream
    attention_out: Linear  # W → W, added to the stream
    inner: Linear  # W → 4W, of the normalised stream, with the activation
    outer: Linear  # 4W → W, added to the stream

    def in_order(self) -> tuple[Linear, ...]:
        """As they are computed."""
        return self.attention_in, self.attention_out, self.inner, self.outer


class GPT2:
    """The model with its weights, for caches of `cache_dtype`; see `Attention`."""

    def __init__(
        self,
        config: ModelConfig,
        weights: Weights,
        cache_dtype: torch.dtype = torch.float32,
        is_compiled: bool = False,
        in_halves: bool = False,
    ) -> None:
        tensors = weights.tensors

        def norm(name: str) -> LayerNorm:
            return LayerNorm(
                tensors[f"{name}.weight"], tensors[f"{name}.bias"], config.layer_norm_epsilon
            )

        def linear(name: str, before: str | None = None, is_gelu: bool = False) -> Linear:
            weight, bias = weights.matrices[f"{name}.weight"], tensors[f"{name}.bias"]
            return Linear(weight, bias, None if before is None else norm(before), is_gelu)

        self.config = config
        self._token_embedding = tensors["wte.weight"]  # (V, W)
        self._position_embedding = tensors["wpe.weight"]  # (window, W)
        self._blocks = [
            Block(
                linear(f"h.{layer}.attn.c_attn", before=f"h.{layer}.ln_1"),
                linear(f"h.{layer}.attn.c_proj"),
                linear(f"h.{layer}.mlp.c_fc", before=f"h.{layer}.ln_2", is_gelu=True),
                linear(f"h.{layer}.mlp.c_proj"),
            )
            for layer in range(config.shape.num_layers)
        ]
        self._attention = Attention(config.shape, cache_dtype, is_compiled, in_halves)
        head = weights.pack(self._token_embedding)  # dense: the same memory
        self._last_norm = norm("ln_f")
        self._head = Linear(head, norm=self._last_norm)
        can_compile = self._attention.is_compiled and isinstance(head, Int8Weight | WidenedWeight)
        self._few_rows = compiled(self._compile, cache_dtype) if can_compile else None

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self._token_embedding.device

    def _compile(self, cache_dtype: torch.dtype) -> "FewRows":
        from bot.generation.compiled.few_rows import FewRows

        linears = [part for block in self._blocks for part in block.in_order()]
        shape = self.config.shape
        few_rows = FewRows([*linears, self._head], shape.num_heads, shape.window, cache_dtype)
        few_rows.check()
        return few_rows

    @torch.inference_mode()
    def forward(self, chunks: tuple[Chunk, ...], cache: KVCache) -> Tensor:
        """Compute the chunks, store their keys, values and states, and predict.

        Returns the logits (R, V) in float32 behind the last `num_logits` tokens of each
        chunk, in the order of the chunks. Other positions' logits, 206 MB for a prompt of
        1,024, are never computed.
        """
        batch = self.batch(chunks)
        hidden = self.embedded(batch.tokens, batch.positions)
        few = batch.by_row
        if self._few_rows is not None and few is not None and len(hidden) <= FEW_ROWS:
            logits = self._few_rows(hidden, few.slots, few.positions, batch.logit_rows, cache)
            states = self.states(self._few_rows.stream(len(hidden)))
            cache.write_states(batch.slots, batch.positions, states)
            return logits
        hidden = self.through(hidden, self.attending(batch, cache))
        cache.write_states(batch.slots, batch.positions, self.states(hidden))
        return self.head(hidden[batch.logit_rows]).float()  # (R, V)

    def batch(self, chunks: tuple[Chunk, ...]) -> RaggedBatch:
        """The tokens of a step, laid out as this model's attention wants them."""
        return RaggedBatch.of(chunks, self.device, self._attention.is_compiled)

    def attending(self, batch: RaggedBatch, cache: KVCache) -> Attend:
        """Each layer's attention of a step's tokens over a cache."""
        return lambda layer, qkv: self._attention(layer, qkv, batch, cache)

    @property
    def positions(self) -> Tensor:
        """The position embeddings (window, W): what is added to the token at each place."""
        return self._position_embedding

    def embedded(self, tokens: Tensor, positions: Tensor) -> Tensor:
        """Where the residual stream begins: ids and positions (N,) → (N, W) in float32."""
        # It stays in float32: additions of small updates to large values are where bfloat16's
        # 8 bits would hurt most, and N · W elements cost nothing.
        hidden = functional.embedding(tokens, self._token_embedding).float()
        return hidden + functional.embedding(positions, self._position_embedding).float()

    def through(self, hidden: Tensor, attend: Attend) -> Tensor:
        """The stream (N, W) behind all layers."""
        for behind in self.layers(hidden, attend):
            hidden = behind
        return hidden

    def layers(self, hidden: Tensor, attend: Attend) -> Iterator[Tensor]:
        """The stream (N, W) behind one layer after the other."""
        for layer, block in enumerate(self._blocks):
            mixed = attend(layer, block.attention_in(hidden))  # (N, W)
            hidden = block.attention_out(mixed, residual=hidden)
            inner = block.inner(hidden)  # (N, 4W)
            hidden = block.outer(inner, residual=hidden)
            yield hidden

    def states(self, hidden: Tensor) -> Tensor:
        """What the head reads: streams (N, W) → (N, W) in float32."""
        return self._last_norm(hidden)

    def head(self, hidden: Tensor) -> Tensor:
        """The logits (N, V) of the stream (N, W), in the weights' type."""
        return self._head(hidden)

    def read(self, states: Tensor) -> Tensor:
        """The logits (N, V) of states (N, W), in the weights' type."""
        return self._head.weight.times(states, self._head.bias)
