"""One answer's way through the model: load, prompt, complete, combine."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.answer import Answer, AnswerKind, AnswerState, Start
from bot.domain.budget import Budget
from bot.domain.card import Basis, Card
from bot.domain.choice import Choice
from bot.domain.conversation import MAX_COUNTED_TURNS
from bot.domain.draft import Draft
from bot.domain.progress import LoadProgress, Progress
from bot.domain.prompt import FittedPrompt
from bot.domain.sampling import FinishReason, SamplingParams
from bot.service.drafting import Drafting, kept_notice, writing_notice
from bot.service.live_answer import LiveAnswer
from bot.service.ports import Clock, Completion, ModelLease, ModelPool, Store
from bot.service.ranking import Ranking
from bot.service.samples import combined_text, sample_sampling
from bot.service.screened import (
    Screen,
    ScreenedCompletion,
    retried_notice,
    retried_sampling,
    without_withheld,
)
from bot.service.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attempt came to.

    `notice` is a remark about what the model was asked, `remark` one about what it wrote.
    `turn` is what the conversation remembers, None: the text. `drafts` are what the model
    wrote for it, `choice` tells which of several the text is. `sampling` is that of a second
    try, None where the answer's own held.
    """

    last: Progress
    notice: str | None
    first_token_at: datetime | None
    remark: str | None = None
    samples: tuple[str, ...] = ()
    card: Card | None = None
    turn: str | None = None
    choice: Choice = Choice()
    drafts: tuple[Draft, ...] = ()
    sampling: SamplingParams | None = None


Present = Callable[[Progress], tuple[str, Card | None]]
"""What is shown of a progress: the whole text, and the card beside it."""


class Attempt:
    """Generates one answer and shows its snapshots, as far as `screen` lets them.

    `present` makes the shown text of what the model wrote, by default the same; `sampling`
    takes the place of the answer's own. Several drafts are compared by `ranking`, where there is
    one that can.
    """

    def __init__(
        self,
        store: Store,
        models: ModelPool,
        clock: Clock,
        live: LiveAnswer,
        make_prompt: Callable[[ModelLease], FittedPrompt],
        screen: Screen,
        present: Present | None = None,
        sampling: SamplingParams | None = None,
        ranking: Ranking | None = None,
    ) -> None:
        self._store = store
        self._models = models
        self._clock = clock
        self._live = live
        self._make_prompt = make_prompt
        self._screen = screen
        self._present = present or self._as_written
        self._sampling = sampling or live.answer.sampling
        self._ranking = ranking
        self._progress: list[Progress] = []
        self._drafting: Drafting | None = None
        self._notice: str | None = None
        self._first_token_at: datetime | None = None

    async def finish(self) -> Outcome:
        """Run to the end of all samples.

        Raises:
            NotDecent: all of them were withheld.
            BotError: the model is not to be had, or nothing fits.
        """
        answer = self._live.answer
        async with self._models.lease(answer.model, self._show_loading) as lease:
            prompt = self._make_prompt(lease)
            self._notice = dropped_notice(prompt.num_dropped_turns)
            await self._start(prompt, lease)
            completions = self._completions(lease, prompt)
            self._progress = [Progress("", 0)] * len(completions)
            if self._sampling.num_drafts > 1 and self._sampling.is_random:
                return await self._drafted(lease, prompt, completions[0])
            async with asyncio.TaskGroup() as group:
                for number, completion in enumerate(completions):
                    group.create_task(self._follow(number, completion))
        self._progress = without_withheld(self._progress, completions)
        last = combine(self._progress, answer)
        _, card = self._present(last)
        return Outcome(
            last,
            self._notice,
            self._first_token_at,
            retried_notice(completions),
            tuple(each.text for each in self._progress) if answer.num_samples > 1 else (),
            card,
            drafts=_kept(completions),
            sampling=retried_sampling(completions),
        )

    async def _drafted(
        self, lease: ModelLease, prompt: FittedPrompt, first: ScreenedCompletion
    ) -> Outcome:
        """Write further drafts beside the first, which is shown, and keep the best."""
        written = [first]

        def start(number: int) -> Completion:
            sampling = sample_sampling(self._sampling, number)
            written.append(self._complete(lease, prompt, sampling))
            return written[-1]

        def show(progress: Progress) -> None:
            self._heard(0, progress)

        drafting = Drafting(lease, self._sampling.num_drafts, start, self._live.runs, show)
        self._drafting = drafting
        await drafting.finish(first)
        was_stopped = self._live.stopped_as is not None
        choice, last = await drafting.kept(self._rank, was_stopped=was_stopped)
        kept = [written[choice.kept]]
        [last] = without_withheld([last], kept)
        _, card = self._present(last)
        return Outcome(
            last,
            self._notice,
            self._first_token_at,
            joined(retried_notice(kept), kept_notice(choice)),
            card=card,
            choice=choice,
            drafts=_kept(kept),
        )

    async def _rank(self, drafts: Mapping[int, str]) -> Mapping[int, float]:
        if self._ranking is None:
            return {}
        return await self._ranking.goodness(self._live.answer.question, drafts)

    def _complete(
        self, lease: ModelLease, prompt: FittedPrompt, sampling: SamplingParams
    ) -> ScreenedCompletion:
        answer = self._live.answer
        person = f"{answer.conversation.server}:{answer.asker_id}"
        return self._screen.complete(lease, prompt.text, sampling, person)

    async def _start(self, prompt: FittedPrompt, lease: ModelLease) -> None:
        start = Start(
            self._clock.now(),
            prompt.text,
            lease.spec.revision,
            prompt.num_tokens,
            prompt.num_dropped_turns,
            lease.layout,
            Budget.of(prompt, self._sampling.max_new_tokens, lease.window),
        )
        async with self._store.transaction() as transaction:
            await transaction.answers.start(self._live.answer.id, start)

    def _completions(self, lease: ModelLease, prompt: FittedPrompt) -> list[ScreenedCompletion]:
        completions: list[ScreenedCompletion] = []
        try:
            for number in range(self._live.answer.num_samples):
                sampling = sample_sampling(self._sampling, number)
                completions.append(self._complete(lease, prompt, sampling))
        except BaseException:
            for completion in completions:
                completion.cancel()
            raise
        self._live.runs(completions)
        return completions

    async def _follow(self, number: int, completion: Completion) -> None:
        async for progress in completion:
            self._heard(number, progress)

    def _heard(self, number: int, progress: Progress) -> None:
        self._progress[number] = progress
        if progress.num_new_tokens and self._first_token_at is None:
            self._first_token_at = self._clock.now()
        self._show()

    def _show_loading(self, loading: LoadProgress) -> None:
        text, card = self._present(Progress("", 0))
        self._live.publish(
            Snapshot(self._live.answer.id, AnswerState.QUEUED, text, loading=loading, card=card)
        )

    def _show(self) -> None:
        newest = combine(self._progress, self._live.answer)
        is_waiting = newest.position is not None
        text, card = self._present(newest)
        num_drafts = self._drafting.num_written if self._drafting is not None else 1
        self._live.publish(
            Snapshot(
                self._live.answer.id,
                AnswerState.QUEUED if is_waiting else AnswerState.GENERATING,
                text,
                newest.num_new_tokens,
                newest.position,
                newest.eta_seconds,
                notice=joined(self._notice, writing_notice(num_drafts)),
                card=card,
            )
        )

    def _as_written(self, progress: Progress) -> tuple[str, Card | None]:
        answer = self._live.answer
        card = Card(Basis.MEMORY) if answer.kind is AnswerKind.ASK else None
        return answer.prefix + progress.text, card


def _kept(completions: Sequence[ScreenedCompletion]) -> tuple[Draft, ...]:
    """What the model wrote, word for word, as it is kept for doing it again."""
    return tuple(
        Draft(
            each.sampling,
            each.written.text,
            each.written.num_new_tokens,
            each.written.finish_reason,
        )
        for each in completions
        if not each.is_withheld
    )


def combine(progress: Sequence[Progress], answer: Answer) -> Progress:
    """Several samples as one progress: it waits, runs and ends with the last of them."""
    if len(progress) == 1:
        return progress[0]
    reasons = [each.finish_reason for each in progress]
    ended = None if None in reasons else reasons[0]
    for worst in (FinishReason.FAILED, FinishReason.CANCELLED, FinishReason.LENGTH):
        if ended is not None and worst in reasons:
            ended = worst
            break
    waiting = [each.position for each in progress]
    positions = [position for position in waiting if position is not None]
    return Progress(
        text=combined_text([each.text for each in progress], answer.sampling.seed),
        num_new_tokens=sum(each.num_new_tokens for each in progress),
        position=min(positions) if len(positions) == len(progress) else None,
        eta_seconds=max((each.eta_seconds or 0 for each in progress), default=0) or None,
        finish_reason=ended,
        error_id=next((each.error_id for each in progress if each.error_id), None),
    )


def joined(*notices: str | None) -> str | None:
    """Remarks as one."""
    return " ".join(notice for notice in notices if notice) or None


def dropped_notice(dropped: int) -> str | None:
    """What a person is told of turns that did not fit, also again after a restart."""
    if not dropped:
        return None
    if dropped == 1:
        return "1 earlier question no longer fits into the model's memory and was left out."
    number = f"{MAX_COUNTED_TURNS:,} or more" if dropped >= MAX_COUNTED_TURNS else f"{dropped}"
    return f"{number} earlier questions no longer fit into the model's memory and were left out."
