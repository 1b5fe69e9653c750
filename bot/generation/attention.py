"""Causal self-attention over a ragged batch and a key/value cache (Vaswani et al. 2017).

Shapes: N tokens of the step, W width, H heads, D = W / H, S slots, n tokens of one chunk,
T positions of its sequence so far.
"""

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

from bot.domain.model_spec import ModelShape
from bot.generation.compiled.team import compiled
from bot.generation.half_attention import attend_in_halves
from bot.generation.kv_cache import KVCache
from bot.generation.ragged import Alone, RaggedBatch, Together

if TYPE_CHECKING:
    from bot.generation.compiled.attention_rows import AttentionRows


class Attention:
    """What all layers' attention has in common: it has no weights of its own.

    `is_compiled` gives single tokens and short chunks code of their own, for which the
    processor must be fit: see `compiled.team.can_compile`. It takes seconds to compile.
    `in_halves` multiplies the queries of longer chunks in bfloat16, on a processor with
    instructions for it and a cache of that type.
    """

    def __init__(
        self,
        shape: ModelShape,
        cache_dtype: torch.dtype,
        is_compiled: bool,
        in_halves: bool = False,
    ) -> None:
        self._num_heads = shape.num_heads
        self._head_width = shape.width // shape.num_heads
        self._by_row = compiled(self._compile, cache_dtype) if is_compiled else None
        self._in_halves = in_halves and cache_dtype == torch.bfloat16

    @property
    def is_compiled(self) -> bool:
        """Whether there is such code."""
        return self._by_row is not None

    def __call__(self, layer: int, qkv: Tensor, batch: RaggedBatch, cache: KVCache) -> Tensor:
        """Store the tokens' keys and values, and mix what they see: (N, 3W) → (N, W)."""
        few, by_row = batch.by_row, self._by_row
        if few is not None and few.rows is None and by_row is not None:
            return by_row(qkv.float(), *cache.layer(layer), few.slots, few.positions)
        heads = qkv.view(len(qkv), 3, self._num_heads, self._head_width)
        q, k, v = heads.unbind(dim=1)  # (N, H, D) each
        cache.write(layer, batch.slots, batch.positions, k, v)
        # On a CPU, attention over a widened copy takes a fraction of the time of bfloat16
        # attention (measured at 64 to 800 positions).
        if qkv.device.type == "cpu":
            q = q.float()
        mixed = torch.empty_like(q)
        if few is not None and by_row is not None:
            own = qkv[few.rows].float()
            out = by_row(own, *cache.layer(layer), few.slots, few.positions)
            mixed[few.rows] = out.view(len(out), self._num_heads, self._head_width)
        if batch.together is not None:
            self._mix_together(mixed, q, layer, batch.together, cache)
        for each in batch.alone:
            self._mix_alone(mixed, q, layer, each, cache)
        return mixed.view(len(qkv), self._num_heads * self._head_width)

    def _compile(self, cache_dtype: torch.dtype) -> "AttentionRows":
        # Importing the compiler takes half a second, so it is not until somebody needs it.
        from bot.generation.compiled.attention_rows import AttentionRows

        return AttentionRows(self._head_width, cache_dtype)

    def _mix_together(
        self, mixed: Tensor, q: Tensor, layer: int, group: Together, cache: KVCache
    ) -> None:
        keys, values = cache.read(layer, group.first_slot, group.length, group.num_slots)
        queries = q.new_zeros(group.num_slots, self._num_heads, 1, self._head_width)
        queries[group.places, :, 0] = q[group.rows]
        out = functional.scaled_dot_product_attention(
            queries, keys.to(q.dtype), values.to(q.dtype), attn_mask=group.mask
        )  # (S, H, 1, D)
        mixed[group.rows] = out[group.places, :, 0]

    def _mix_alone(self, mixed: Tensor, q: Tensor, layer: int, each: Alone, cache: KVCache) -> None:
        keys, values = cache.read(layer, each.slot, each.length)  # (1, H, T, D)
        if self._in_halves:
            halves = attend_in_halves(q[each.rows].transpose(0, 1), keys[0], values[0])
            mixed[each.rows] = halves.transpose(0, 1).to(mixed.dtype)
            return
        out = functional.scaled_dot_product_attention(
            q[each.rows].transpose(0, 1)[None],  # (1, H, n, D)
            keys.to(q.dtype),
            values.to(q.dtype),
            attn_mask=each.mask,
            is_causal=each.mask is None and each.rows.stop - each.rows.start > 1,
        )  # (1, H, n, D)
        mixed[each.rows] = out[0].transpose(0, 1)
