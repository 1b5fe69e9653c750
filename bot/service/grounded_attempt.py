"""One answer's way through notes and model: quote, explain, or remember, or say "I don't know"."""

import asyncio
import dataclasses
import logging
from collections.abc import Sequence

from bot.domain.answer import AnswerState
from bot.domain.card import Basis, Card, Source, places
from bot.domain.composition import body, spoken
from bot.domain.confidence import remembered_figures
from bot.domain.conversation import History
from bot.domain.errors import BotError
from bot.domain.full_name import names_somebody_else
from bot.domain.passage import Hit
from bot.domain.progress import Progress
from bot.domain.same_question import already_answered
from bot.domain.sampling import FinishReason, SamplingParams
from bot.domain.sentences import sentences
from bot.domain.server_settings import ServerSettings
from bot.domain.support import is_supported
from bot.service.attempt import Attempt, Outcome, Present
from bot.service.grounding import Ground, Grounding
from bot.service.live_answer import LiveAnswer
from bot.service.ports import Clock, ModelPool, Store
from bot.service.prompting import (
    MAX_EXPLANATION_TOKENS,
    MakePrompt,
    prompt_of_explanation,
    prompt_of_question,
)
from bot.service.ranking import Ranking
from bot.service.screened import Screen
from bot.service.snapshot import Snapshot

log = logging.getLogger(__name__)


WORTH_OFFERING = 0.4
"""Probability from which passages that may not answer are shown, and not only named.

Of the development set's right passages that are not sure enough to be quoted 98 % lie above, of
the questions that the notes do not answer a third.
"""


class GroundedAttempt:
    """Answers one question from the notes, else from the model's memory.

    `is_hinted` lets what is not taken from the notes say that the question looks off topic.
    """

    def __init__(
        self,
        store: Store,
        models: ModelPool,
        clock: Clock,
        grounding: Grounding,
        live: LiveAnswer,
        history: History,
        settings: ServerSettings,
        screen: Screen,
        ranking: Ranking | None = None,
        is_hinted: bool = False,
    ) -> None:
        self._store = store
        self._models = models
        self._clock = clock
        self._grounding = grounding
        self._live = live
        self._history = history
        self._settings = settings
        self._screen = screen
        self._ranking = ranking
        self._is_hinted = is_hinted

    async def finish(self) -> Outcome:
        """Search, then answer on the best basis there is."""
        ground = await self._grounding.ground(self._live.answer, self._history, self._settings)
        old = already_answered(self._question, ground.found)
        if old is not None:
            return self._answered(old)
        calibration = self._grounding.calibration(self._live.answer.model)
        if calibration.basis(ground.probability, None) is Basis.NOTES:
            return await self._quoted(ground)
        return await self._remembered(ground)

    def _answered(self, hit: Hit) -> Outcome:
        """What was answered already, in the words that a teaching assistant approved."""
        card = Card(
            Basis.ANSWERED,
            confidence=1.0,
            sources=(Source.of(1, hit),),
            explanation=hit.passage.text,
        )
        return self._outcome(card, Progress("", 0, finish_reason=FinishReason.STOP))

    async def _quoted(self, ground: Ground) -> Outcome:
        """Quotes at once, and below them what the model explains and the notes support."""
        evidence = ground.evidence
        bare = Card(
            Basis.NOTES,
            confidence=round(ground.probability, 3),
            quotes=evidence.quotes,
            sources=evidence.sources,
            figures=ground.figures,
        )
        passages = [hit.passage for hit in evidence.hits]

        def explained(progress: Progress) -> Card:
            text = supported(progress, [each.text for each in passages], self._question)
            return dataclasses.replace(bare, explanation=text)

        def present(progress: Progress) -> tuple[str, Card]:
            card = explained(progress)
            return body(card), card

        text, _ = present(Progress("", 0))
        self._live.publish(Snapshot(self._live.answer.id, AnswerState.GENERATING, text, card=bare))
        make_prompt = prompt_of_explanation(self._live.answer, self._history, passages)
        sampling = explaining(self._live.answer.sampling)
        screen = self._screen.allowing([each.text for each in passages])
        try:
            made = await self._attempt(make_prompt, screen, present, sampling).finish()
        except BotError as refusal:  # the quotes stand without the model's words
            log.info("no explanation: %s", refusal.text)
            return self._outcome(bare, Progress("", 0, finish_reason=FinishReason.STOP))
        except asyncio.CancelledError:  # stopped before the model wrote
            if self._live.stopped_as is None:
                raise
            return self._outcome(bare, Progress("", 0, finish_reason=FinishReason.CANCELLED))
        last = made.last
        if last.finish_reason is not FinishReason.CANCELLED:
            last = dataclasses.replace(last, finish_reason=FinishReason.STOP, error_id=None)
        return self._outcome(explained(made.last), last, made)

    async def _remembered(self, ground: Ground) -> Outcome:
        """The model's own words, if they are likely enough to be worth reading."""
        answer, hits = self._live.answer, ground.found.hits
        make_prompt = prompt_of_question(answer, self._history)
        unchecked = Card(Basis.MEMORY, is_off_topic=self._is_hinted)
        made = await self._attempt(
            make_prompt, self._screen, lambda each: (each.text, unchecked)
        ).finish()
        last = made.last
        figures = remembered_figures(ground.num_terms, hits, last.logprob, last.num_new_tokens)
        if made.choice.num_drafts > 1:
            figures["agreement"] = made.choice.agreement
        calibration = self._grounding.calibration(answer.model)
        probability = calibration.remembered.probability(figures)
        card = dataclasses.replace(
            unchecked, confidence=round(probability, 3), figures=figures, choice=made.choice
        )
        was_cut = last.finish_reason in (FinishReason.CANCELLED, FinishReason.FAILED)
        if was_cut or calibration.basis(ground.probability, probability) is Basis.MEMORY:
            return self._outcome(card, last, made)
        offer = ground.evidence
        last = dataclasses.replace(last, finish_reason=FinishReason.STOP)
        is_worth_it = ground.probability >= WORTH_OFFERING and not names_somebody_else(
            self._question, (quote.text for quote in offer.quotes)
        )
        card = dataclasses.replace(
            card,
            basis=Basis.NOTHING,
            sources=offer.sources if is_worth_it else places(offer.sources),
            quotes=offer.quotes if is_worth_it else (),
        )
        return self._outcome(card, last, made)

    @property
    def _question(self) -> str:
        return self._live.answer.question

    def _attempt(
        self,
        make_prompt: MakePrompt,
        screen: Screen,
        present: Present,
        sampling: SamplingParams | None = None,
    ) -> Attempt:
        parts = (self._store, self._models, self._clock, self._live)
        return Attempt(*parts, make_prompt, screen, present, sampling, self._ranking)

    def _outcome(self, card: Card, last: Progress, made: Outcome | None = None) -> Outcome:
        text = body(card, last.text)
        return Outcome(
            last=dataclasses.replace(last, text=text),
            notice=made.notice if made is not None else None,
            remark=made.remark if made is not None and _shows_model(card) else None,
            first_token_at=made.first_token_at if made is not None else self._clock.now(),
            card=card,
            turn=spoken(card, text),
            drafts=made.drafts if made is not None else (),
            sampling=made.sampling if made is not None and card.basis is Basis.MEMORY else None,
        )


def _shows_model(card: Card) -> bool:
    """Whether anything that the model wrote is shown, so that a remark about it is of use."""
    return card.basis is Basis.MEMORY or bool(card.explanation)


def explaining(sampling: SamplingParams) -> SamplingParams:
    """Greedy and one short paragraph: it may say what the passages say, not vary it."""
    return dataclasses.replace(
        sampling,
        temperature=0.0,
        num_candidates=0,
        num_drafts=1,
        stop=("\n",),
        max_new_tokens=min(MAX_EXPLANATION_TOKENS, sampling.max_new_tokens),
    )


def supported(progress: Progress, passages: Sequence[str], question: str) -> str:
    """The finished sentences up to the first that the passages do not support.

    A sentence that a passage holds word for word would only repeat the quotes.
    """
    is_whole = progress.finish_reason in (FinishReason.STOP, FinishReason.END_OF_TEXT)
    written = sentences(progress.text.strip())
    kept = []
    for sentence in written if is_whole else written[:-1]:
        if not sentence.endswith((".", "!", "?", "…")):
            break
        if not is_supported(sentence, passages, question):
            break
        if not any(sentence in passage for passage in passages):
            kept.append(sentence)
    return " ".join(kept)
