"""A trace: one forward pass over a text, of which is kept what a view needs.

The pass is the engine's own, with the weights in the layout in which they answer, but over a
cache that belongs to the trace alone: answers that run beside it notice nothing. What the
model remembers of the text's beginning is copied instead of computed again, which is nearly
all of an answer that it has just written, and is exactly what it had before its eyes then.

Shapes: N tokens that are computed, T of the text, W width, H heads, D = W / H.
"""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from bot.domain.sampling import SamplingParams
from bot.generation.anatomy import Anatomy
from bot.generation.chunk import Chunk
from bot.generation.errand import Pieces
from bot.generation.kv_cache import KVCache
from bot.generation.prefix_cache import BLOCK_TOKENS
from bot.generation.request import Request, Sequence

_BLOCKS_AT_ONCE = 4
"""Blocks of known keys and values that are copied in one piece."""

Hear = Callable[[int, Tensor], None]
"""(layer, stream (N, W)): what stands behind a layer, 0 being the embedding."""
Watch = Callable[[int, Tensor, Tensor], None]
"""(layer, queries (N, H, D), keys (H, T, D)): who asks in a layer, counted from 0, and whom."""


def _deaf(layer: int, stream: Tensor) -> None:
    """Nobody needs the streams."""


class Trace:
    """A pass over `tokens` that computes the places from `first` on, and as few more as can be.

    `start` is the first place that is computed: row i of a stream is place `start` + i.
    """

    def __init__(self, anatomy: Anatomy, tokens: tuple[int, ...], first: int) -> None:
        self._gpt2 = anatomy.gpt2
        shape, device = self._gpt2.config.shape, self._gpt2.device
        # Compiled code wants a whole window, of which a CPU's system hands out what is used.
        size = shape if device.type == "cpu" else replace(shape, window=len(tokens))
        self._cache = KVCache(size, 1, anatomy.cache_dtype, device)
        self._tokens = tokens
        self._known = anatomy.known(tokens[:first])
        self.start = BLOCK_TOKENS * len(self._known)

    def run(
        self, hear: Hear = _deaf, watch: Watch | None = None, num_layers: int | None = None
    ) -> Pieces[Tensor]:
        """The stream (N, W) behind the last layer, or behind the first `num_layers`.

        A piece is a layer. `hear` is told every stream, `watch` who attends to whom.
        """
        for number, block in enumerate(self._known):
            self._cache.restore(0, number * BLOCK_TOKENS, block.pairs)
            if number % _BLOCKS_AT_ONCE == _BLOCKS_AT_ONCE - 1:
                yield
        sequence = Sequence(Request(0, self._tokens, SamplingParams()), slot=0)
        chunk = Chunk(sequence, 0, self.start, self._tokens[self.start :], 0)
        batch = self._gpt2.batch((chunk,))
        mix = self._gpt2.attending(batch, self._cache)

        def attend(layer: int, qkv: Tensor) -> Tensor:
            mixed = mix(layer, qkv)  # stores the keys, too
            if watch is not None:
                shape = self._gpt2.config.shape
                heads = qkv.view(len(qkv), 3, shape.num_heads, shape.width // shape.num_heads)
                keys, _ = self._cache.read(layer, 0, len(self._tokens))
                watch(layer, heads[:, 0], keys[0])
            return mixed

        stream = self._gpt2.embedded(batch.tokens, batch.positions)
        hear(0, stream)
        layers = self._gpt2.layers(stream, attend)
        for number, behind in enumerate(layers, 1):
            stream = behind
            hear(number, stream)
            if number == num_layers:
                break
            yield
        return stream

    def row(self, place: int) -> int:
        """The row of a place in a stream."""
        return place - self.start


def states_behind(anatomy: Anatomy, tokens: tuple[int, ...], first: int) -> Pieces[Tensor]:
    """What the head reads (n, W) behind the places from `first` to the last.

    The model keeps it of what it remembers, so that of an answer which it has just written
    only the last few tokens are computed.
    """
    blocks = anatomy.known(tokens)
    known = BLOCK_TOKENS * len(blocks)
    remembered = [block.states for block in blocks[first // BLOCK_TOKENS :]]
    found = [torch.cat(remembered)[first % BLOCK_TOKENS :]] if remembered else []
    if known < len(tokens):
        trace = Trace(anatomy, tokens, max(first, known))
        stream = yield from trace.run()
        found.append(anatomy.gpt2.states(stream[trace.row(max(first, known)) :]))
    return torch.cat([part.float() for part in found])


def logits_of(anatomy: Anatomy, states: Tensor) -> Tensor:
    """What the head makes of states (R, W): logits (R, V) in float32."""
    return anatomy.gpt2.read(states).float()


def probabilities(logits: Tensor) -> Tensor:
    """softmax(logits): (R, V) → (R, V) in float64, so that small shares keep their digits."""
    return torch.softmax(logits.double(), dim=-1)
