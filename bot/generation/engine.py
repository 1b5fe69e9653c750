"""One step of generation: schedule, forward, sample, update.

`schedule` and `update` only change lists and belong to the event loop; `run` computes and
belongs in the model's own thread. Between the two calls nothing else touches the cache.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Protocol

import torch
from torch import Tensor

from bot.domain.error_id import new_error_id
from bot.domain.sampling import FinishReason
from bot.generation.anatomy import Anatomy
from bot.generation.chunk import Chunk
from bot.generation.contrastive import Shortlist, choose, shortlist
from bot.generation.hardware import return_memory
from bot.generation.kv_cache import KVCache
from bot.generation.prefix_cache import BLOCK_TOKENS, PrefixCache
from bot.generation.request import Request, Sequence, TokenEvent
from bot.generation.sampler import sample
from bot.generation.scheduler import Scheduler

log = logging.getLogger(__name__)


class Model(Protocol):
    """What the engine needs of a model."""

    def forward(self, chunks: tuple[Chunk, ...], cache: KVCache) -> Tensor:
        """Logits (R, V) behind the last `num_logits` tokens of each chunk."""
        ...


@dataclass(slots=True)
class Outcome:
    """What a step computed: new tokens and failures (error ids) by request id.

    `logprobs` are the tokens' natural log-probabilities as the model gave them, before
    temperature, filters and penalties. `shortlists` are the next candidates of contrastive
    search.
    """

    tokens: dict[int, tuple[int, ...]] = field(default_factory=dict)
    logprobs: dict[int, tuple[float, ...]] = field(default_factory=dict)
    failures: dict[int, str] = field(default_factory=dict)
    shortlists: dict[int, Shortlist] = field(default_factory=dict)


class NotANumber(Exception):
    """The model's logits are not finite numbers."""


Sampler = Callable[[Tensor, list[Sequence]], list[int]]


class Engine:
    """A model, its cache and the requests in it.

    Whatever goes wrong in a step ends only the requests it concerns: a step that fails as a
    whole is repeated for each of its sequences alone, which changes nothing for the sound
    ones, as their keys and values are written to the same places again.

    `anatomy` is for whoever looks inside the model, None where nobody may.
    """

    def __init__(
        self,
        model: Model,
        cache: KVCache,
        scheduler: Scheduler,
        end_of_text_id: int | None,
        prefixes: PrefixCache | None = None,
        sampler: Sampler = sample,
        new_error_id: Callable[[], str] = new_error_id,
        anatomy: Anatomy | None = None,
    ) -> None:
        self._model = model
        self._cache = cache
        self.scheduler = scheduler
        self._end_of_text_id = end_of_text_id
        self.prefixes = prefixes
        self._sampler = sampler
        self._new_error_id = new_error_id
        self.anatomy = anatomy

    def step(self) -> list[TokenEvent]:
        """One whole step in the calling thread; no events when there is nothing to do."""
        chunks = self.scheduler.schedule()
        return self.update(chunks, self.run(chunks)) if chunks else []

    def add(self, request: Request) -> Sequence:
        """Queue a request.

        Raises:
            QueueFull: too many wait already.
        """
        return self.scheduler.add(request)

    def run(self, chunks: tuple[Chunk, ...]) -> Outcome:
        """Compute the planned chunks; never raises, failures are part of the outcome."""
        try:
            return self._compute(chunks)
        except Exception as error:
            if len(chunks) == 1:
                return self._failed(chunks, error)
            log.warning("a step is repeated for each of its sequences", exc_info=error)
        outcome = Outcome()
        for chunk in chunks:
            alone = self.run((chunk,))
            outcome.tokens |= alone.tokens
            outcome.logprobs |= alone.logprobs
            outcome.failures |= alone.failures
            outcome.shortlists |= alone.shortlists
        return outcome

    def update(self, chunks: tuple[Chunk, ...], outcome: Outcome) -> list[TokenEvent]:
        """Record what the step brought and tell what is news to each request.

        Sequences that were cancelled while the step ran are left alone.
        """
        events = []
        for chunk in chunks:
            sequence = chunk.sequence
            if sequence.is_finished:
                continue
            id_ = sequence.request.id
            if id_ in outcome.failures:
                self.scheduler.finish(sequence)
                events.append(
                    TokenEvent(
                        id_, finish_reason=FinishReason.FAILED, error_id=outcome.failures[id_]
                    )
                )
                continue
            sampled = outcome.tokens.get(id_, ())
            tokens = tuple(takewhile(lambda token: token != self._end_of_text_id, sampled))
            self.scheduler.advance(chunk, tokens, outcome.shortlists.get(id_))
            logprobs = outcome.logprobs.get(id_, ())
            events += [
                TokenEvent(id_, token, logprob=logprob)
                for token, logprob in zip(tokens, logprobs, strict=False)
            ]
            if len(tokens) < len(sampled):
                events.append(TokenEvent(id_, finish_reason=FinishReason.END_OF_TEXT))
            elif sequence.num_remaining == 0:
                events[-1] = replace(events[-1], finish_reason=FinishReason.LENGTH)
            else:
                continue
            self.scheduler.finish(sequence)
        return events

    def logits(self, chunks: tuple[Chunk, ...]) -> Tensor:
        """Logits (R, V) in float32 of chunks that somebody else's scheduler planned.

        For measuring, only while no sequence runs; see `scoring`.
        """
        return self._model.forward(chunks, self._cache)

    def release(self) -> None:
        """Give the cache's memory back; only while no sequence runs."""
        if self._cache.is_allocated:
            self._cache.release()
            return_memory()

    @torch.inference_mode()
    def _compute(self, chunks: tuple[Chunk, ...]) -> Outcome:
        for chunk in chunks:
            for number, block in enumerate(chunk.prefix):
                self._cache.restore(chunk.slot, number * BLOCK_TOKENS, block.pairs)
        spread = tuple(part for chunk in chunks for part in chunk.spread())
        logits = self._model.forward(spread, self._cache)  # (R, V)
        outcome = Outcome()
        is_sound = torch.isfinite(logits).all(dim=-1).tolist()  # per row
        rows: list[int] = []
        sound: list[Chunk] = []
        first = 0
        for chunk in chunks:
            stop = first + chunk.num_logits
            if all(is_sound[first:stop]) and chunk.sequence.lanes:
                self._search(chunk, logits[first:stop], outcome)
            elif all(is_sound[first:stop]):
                rows += range(first, stop)
                sound.append(chunk)
            else:
                failed = self._failed((chunk,), NotANumber("logits hold NaN or infinity"))
                outcome.failures |= failed.failures
            first = stop
        if rows:
            # Indexing with a list copies, so the sampler leaves these logits as they are.
            drawn = self._sampler(logits[rows], [each for c in sound for each in _views(c)])
            logprobs = _logprobs(logits[rows], drawn)
            first = 0
            for chunk in sound:
                stop = first + chunk.num_logits
                tokens = drawn[first:stop]
                if tokens:
                    id_ = chunk.sequence.request.id
                    outcome.tokens[id_] = _accepted(chunk.guessed, tokens)
                    outcome.logprobs[id_] = logprobs[first : first + len(outcome.tokens[id_])]
                    self._keep_prefix(chunk)
                first = stop
        return outcome

    def _search(self, chunk: Chunk, logits: Tensor, outcome: Outcome) -> None:
        """Take a candidate, or begin behind the prompt; logits (num_logits, V)."""
        sequence, lanes = chunk.sequence, chunk.sequence.lanes
        if not chunk.num_logits:
            return
        winner = 0
        if chunk.lanes and sequence.shortlist is not None:
            states = self._cache.states(chunk.lanes, chunk.start, chunk.stop)[:, :, 0]
            earlier = self._cache.states(lanes[:1], 0, chunk.start)[0]
            penalty = sequence.request.sampling.degeneration_penalty
            winner = choose(sequence.shortlist, states, earlier, penalty)
            id_ = sequence.request.id
            outcome.tokens[id_] = (chunk.tokens[winner],)
            outcome.logprobs[id_] = (sequence.shortlist.logprobs[winner],)
        first_new = chunk.start if chunk.lanes else 0
        self._cache.share(lanes[winner], lanes, first_new, chunk.stop)
        outcome.shortlists[sequence.request.id] = shortlist(logits[winner], len(lanes))
        self._keep_prefix(chunk)

    def _keep_prefix(self, chunk: Chunk) -> None:
        """File the blocks that are complete, now that the logits behind them are sound.

        Without memory for them the answer goes on; the next one reads its prompt itself.
        """
        known = chunk.start if chunk.lanes else chunk.stop - len(chunk.guessed)
        stop = known // BLOCK_TOKENS * BLOCK_TOKENS
        if self.prefixes is None or stop <= chunk.sequence.num_filed:
            return
        chunk.sequence.num_filed = stop
        try:
            self.prefixes.keep(
                chunk.sequence.tokens(0, stop),
                lambda start, stop: self._cache.copied(chunk.slot, start, stop),
            )
        except (MemoryError, RuntimeError) as error:  # PyTorch's for too little memory
            log.warning("a prefix was not kept", exc_info=error)

    def _failed(self, chunks: tuple[Chunk, ...], error: Exception) -> Outcome:
        outcome = Outcome()
        for chunk in chunks:
            error_id = self._new_error_id()
            id_ = chunk.sequence.request.id
            for slot in chunk.sequence.lanes or (chunk.slot,):
                self._cache.wipe(slot, chunk.stop)
            log.error("request %s failed (%s)", id_, error_id, exc_info=error)
            outcome.failures[id_] = error_id
        return outcome


def _views(chunk: Chunk) -> list[Sequence]:
    """The sequence as it stands behind each token that has logits, if the guesses are right."""
    guessed = chunk.guessed
    return [chunk.sequence.followed_by(guessed[:number]) for number in range(chunk.num_logits)]


def _logprobs(logits: Tensor, tokens: list[int]) -> tuple[float, ...]:
    """log softmax(logits)[token] of each row: (R, V) and R tokens."""
    chosen = logits[range(len(tokens)), tokens]
    return tuple((chosen - torch.logsumexp(logits, dim=-1)).tolist())


def _accepted(guessed: tuple[int, ...], drawn: list[int]) -> tuple[int, ...]:
    """The tokens drawn up to the first one that differs from its guess, which still counts."""
    num_right = 0
    while num_right < len(guessed) and guessed[num_right] == drawn[num_right]:
        num_right += 1
    return tuple(drawn[: num_right + 1])
