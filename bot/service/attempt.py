"""One answer's way through the model: load, prompt, complete, combine."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.answer import Answer, AnswerKind, AnswerState, Start
from bot.domain.card import Basis, Card
from bot.domain.conversation import MAX_COUNTED_TURNS
from bot.domain.progress import LoadProgress, Progress
from bot.domain.prompt import FittedPrompt
from bot.domain.sampling import FinishReason, SamplingParams
from bot.service.live_answer import LiveAnswer
from bot.service.ports import Clock, Completion, ModelLease, ModelPool, Store
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
    """What an attempt came to. `turn` is what the conversation remembers, None: the text.

    `sampling` is that of a second try, None where the answer's own held.
    """

    last: Progress
    notice: str | None
    first_token_at: datetime | None
    samples: tuple[str, ...] = ()
    card: Card | None = None
    turn: str | None = None
    sampling: SamplingParams | None = None


Present = Callable[[Progress], tuple[str, Card | None]]
"""What is shown of a progress: the whole text, and the card beside it."""


class Attempt:
    """Generates one answer and shows its snapshots, as far as `screen` lets them.

    `present` makes the shown text of what the model wrote, by default the same; `sampling`
    takes the place of the answer's own.
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
    ) -> None:
        self._store = store
        self._models = models
        self._clock = clock
        self._live = live
        self._make_prompt = make_prompt
        self._screen = screen
        self._present = present or self._as_written
        self._sampling = sampling or live.answer.sampling
        self._progress: list[Progress] = []
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
            await self._start(prompt, lease.spec.revision)
            completions = self._completions(lease, prompt)
            self._progress = [Progress("", 0)] * len(completions)
            async with asyncio.TaskGroup() as group:
                for number, completion in enumerate(completions):
                    group.create_task(self._follow(number, completion))
        self._progress = without_withheld(self._progress, completions)
        notices = (self._notice, retried_notice(completions))
        last = combine(self._progress, answer)
        _, card = self._present(last)
        return Outcome(
            last,
            " ".join(filter(None, notices)) or None,
            self._first_token_at,
            tuple(each.text for each in self._progress) if answer.num_samples > 1 else (),
            card,
            sampling=retried_sampling(completions),
        )

    async def _start(self, prompt: FittedPrompt, revision: str | None) -> None:
        start = Start(
            self._clock.now(), prompt.text, revision, prompt.num_tokens, prompt.num_dropped_turns
        )
        async with self._store.transaction() as transaction:
            await transaction.answers.start(self._live.answer.id, start)

    def _completions(self, lease: ModelLease, prompt: FittedPrompt) -> list[ScreenedCompletion]:
        answer = self._live.answer
        person = f"{answer.conversation.server}:{answer.asker_id}"
        completions: list[ScreenedCompletion] = []
        try:
            for number in range(answer.num_samples):
                sampling = sample_sampling(self._sampling, number)
                completions.append(self._screen.complete(lease, prompt.text, sampling, person))
        except BaseException:
            for completion in completions:
                completion.cancel()
            raise
        self._live.runs(completions)
        return completions

    async def _follow(self, number: int, completion: Completion) -> None:
        async for progress in completion:
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
        self._live.publish(
            Snapshot(
                self._live.answer.id,
                AnswerState.QUEUED if is_waiting else AnswerState.GENERATING,
                text,
                newest.num_new_tokens,
                newest.position,
                newest.eta_seconds,
                notice=self._notice,
                card=card,
            )
        )

    def _as_written(self, progress: Progress) -> tuple[str, Card | None]:
        answer = self._live.answer
        card = Card(Basis.MEMORY) if answer.kind is AnswerKind.ASK else None
        return answer.prefix + progress.text, card


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


def dropped_notice(dropped: int) -> str | None:
    """What a person is told of turns that did not fit, also again after a restart."""
    if not dropped:
        return None
    if dropped == 1:
        return "1 earlier question no longer fits into the model's memory and was left out."
    number = f"{MAX_COUNTED_TURNS:,} or more" if dropped >= MAX_COUNTED_TURNS else f"{dropped}"
    return f"{number} earlier questions no longer fit into the model's memory and were left out."
