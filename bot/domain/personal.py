"""What is stored about a person, in numbers."""

from dataclasses import dataclass
from datetime import datetime

NOBODY = "somebody"
"""Whose name stands where a person's was taken away."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Rows of one kind: what one and many are called, what they are for, since when there are any.

    What `becomes_the_servers` stays when a person's data is deleted, without their name.
    """

    one: str
    many: str
    purpose: str
    count: int
    since: datetime | None = None
    becomes_the_servers: bool = False
