"""A completion behind a screen: only what may be shown of it comes through."""

import dataclasses
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from bot.domain.decency import WITHHELD, DecencyLevel
from bot.domain.errors import BotError, NotDecent
from bot.domain.neutraliser import Neutraliser
from bot.domain.progress import Progress
from bot.domain.sampling import FinishReason, SamplingParams
from bot.service.decency_ports import Decency
from bot.service.ports import Completion, ModelLease
from bot.service.samples import sample_seed

_NEXT_TRY = 1_000
"""How far the seed of a second try is from the first: no sample beside it has that one."""
_TEMPERATURE = 0.7
"""Of a second try where the first was greedy, since another seed would change nothing."""


@dataclass(frozen=True, slots=True)
class Screen:
    """What the texts of one answer go through.

    `context` stands before them where they go on from something; `allowed` are texts whose
    links, addresses and numbers nobody made up.
    """

    decency: Decency
    level: DecencyLevel
    blocked: tuple[str, ...] = ()
    context: str = ""
    allowed: tuple[str, ...] = ()

    def allowing(self, texts: Sequence[str]) -> "Screen":
        """The same, for answers that rest on these texts."""
        return dataclasses.replace(self, allowed=(*self.allowed, *texts))

    def complete(
        self, lease: ModelLease, prompt: str, sampling: SamplingParams, person: str
    ) -> "ScreenedCompletion":
        """Queue a completion behind this screen.

        Raises:
            PromptTooLong, QueueFull.
        """
        return ScreenedCompletion(
            self, lambda wanted: lease.complete(prompt, wanted, person), sampling
        )


class ScreenedCompletion:
    """Fulfils Completion: each progress carries what may be shown of the text so far.

    A text that turns out indecent is given up and written once more with another seed;
    `sampling` is that of the text which is shown, and `written` what the model wrote of it. If
    that is indecent too, the last text is empty and `is_withheld` set.
    """

    def __init__(
        self,
        screen: Screen,
        start: Callable[[SamplingParams], Completion],
        sampling: SamplingParams,
    ) -> None:
        self.sampling = sampling
        self.written = Progress("", 0)
        self.is_second_try = False
        self.is_withheld = False
        self._screen = screen
        self._start = start
        self._completion = start(sampling)
        self._is_cancelled = False

    def __aiter__(self) -> AsyncIterator[Progress]:
        """Yield the newest progress whenever there is news; the last has a finish reason."""
        return self._progress()

    def cancel(self) -> None:
        """End it after the current step; iteration then ends with reason CANCELLED."""
        self._is_cancelled = True
        self._completion.cancel()

    async def _progress(self) -> AsyncIterator[Progress]:
        while True:
            view = _View(self._screen)
            last = Progress("", 0)
            async for progress in self._completion:
                self.written, last = progress, view.of(progress)
                if view.is_decent or self._is_over(progress):
                    yield last
                else:
                    self._completion.cancel()
                    break
            if view.is_decent or self._is_over(last):
                return
            if not self._tries_again():
                self.is_withheld = True
                yield dataclasses.replace(last, text="", finish_reason=FinishReason.STOP)
                return

    def _is_over(self, progress: Progress) -> bool:
        """Whether it ended in a way that no second try mends: what was decent stays."""
        return self._is_cancelled or progress.finish_reason is FinishReason.FAILED

    def _tries_again(self) -> bool:
        if self.is_second_try:
            return False
        self.is_second_try = True
        try:
            self._completion = self._start(second(self.sampling))
        except BotError:  # no room for another one
            return False
        self.sampling = second(self.sampling)
        return True


class _View:
    """What may be shown of one text while it grows."""

    def __init__(self, screen: Screen) -> None:
        self._context = screen.context
        self._watch = screen.decency.watch(screen.level, screen.blocked)
        self._neutraliser = Neutraliser(screen.allowed)

    @property
    def is_decent(self) -> bool:
        return self._watch.verdict.is_decent

    def of(self, progress: Progress) -> Progress:
        whole, start = self._context + progress.text, len(self._context)
        if progress.finish_reason is None:
            text = self._neutraliser.feed(self._watch.feed(whole)[start:])
        else:
            text = self._neutraliser.finish(self._watch.finish(whole)[start:])
        return dataclasses.replace(progress, text=text)


def second(sampling: SamplingParams) -> SamplingParams:
    """The sampling of a second try."""
    return dataclasses.replace(
        sampling,
        seed=sample_seed(sampling.seed, _NEXT_TRY),
        temperature=sampling.temperature or _TEMPERATURE,
        num_candidates=0,  # a contrastive search would find the same again
    )


def without_withheld(
    progress: Sequence[Progress], completions: Sequence[ScreenedCompletion]
) -> list[Progress]:
    """The ends of several samples, a sentence where one was withheld.

    Raises:
        NotDecent: all were.
    """
    if all(each.is_withheld for each in completions):
        raise NotDecent(WITHHELD)
    return [
        dataclasses.replace(each, text=WITHHELD) if completion.is_withheld else each
        for each, completion in zip(progress, completions, strict=True)
    ]


def retried_notice(completions: Sequence[ScreenedCompletion]) -> str | None:
    """What a person is told of texts that are second tries."""
    seeds = [
        str(each.sampling.seed)
        for each in completions
        if each.is_second_try and not each.is_withheld
    ]
    if not seeds:
        return None
    return (
        "What the model wrote first was not decent, so it wrote again, with the "
        f"{'seed' if len(seeds) == 1 else 'seeds'} {', '.join(seeds)}."
    )


def retried_sampling(completions: Sequence[ScreenedCompletion]) -> SamplingParams | None:
    """The sampling of an answer's one text where that is a second try.

    Several samples keep theirs, by which their seeds are counted; the notice names the others.
    """
    is_one = len(completions) == 1
    return completions[0].sampling if is_one and completions[0].is_second_try else None
