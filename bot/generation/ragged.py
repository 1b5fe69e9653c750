"""A step's tokens side by side: which belongs to whom, and who attends with whom.

Sequences of different lengths are not padded to one rectangle. All tokens of a step are laid
out in one row after another: the linear layers, where nearly all the work is, do not care
which sequence a row belongs to. Only attention does: pieces of prompts attend one by one,
the single tokens of running answers together as far as little is wasted, or row by row where
there is compiled code for them.

Shapes: N tokens of the step, B of them in one group, S slots, n tokens of one chunk, T
positions so far.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from bot.generation.chunk import Chunk

MAX_PADDING = 2.0
FEW_ROWS = 32
"""Tokens of a step up to which all may be computed row by row, in compiled code."""
FEW_TOKENS = 8
"""Tokens of a chunk up to which they attend row by row in larger steps."""


@dataclass(frozen=True, slots=True)
class ByRow:
    """Tokens that attend each by itself, in compiled code: B of them."""

    rows: Tensor | None  # (B,) of the step; None: all of them
    slots: Tensor  # (B,)
    positions: Tensor  # (B,)


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
    by_row: ByRow | None  # the tokens of short chunks, where compiled code takes them
    together: Together | None  # elsewhere the single tokens that attend in one go
    alone: tuple[Alone, ...]  # the chunks that do neither

    @classmethod
    def of(
        cls, chunks: tuple[Chunk, ...], device: torch.device, is_compiled: bool = False
    ) -> "RaggedBatch":
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
        by_row: ByRow | None = None
        together: Together | None = None
        if is_compiled:
            numbers = _short_chunks(chunks)
            by_row = _by_row([chunks[i] for i in numbers], [starts[i] for i in numbers], columns)
        else:
            numbers = chunks_together(chunks)
            together = _together([chunks[i] for i in numbers], [starts[i] for i in numbers], device)
        return cls(
            tokens=columns[0],
            positions=columns[1],
            slots=columns[2],
            logit_rows=torch.tensor(logit_rows, dtype=torch.long, device=device),
            by_row=by_row,
            together=together,
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


def _short_chunks(chunks: tuple[Chunk, ...]) -> frozenset[int]:
    lengths = [len(chunk.tokens) for chunk in chunks]
    longest = FEW_ROWS if sum(lengths) <= FEW_ROWS else FEW_TOKENS
    return frozenset(i for i, length in enumerate(lengths) if length <= longest)


def _by_row(chunks: list[Chunk], starts: list[int], columns: Tensor) -> ByRow | None:
    if not chunks:
        return None
    _, positions, slots = columns
    numbers: list[int] = []
    for start, chunk in zip(starts, chunks, strict=True):
        numbers += range(start, start + len(chunk.tokens))
    if len(numbers) == len(positions):
        return ByRow(None, slots, positions)
    rows = torch.tensor(numbers, device=columns.device)
    return ByRow(rows, slots[rows], positions[rows])


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
