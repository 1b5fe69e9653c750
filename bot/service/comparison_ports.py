"""The door to stored comparisons; a part of `ports`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.comparison import (
    Comparison,
    ComparisonState,
    ComparisonVote,
    Entry,
    NewComparison,
    Standing,
)


class Comparisons(Protocol):
    """Comparisons, their entries and the votes on them."""

    async def add(self, new: NewComparison) -> Comparison | None:
        """Insert with its entries; None if one with that source exists already."""
        ...

    async def get(self, comparison_id: int) -> Comparison | None:
        """One comparison with its votes."""
        ...

    async def put_entry(self, comparison_id: int, entry: Entry) -> None:
        """Store what became of an entry."""
        ...

    async def put_num_passages(self, comparison_id: int, num_passages: int) -> None:
        """Note how many passages of the notes all prompts hold."""
        ...

    async def end(self, comparison_id: int, state: ComparisonState, *, reveals: bool) -> None:
        """→ a final state; entries that still wait are left out."""
        ...

    async def reveal(self, comparison_id: int) -> None:
        """Let everybody see which model wrote what."""
        ...

    async def vote_of(self, comparison_id: int, person_id: str) -> int | None:
        """The position that a person voted for."""
        ...

    async def put_vote(self, vote: ComparisonVote) -> None:
        """Store a vote in the place of the person's earlier one."""
        ...

    async def unshown(self) -> Sequence[Comparison]:
        """Those whose message may not show their end, oldest first; some are running still."""
        ...

    async def mark_shown(self, comparison_id: int, at: datetime) -> None:
        """The message shows the end."""
        ...

    async def standings(self, server: str, since: datetime) -> Sequence[Standing]:
        """How each model fared in blind votes on a server since then."""
        ...
