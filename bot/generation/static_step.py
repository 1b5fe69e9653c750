"""A small step on buffers of fixed size and place: what a CUDA graph can hold.

Between `fill` and `logits` nothing depends on a number that Python knows, except the sizes of
a `StepShape`: tokens, positions and slots lie on the device, what may be seen is a mask made
of them, and nothing is handed out. Rows of padding write where nobody reads.

Shapes: B rows, T positions that are read, W width, H heads, D = W / H, V vocabulary.
"""

import torch
from torch import Tensor
from torch.nn import functional

from bot.domain.model_spec import ModelShape
from bot.generation.chunk import Chunk
from bot.generation.gpt2 import GPT2
from bot.generation.kv_cache import KVCache
from bot.generation.step_shape import MAX_GATHERED_ROWS, StepShape, max_rows


class StaticStep:
    """The buffers of one model and its static cache; belongs to one thread at a time."""

    def __init__(self, model: GPT2, cache: KVCache) -> None:
        self._model, self._cache = model, cache
        shape, device = model.config.shape, model.device
        self._num_heads, self._head_width = shape.num_heads, shape.width // shape.num_heads
        self._num_rows = max_rows(cache.num_slots)
        # Ids, positions, slots, the places that are written, and the rows that are wanted.
        self._inputs = torch.zeros(5, self._num_rows, dtype=torch.long, device=device)
        self._columns = torch.arange(shape.window, device=device)
        self._logits = torch.zeros(self._num_rows, shape.vocabulary, device=device)
        # As in `Attention`: on a CPU attention over a widened copy is faster.
        self._dtype = torch.float32 if device.type == "cpu" else cache.dtype

    def fill(self, shape: StepShape, chunks: tuple[Chunk, ...]) -> int:
        """Lay out the chunks; how many rows have logits that are wanted."""
        self._cache.ensure_allocated()
        size = self._num_rows
        tokens, positions = [0] * size, [0] * size
        slots = list(range(size)) if shape.is_in_place else [0] * size
        places = [self._cache.scratch] * size
        wanted: list[int] = []
        row = 0
        for chunk in chunks:
            row = chunk.slot if shape.is_in_place else row
            stop = row + len(chunk.tokens)
            tokens[row:stop] = chunk.tokens
            positions[row:stop] = places[row:stop] = range(chunk.start, chunk.stop)
            slots[row:stop] = [chunk.slot] * len(chunk.tokens)
            wanted += range(stop - chunk.num_logits, stop)
            row = stop
        padded = wanted + [0] * (size - len(wanted))
        self._inputs.copy_(torch.tensor([tokens, positions, slots, places, padded]))
        return len(wanted)

    def compute(self, shape: StepShape) -> None:
        """Compute what was filled in: keys and values go to the cache, logits to their buffer."""
        tokens, positions, slots, places, _ = self._inputs[:, : shape.num_rows]
        is_hidden = self._columns[: shape.length] > positions[:, None]  # (B, T)
        # Numbers to be added, made once: from a truth value every layer would make its own.
        mask = torch.zeros_like(is_hidden, dtype=self._dtype).masked_fill_(is_hidden, -torch.inf)

        def attend(layer: int, qkv: Tensor) -> Tensor:
            heads = qkv.view(len(qkv), 3, self._num_heads, self._head_width)
            q, k, v = heads.unbind(dim=1)  # (B, H, D) each
            self._cache.write(layer, slots, places, k, v)
            if shape.is_in_place:
                keys, values = self._cache.read(layer, 0, shape.length, shape.num_rows)
            else:
                keys, values = self._cache.gathered(layer, slots, shape.length)
            out = functional.scaled_dot_product_attention(
                q[:, :, None].to(self._dtype),
                keys.to(self._dtype),
                values.to(self._dtype),
                attn_mask=mask[:, None, None],
            )  # (B, H, 1, D)
            return out.reshape(len(qkv), self._num_heads * self._head_width)

        hidden = self._model.through(self._model.embedded(tokens, positions), attend)
        self._cache.write_states(slots, places, self._model.states(hidden))
        self._logits[: shape.num_rows] = self._model.head(hidden)

    def logits(self, num_wanted: int) -> Tensor:
        """A copy of the logits (R, V) that are wanted: the buffer belongs to the next step."""
        return self._logits.index_select(0, self._inputs[4, :num_wanted])


def step_bytes(shape: ModelShape, num_slots: int, element_bytes: int) -> int:
    """What the buffers take, and the largest step between them.

    That step's inner layer and logits, or the gathered keys and values of a layer.
    """
    num_rows = max_rows(num_slots)
    largest = num_rows * max(16 * shape.width, shape.vocabulary)
    gathered = 2 * MAX_GATHERED_ROWS * shape.window * shape.width
    return 4 * num_rows * shape.vocabulary + element_bytes * (largest + gathered)
