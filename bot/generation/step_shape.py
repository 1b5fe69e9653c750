"""The sizes that a small step is rounded up to, so that few different ones are ever computed.

A captured step repeats the same kernels on the same addresses: rows and key lengths are part
of it. Rows that nobody needs and keys that nobody sees are padding.
"""

from dataclasses import dataclass

from bot.generation.chunk import Chunk

SHORTEST = 128
"""Keys that even the shortest step reads; then twice as many, up to the window."""
MAX_GATHERED_ROWS = 32
"""Rows up to which each may bring its own copy of its slot's keys and values."""
GATHERING = 3
"""Times that gathered keys and values are moved: read, written, and read again."""


@dataclass(frozen=True, slots=True)
class StepShape:
    """A step of `num_rows` tokens that see `length` positions.

    In place, row i belongs to slot i and attends where its keys and values lie. Otherwise the
    rows are tokens in the order of the chunks and the slots of each are gathered first.
    """

    num_rows: int
    length: int
    is_in_place: bool

    @classmethod
    def of(cls, chunks: tuple[Chunk, ...], num_slots: int, window: int) -> "StepShape | None":
        """The cheaper shape for these chunks; None if they have none and go the ordinary way.

        In place needs no copies, but reads every slot up to the last one that is used, and has
        one row for each.
        """
        num_tokens = sum(len(chunk.tokens) for chunk in chunks)
        longest = max((chunk.stop for chunk in chunks), default=0)
        if num_tokens == 0 or longest > window:
            return None
        length = rounded(longest, SHORTEST, window)
        num_gathered = rounded(num_tokens, 1, MAX_GATHERED_ROWS)
        can_gather = num_tokens <= MAX_GATHERED_ROWS
        slots = {chunk.slot for chunk in chunks}
        if len(slots) == num_tokens:
            num_read = rounded(max(slots) + 1, 1, num_slots)
            if not can_gather or num_read <= GATHERING * num_gathered:
                return cls(num_read, length, is_in_place=True)
        return cls(num_gathered, length, is_in_place=False) if can_gather else None


def max_rows(num_slots: int) -> int:
    """Rows of the largest shape."""
    return max(num_slots, MAX_GATHERED_ROWS)


def rounded(number: int, smallest: int, largest: int) -> int:
    """The next power of two within bounds."""
    return min(max(smallest, 1 << (number - 1).bit_length()), largest)
