"""How many notes a server may have."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoteLimits:
    """How much one server may store: files, bytes of one and of all, passages."""

    max_notes: int = 200
    max_file_bytes: int = 10 * 2**20
    max_bytes: int = 200 * 2**20
    max_passages: int = 100_000
