"""One step of generation: schedule, forward, sample, update.

`schedule` and `update` only change lists and belong to the event loop; `run` computes and
belongs in the model's own thread. Between the two calls nothing else touches the cache.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import uuid4

import torch
from torch import Tensor

from bot.domain.sampling import FinishReason
from bot.generation.hardware import return_memory
from bot.generation.kv_cache import KVCache
from bot.generation.request import Request, Sequence, TokenEvent
from bot.generation.sampler import sample
from bot.generation.scheduler import Chunk, Scheduler

log = logging.getLogger(__name__)


class Model(Protocol):
    """What the engine needs of a model."""

    def forward(self, chunks: tuple[Chunk, ...], cache: KVCache) -> Tensor:
        """Logits (B, V) behind each chunk that is the last of its sequence."""
        ...


@dataclass(slots=True)
class Outcome:
    """What a step computed: tokens and failures (error ids) by request id."""

    tokens: dict[int, int] = field(default_factory=dict)
    failures: dict[int, str] = field(default_factory=dict)


class NotANumber(Exception):
    """The model's logits are not finite numbers."""


Sampler = Callable[[Tensor, list[Sequence]], list[int]]


def _new_error_id() -> str:
    return uuid4().hex[:8]


class Engine:
    """A model, its cache and the requests in it.

    Whatever goes wrong in a step ends only the requests it concerns: a step that fails as a
    whole is repeated for each of its sequences alone, which changes nothing for the sound
    ones, as their keys and values are written to the same places again.
    """

    def __init__(
        self,
        model: Model,
        cache: KVCache,
        scheduler: Scheduler,
        end_of_text_id: int | None,
        sampler: Sampler = sample,
        new_error_id: Callable[[], str] = _new_error_id,
    ) -> None:
        self._model = model
        self._cache = cache
        self.scheduler = scheduler
        self._end_of_text_id = end_of_text_id
        self._sampler = sampler
        self._new_error_id = new_error_id

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
        except Exception as error:  # noqa: BLE001 - becomes the failure of whom it concerns
            if len(chunks) == 1:
                return self._failed(chunks, error)
        outcome = Outcome()
        for chunk in chunks:
            alone = self.run((chunk,))
            outcome.tokens |= alone.tokens
            outcome.failures |= alone.failures
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
                event = TokenEvent(
                    id_, finish_reason=FinishReason.FAILED, error_id=outcome.failures[id_]
                )
            elif (token := outcome.tokens.get(id_)) is None:
                self.scheduler.advance(chunk, None)
                continue
            elif token == self._end_of_text_id:
                event = TokenEvent(id_, finish_reason=FinishReason.END_OF_TEXT)
            else:
                self.scheduler.advance(chunk, token)
                is_full = sequence.num_remaining == 0
                event = TokenEvent(id_, token, FinishReason.LENGTH if is_full else None)
            if event.finish_reason is not None:
                self.scheduler.finish(sequence)
            events.append(event)
        return events

    def release(self) -> None:
        """Give the cache's memory back; only while no sequence runs."""
        if self._cache.is_allocated:
            self._cache.release()
            return_memory()

    @torch.inference_mode()
    def _compute(self, chunks: tuple[Chunk, ...]) -> Outcome:
        logits = self._model.forward(chunks, self._cache)  # (B, V)
        last = [chunk for chunk in chunks if chunk.is_last]
        outcome = Outcome()
        if not last:
            return outcome
        is_sound = torch.isfinite(logits).all(dim=-1).tolist()  # per row
        for chunk, sound in zip(last, is_sound, strict=True):
            if not sound:
                failed = self._failed((chunk,), NotANumber("logits hold NaN or infinity"))
                outcome.failures |= failed.failures
        sound_rows = [row for row, sound in enumerate(is_sound) if sound]
        if sound_rows:
            sequences = [last[row].sequence for row in sound_rows]
            tokens = self._sampler(logits[sound_rows], sequences)
            for sequence, token in zip(sequences, tokens, strict=True):
                outcome.tokens[sequence.request.id] = token
        return outcome

    def _failed(self, chunks: tuple[Chunk, ...], error: Exception) -> Outcome:
        outcome = Outcome()
        for chunk in chunks:
            error_id = self._new_error_id()
            id_ = chunk.sequence.request.id
            self._cache.wipe(chunk.slot)
            log.error("request %s failed (%s)", id_, error_id, exc_info=error)
            outcome.failures[id_] = error_id
        return outcome
