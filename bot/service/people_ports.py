"""The door to what is stored about people; a part of `ports`."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.personal import Holding


class People(Protocol):
    """Everything that hangs on a person, wherever it is stored."""

    async def holdings(self, person_id: str) -> Sequence[Holding]:
        """What there is of a person; kinds of which there is none are left out."""
        ...

    async def forget(self, person_id: str) -> None:
        """Delete all of it; what becomes the servers' loses the person's id and name."""
        ...
