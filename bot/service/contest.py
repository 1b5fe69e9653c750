"""The models of one comparison, one after the other: each gets its turn and its figures."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.domain.card import Basis
from bot.domain.comparison import Comparison, Entry, EntryState
from bot.domain.conversation import Length
from bot.domain.decency import WITHHELD
from bot.domain.errors import BotError
from bot.domain.grounded_prompt import MAX_PASSAGES, fit_grounded
from bot.domain.passage import Passage
from bot.domain.progress import LoadProgress, Progress
from bot.domain.prompt import FittedPrompt, fit
from bot.domain.sampling import FinishReason, SamplingParams
from bot.domain.server_settings import ServerSettings
from bot.domain.template import template_named
from bot.service.grounding import Grounding
from bot.service.live_comparison import LiveComparison
from bot.service.ports import ModelLease, ModelPool
from bot.service.screened import Screen, ScreenedCompletion

NOTHING = "The model had nothing to say."


@dataclass(frozen=True, slots=True)
class Contest:
    """Writes the answers of a comparison. `report` logs a bug once and returns its error id.

    The models write one after the other: beside each other they would take each other's
    processor, and none of the times would mean anything. That also lets a model be compared
    that has no room in memory beside the one before.
    """

    models: ModelPool
    grounding: Grounding
    report: Callable[[Exception], str]
    now: Callable[[], float] = time.monotonic

    async def passages(
        self, comparison: Comparison, model: str, settings: ServerSettings
    ) -> list[Passage]:
        """What the notes hold for the question, if `model` would answer from them here."""
        server, question = comparison.conversation.server, comparison.question
        ground = await self.grounding.search(server, question, model, settings)
        basis = self.grounding.calibration(model).basis(ground.probability, None)
        found = [hit.passage for hit in ground.evidence.hits]
        return found[:MAX_PASSAGES] if basis is Basis.NOTES else []

    async def write(
        self,
        live: LiveComparison,
        entry: Entry,
        passages: Sequence[Passage],
        screen: Screen,
        length: Length,
    ) -> Entry:
        """One model's turn; whatever hinders it is its own entry's error."""
        try:
            return await self._write(live, entry, passages, screen, length)
        except BotError as refusal:
            return replace(entry, state=EntryState.FAILED, error=refusal.text)
        except Exception as bug:  # noqa: BLE001 - the other models have their turns all the same
            return replace(entry, state=EntryState.FAILED, error=_failure(self.report(bug)))

    async def _write(
        self,
        live: LiveComparison,
        entry: Entry,
        passages: Sequence[Passage],
        screen: Screen,
        length: Length,
    ) -> Entry:
        comparison, place = live.comparison, entry.position
        live.show(place)
        asked_at = self.now()

        def loading(progress: LoadProgress) -> None:
            live.show(place, progress)

        async with self.models.lease(entry.model, loading) as lease:
            entry = replace(
                entry,
                loading_seconds=self.now() - asked_at,
                revision=lease.spec.revision,
                layout=lease.layout,
            )
            template = template_named(lease.spec.template)
            sampling = replace(comparison.sampling, stop=template.stop_for(length))
            prompt = prompt_of(lease, comparison.question, passages, sampling)
            person = f"{comparison.conversation.server}:{comparison.person_id}"
            completion = screen.complete(lease, prompt.text, sampling, person)
            return await self._measured(live, entry, completion)

    async def _measured(
        self, live: LiveComparison, entry: Entry, completion: ScreenedCompletion
    ) -> Entry:
        """Read a completion to its end; a second try has its own times and seed."""
        started_at, first_at = self.now(), None
        is_second_try, last = False, Progress("", 0)
        async for last in completion:
            if completion.is_second_try and not is_second_try:
                is_second_try, started_at, first_at = True, self.now(), None
            if last.num_new_tokens and first_at is None:
                first_at = self.now()
            live.show(entry.position, text=last.text)
        entry = replace(
            entry,
            num_new_tokens=last.num_new_tokens,
            logprob=last.logprob,
            first_token_seconds=None if first_at is None else first_at - started_at,
            seconds=self.now() - started_at,
            seed=completion.sampling.seed if is_second_try else None,
        )
        if completion.is_withheld:
            return replace(entry, state=EntryState.FAILED, error=WITHHELD)
        if last.finish_reason is FinishReason.FAILED:
            return replace(entry, state=EntryState.FAILED, error=_failure(last.error_id))
        text = last.text.strip()
        if not text:
            return replace(entry, state=EntryState.FAILED, error=NOTHING)
        return replace(entry, state=EntryState.DONE, text=text)


def prompt_of(
    lease: ModelLease, question: str, passages: Sequence[Passage], sampling: SamplingParams
) -> FittedPrompt:
    """The same question and passages for every model, written down as it was taught to read.

    No earlier turns: who joins the vote has not read them.
    """
    template = template_named(lease.spec.template)
    room = {"window": lease.window, "max_new_tokens": sampling.max_new_tokens}
    if passages:
        return fit_grounded(template, passages, (), question, lease.count_tokens, **room)
    return fit(template, (), question, lease.count_tokens, **room)


def _failure(error_id: str | None) -> str:
    return f"Something went wrong on my side; tell an admin the error id {error_id}."
