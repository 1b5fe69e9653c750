"""A note: one document that a server's answers may be taken from."""

from dataclasses import dataclass
from datetime import datetime

HANDBOOK = "handbook"
"""The server under whose name the handbook is stored; Discord's servers have numbers."""


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note as it comes in. `name` is unique within its server: a file's name, a topic's slug."""

    name: str
    title: str
    content_hash: str
    num_bytes: int
    added_by: str
    added_by_name: str
    added_at: datetime
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A stored note."""

    id: int
    server: str
    name: str
    title: str
    content_hash: str
    num_bytes: int
    num_passages: int
    link: str | None
    added_by: str
    added_by_name: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class NoteTotals:
    """What the notes of one server amount to; endorsed answers are not among them."""

    num_notes: int
    num_bytes: int
    num_passages: int
