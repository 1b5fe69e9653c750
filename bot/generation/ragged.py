"""A step's tokens side by side: which belongs to whom, and who attends with whom.

Sequences of different lengths are not padded to one rectangle. All tokens of a step are laid
out in one row after another: the linear layers, where nearly all the work is, do not care
which sequence a row belongs to. Only attention does: pieces of prompts attend one by one,
the single tokens of running answers together as far as little is wasted.

Shapes: N tokens of the step, B of them attending together, S slots, n tokens of one chunk,
T positions so far.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from bot.generation.scheduler import Chunk

MAX_PADDING = 2.0


@dataclass(frozen=True, slots=True)
class Together:
    """Single tokens of sequences in neighbouring slots, padded to the longest of them."""

    rows: Tensor  # (B,) of the step
    places: Tensor  # (B,) counted from first_slot
    first_slot: int
    num_slots: int  # S ≥ B: free slots between them compute nothing of use
    length: int  # T
    mask: Tensor  # (S, 1, 1, T) bool: what each may see


@dataclass(frozen=True, slots=True)
class Alone:
    """A chunk that attends by itself."""

    rows: slice  # n of the step
    slot: int
    length: int  # T
    mask: Tensor | None  # (n, T) bool, None where none is needed


@dataclass(frozen=True, slots=True)
class RaggedBatch:
    """Where each of the N tokens of a step belongs."""

    tokens: Tensor  # (N,) ids
    positions: Tensor  # (N,)
    slots: Tensor  # (N,)
    logit_rows: Tensor  # rows whose logits are wanted
    together: Together | None  # the single tokens that attend in one go
    alone: tuple[Alone, ...]  # the chunks that do not

    @classmethod
    def of(cls, chunks: tuple[Chunk, ...], device: torch.device) -> "RaggedBatch":
        """Lay out the chunks of a step, one after the other."""
        tokens: list[int] = []
        positions: list[int] = []
        slots: list[int] = []
        logit_rows: list[int] = []
        starts: list[int] = []
        for chunk in chunks:
            starts.append(len(tokens))
            tokens += chunk.tokens
            positions += range(chunk.start, chunk.stop)
            slots += [chunk.slot] * len(chunk.tokens)
            logit_rows += range(len(tokens) - chunk.num_logits, len(tokens))
        columns = torch.tensor([tokens, positions, slots], device=device)
        numbers = chunks_together(chunks)
        return cls(
            tokens=columns[0],
            positions=columns[1],
            slots=columns[2],
            logit_rows=torch.tensor(logit_rows, dtype=torch.long, device=device),
            together=_together([chunks[i] for i in numbers], [starts[i] for i in numbers], device),
            alone=tuple(
                Alone(
                    slice(starts[number], starts[number] + len(chunk.tokens)),
                    chunk.slot,
                    chunk.stop,
                    _mask(chunk, device),
                )
                for number, chunk in enumerate(chunks)
                if number not in numbers
            ),
        )


def chunks_together(chunks: tuple[Chunk, ...]) -> frozenset[int]:
    """Numbers of the chunks that attend in one go: all single tokens, or none.

    One call for all of them costs as much as the longest in every slot between the first
    and the last, so it is worth it while that is at most twice what they need.
    """
    single = [number for number, chunk in enumerate(chunks) if len(chunk.tokens) == 1]
    if len(single) < 2:
        return frozenset()
    slots = [chunks[number].slot for number in single]
    lengths = [chunks[number].stop for number in single]
    padded = (max(slots) - min(slots) + 1) * max(lengths)
    return frozenset(single) if padded <= MAX_PADDING * sum(lengths) else frozenset()


def _together(chunks: list[Chunk], rows: list[int], device: torch.device) -> Together | None:
    if not chunks:
        return None
    first = min(chunk.slot for chunk in chunks)
    num_slots = max(chunk.slot for chunk in chunks) - first + 1
    length = max(chunk.stop for chunk in chunks)
    places = [chunk.slot - first for chunk in chunks]
    lengths = [length] * num_slots  # an unused slot sees everything: no row of only -∞
    for place, chunk in zip(places, chunks, strict=True):
        lengths[place] = chunk.stop
    columns = torch.tensor([rows, places], device=device)
    is_seen = torch.arange(length) < torch.tensor(lengths)[:, None]
    return Together(
        columns[0],
        columns[1],
        first,
        num_slots,
        length,
        is_seen[:, None, None, :].to(device),
    )


def _mask(chunk: Chunk, device: torch.device) -> Tensor | None:
    """Which of the T positions each of n tokens may see: itself and all before it.

    None for a single token, which sees everything, and for a prompt's beginning, where
    the kernels' own triangle is right.
    """
    if len(chunk.tokens) == 1 or chunk.start == 0:
        return None
    columns = torch.arange(chunk.stop, device=device)
    rows = torch.arange(chunk.start, chunk.stop, device=device)
    return columns[None, :] <= rows[:, None]
