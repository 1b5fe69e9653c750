"""Several drafts of one answer: people watch the first, and the best of them is kept."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.domain.choice import Choice, choose, sound
from bot.domain.errors import QueueFull
from bot.domain.progress import Progress
from bot.domain.sampling import FinishReason
from bot.service.ports import Completion, ModelLease

Rank = Callable[[Mapping[int, str]], Awaitable[Mapping[int, float]]]
"""How good the drafts of these numbers are; nothing where nobody can tell."""


@dataclass(slots=True)
class Drafting:
    """The drafts of one answer while they are being written.

    `start` begins the draft of that number, `runs` is told of all that run, `show` of how far
    the first is. The others begin when the first has read the prompt, which the model then
    does not read again, and only as far as half of the places that are free then: nobody waits
    for drafts of somebody else.
    """

    lease: ModelLease
    num_drafts: int
    start: Callable[[int], Completion]
    runs: Callable[[list[Completion]], None]
    show: Callable[[Progress], None]
    _completions: list[Completion] = field(default_factory=list)
    _progress: list[Progress] = field(default_factory=list)

    async def finish(self, first: Completion) -> None:
        """Write all of them to their ends."""
        self._completions, self._progress = [first], [Progress("", 0)]
        async with asyncio.TaskGroup() as group:
            async for progress in first:
                self._progress[0] = progress
                if self.num_written == 1 and _has_read(progress):
                    self._start_others()
                    for number in range(1, self.num_written):
                        group.create_task(self._follow(number))
                self.show(progress)

    @property
    def num_written(self) -> int:
        """Drafts that have begun."""
        return len(self._completions)

    async def kept(self, rank: Rank, *, was_stopped: bool) -> tuple[Choice, Progress]:
        """Which one is the answer; of one that was stopped, what people have seen."""
        choice = Choice(num_drafts=self.num_written)
        if not was_stopped:
            numbers = sound(self._progress) if self.num_written > 1 else ()
            texts = {number: self._progress[number].text for number in numbers}
            choice = choose(self._progress, await rank(texts) if len(texts) > 1 else None)
        return choice, self._progress[choice.kept]

    def _start_others(self) -> None:
        for number in range(1, min(self.num_drafts, 1 + self.lease.num_free // 2)):
            try:
                self._completions.append(self.start(number))
            except QueueFull:
                break
            self._progress.append(Progress("", 0))
        self.runs(self._completions)

    async def _follow(self, number: int) -> None:
        async for progress in self._completions[number]:
            self._progress[number] = progress


def _has_read(progress: Progress) -> bool:
    if progress.finish_reason in (FinishReason.CANCELLED, FinishReason.FAILED):
        return False
    return progress.num_new_tokens > 0 or progress.finish_reason is not None


def writing_notice(num_drafts: int) -> str | None:
    """What people are told while they watch the first of several drafts."""
    return (
        f"This is the first of {num_drafts} drafts; the best is kept." if num_drafts > 1 else None
    )


def kept_notice(choice: Choice) -> str | None:
    """What people are told if the text is not the one that they have watched."""
    if choice.kept == 0:
        return None
    why = "the others bear out better" if choice.goodness is None else "is ranked above it"
    return f"You watched the first of {choice.num_drafts} drafts; this is another one, which {why}."
