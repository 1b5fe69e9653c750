"""The key/value cache: what is needed of all earlier positions, kept per slot.

That is keys and values, for attention, and one more vector: the last hidden state, which the
head reads. Contrastive search asks of it whether a text comes back to where it was, a look inside
what the model expected at any place of a text that it has read. Without the cache every new token
would cost a pass over the whole text. With it a token costs one position, and memory: 2 · layers
+ 1 times its width, 300 KiB for GPT-2 XL in bfloat16.
"""

import math
from mmap import mmap

import torch
from torch import Tensor

from bot.domain.model_spec import ModelShape


class KVCache:
    """Keys and values of `num_slots` sequences, one pair of tensors per layer, and states.

    Each tensor is (slots, heads, window, head width): attention reads a head at a time, so
    the positions of one head lie side by side. The tensors are made at the first write, of
    zeros. A CPU's system hands their memory out only as positions are written; other devices
    hand out everything at once: see `cache_bytes`.

    A static cache is for steps that are captured, with its addresses: it stays where it is,
    and has one position more in every slot, `scratch`, which belongs to nobody.
    """

    def __init__(
        self,
        shape: ModelShape,
        num_slots: int,
        dtype: torch.dtype,
        device: torch.device,
        is_static: bool = False,
    ) -> None:
        num_positions = shape.window + 1 if is_static else shape.window
        self._size = (num_slots, shape.num_heads, num_positions, shape.width // shape.num_heads)
        self._num_layers = shape.num_layers
        self._is_static = is_static
        self.num_slots = num_slots
        self.scratch = shape.window
        self.dtype = dtype
        self._device = device
        self._keys: list[Tensor] = []
        self._values: list[Tensor] = []
        self._states: list[Tensor] = []  # one, in the same shape, or none

    @property
    def _tensors(self) -> list[Tensor]:
        return [*self._keys, *self._values, *self._states]

    def write(self, layer: int, slots: Tensor, positions: Tensor, k: Tensor, v: Tensor) -> None:
        """Store keys and values (N, heads, head width) at N (slot, position) pairs."""
        self.ensure_allocated()
        self._keys[layer][slots, :, positions] = k.to(self.dtype)
        self._values[layer][slots, :, positions] = v.to(self.dtype)

    def read(self, layer: int, slot: int, length: int, num_slots: int = 1) -> tuple[Tensor, Tensor]:
        """Views of the first `length` keys and values of neighbouring slots.

        Each is (slots, heads, length, head width). What was never written is zero or an
        earlier sequence's: finite, so that attention may multiply it by nothing.
        """
        rows = slice(slot, slot + num_slots)
        return self._keys[layer][rows, :, :length], self._values[layer][rows, :, :length]

    def write_states(self, slots: Tensor, positions: Tensor, states: Tensor) -> None:
        """Store the last hidden states (N, width) at N (slot, position) pairs."""
        self.ensure_allocated()
        heads = states.view(len(states), self._size[1], self._size[3])
        self._states[0][slots, :, positions] = heads.to(self.dtype)

    def states(self, slots: tuple[int, ...], start: int, stop: int) -> Tensor:
        """States of some positions: (slots, heads, positions, head width)."""
        return self._states[0][list(slots), :, start:stop]

    @torch.inference_mode()
    def share(self, slot: int, others: tuple[int, ...], start: int, stop: int) -> None:
        """Give other slots what one slot holds at some positions."""
        for tensor in self._tensors:
            for other in others:
                if other != slot:
                    tensor[other, :, start:stop] = tensor[slot, :, start:stop]

    def gathered(self, layer: int, slots: Tensor, length: int) -> tuple[Tensor, Tensor]:
        """Copies of the first `length` keys and values of N slots that the device knows.

        Each is (N, heads, length, head width).
        """
        keys, values = self._keys[layer], self._values[layer]
        return keys[:, :, :length].index_select(0, slots), values[:, :, :length].index_select(
            0, slots
        )

    def layer(self, layer: int) -> tuple[Tensor, Tensor]:
        """All keys and values of a layer, to read and to write."""
        self.ensure_allocated()
        return self._keys[layer], self._values[layer]

    @torch.inference_mode()
    def copied(self, slot: int, start: int, stop: int) -> Tensor:
        """A copy of some positions: (2 · layers + 1, heads, positions, head width)."""
        return torch.stack([tensor[slot, :, start:stop] for tensor in self._tensors])

    @torch.inference_mode()
    def restore(self, slot: int, start: int, copied: Tensor) -> None:
        """Put what was copied to its positions in another slot."""
        self.ensure_allocated()
        stop = start + copied.shape[2]
        for tensor, part in zip(self._tensors, copied, strict=True):
            tensor[slot, :, start:stop] = part

    @torch.inference_mode()
    def wipe(self, slot: int, stop: int) -> None:
        """Make the first positions of a slot zero whose sequence went wrong: may hold NaN."""
        for tensor in self._tensors:
            tensor[slot, :, :stop] = 0

    def release(self) -> None:
        """Give the memory back; everything stored is gone. A static cache keeps both."""
        if not self._is_static:
            self._keys, self._values, self._states = [], [], []

    @property
    def is_allocated(self) -> bool:
        """Whether it holds memory."""
        return bool(self._keys)

    def ensure_allocated(self) -> None:
        """Take the memory now, if it is not there yet."""
        if not self._keys:
            num_layers = self._num_layers
            self._keys, self._values = self._allocate(num_layers), self._allocate(num_layers)
            self._states = self._allocate(1)

    def _allocate(self, count: int) -> list[Tensor]:
        if self._device.type == "cpu":
            return [_unwritten(self._size, self.dtype) for _ in range(count)]
        return [
            torch.zeros(self._size, dtype=self.dtype, device=self._device) for _ in range(count)
        ]


def _unwritten(size: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """Zeros that take no memory until they are written.

    `torch.zeros` writes every zero: 2.5 GB for eight windows of GPT-2 XL in bfloat16.
    """
    pages = mmap(-1, math.prod(size) * dtype.itemsize)
    return torch.frombuffer(pages, dtype=dtype).view(size)


def cache_bytes(
    shape: ModelShape, num_slots: int, dtype: str, device: torch.device, is_static: bool = False
) -> int:
    """What the budget has to hold for the cache of `num_slots` sequences.

    On a CPU one full window: further slots take their pages only as they fill, and give them
    back when idle. Elsewhere every slot, which takes all of them.
    """
    num_windows = 1 if device.type == "cpu" else num_slots
    num_positions = num_windows * (shape.window + is_static)
    return num_positions * shape.cache_bytes_per_token(dtype)
