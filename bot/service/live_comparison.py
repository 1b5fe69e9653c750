"""A comparison while it is being made: the edge reads snapshots, anyone allowed may stop it."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.domain.comparison import Comparison, ComparisonState, Entry
from bot.domain.latest import Latest
from bot.domain.progress import LoadProgress


@dataclass(frozen=True, slots=True)
class ComparisonSnapshot:
    """What an edge shows of a comparison at one moment.

    `writing` is the position of the model whose turn it is, with how far it is with `loading`, or
    the `text` so far. `is_in_line` while another comparison runs.
    """

    comparison: Comparison
    writing: int | None = None
    loading: LoadProgress | None = None
    text: str = ""
    error: str | None = None
    is_in_line: bool = False

    @property
    def is_final(self) -> bool:
        """Whether nothing more will come."""
        return self.comparison.state.is_final


class LiveComparison:
    """The meeting point of one comparison's edge and its generation."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self.ended_as: ComparisonState | None = None
        self._snapshots: Latest[ComparisonSnapshot] = Latest()
        self._task: asyncio.Task[None] | None = None
        self.show()

    def snapshots(self) -> AsyncIterator[ComparisonSnapshot]:
        """The newest snapshot whenever there is one; the last one is final."""
        return self._snapshots.__aiter__()

    def runs_in(self, task: asyncio.Task[None]) -> None:
        """Name the task that an end cancels."""
        self._task = task
        if self.ended_as is not None:
            task.cancel()

    def end_as(self, state: ComparisonState) -> None:
        """End it now; what has answered stays, what has not is left out."""
        if self.ended_as is None and not self.comparison.state.is_final:
            self.ended_as = state
            if self._task is not None:
                self._task.cancel()

    def put(self, entry: Entry) -> None:
        """Note what became of an entry."""
        entries = list(self.comparison.entries)
        entries[entry.position] = entry
        self.comparison = dataclasses.replace(self.comparison, entries=tuple(entries))

    def show(
        self, writing: int | None = None, loading: LoadProgress | None = None, text: str = ""
    ) -> None:
        """Show how far it is."""
        self._snapshots.publish(ComparisonSnapshot(self.comparison, writing, loading, text))

    def wait_in_line(self) -> None:
        """Show that another comparison comes first."""
        self._snapshots.publish(ComparisonSnapshot(self.comparison, is_in_line=True))

    def finish(self, comparison: Comparison, error: str | None = None) -> None:
        """Show the end."""
        self.comparison = comparison
        self._snapshots.publish(ComparisonSnapshot(comparison, error=error))
        self._snapshots.close()
