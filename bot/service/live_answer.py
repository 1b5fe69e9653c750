"""An answer while it is being made: the edge reads snapshots, anyone allowed may stop it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from bot.domain.answer import Answer, AnswerState
from bot.domain.latest import Latest
from bot.service.ports import Completion
from bot.service.snapshot import Snapshot


class LiveAnswer:
    """The meeting point of one answer's edge and its generation."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.stopped_as: AnswerState | None = None
        self.is_forgotten = False
        self._snapshots: Latest[Snapshot] = Latest()
        self._completions: Sequence[Completion] = ()
        self._interrupt: Callable[[], object] | None = None
        self._snapshots.publish(Snapshot(answer.id, AnswerState.QUEUED))

    def snapshots(self) -> AsyncIterator[Snapshot]:
        """The newest snapshot whenever there is one; the last one is final."""
        return self._snapshots.__aiter__()

    def stop(self, state: AnswerState = AnswerState.CANCELLED) -> None:
        """End generation after the current step; what was written stays, under `state`."""
        if self.stopped_as is not None:
            return
        self.stopped_as = state
        for completion in self._completions:
            completion.cancel()
        if not self._completions and self._interrupt is not None:
            self._interrupt()

    def waits_in(self, task: asyncio.Task[object]) -> None:
        """Name the task that a stop cancels while no completion runs yet."""
        self._interrupt = task.cancel
        if self.stopped_as is not None:
            task.cancel()

    def runs(self, completions: Sequence[Completion]) -> None:
        """Name the completions that a stop cancels from now on."""
        self._completions = completions
        if self.stopped_as is not None:
            for completion in completions:
                completion.cancel()

    def publish(self, snapshot: Snapshot) -> None:
        """Show a snapshot; a final one ends the stream."""
        self._snapshots.publish(snapshot)
        if snapshot.is_final:
            self._snapshots.close()
