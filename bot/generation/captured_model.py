"""A model whose small steps are captured once and then replayed as a whole.

Calling the thousand kernels of a step one by one takes a GPU's host several times as long as
the GPU takes to compute them.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor

from bot.generation.chunk import Chunk
from bot.generation.gpt2 import GPT2
from bot.generation.kv_cache import KVCache
from bot.generation.static_step import StaticStep
from bot.generation.step_shape import StepShape

log = logging.getLogger(__name__)

MAX_CAPTURES = 32
"""Steps that are kept; the least recently used ones leave."""


class Recorder(Protocol):
    """What turns a step into something that repeats it."""

    def record(self, step: Callable[[], None]) -> Callable[[], None]:
        """What repeats `step` on the same addresses; may run it, which changes nothing more.

        Raises:
            RuntimeError: it cannot be captured.
        """
        ...


class CapturedModel:
    """GPT-2 over one static cache; fulfils `Model`.

    Steps that have a `StepShape` are replayed, captured when their shape is first met. Where
    that fails the shape is computed kernel by kernel. All other steps, which read prompts,
    and other caches go the ordinary way.
    """

    def __init__(
        self, model: GPT2, cache: KVCache, recorder: Recorder, max_captures: int = MAX_CAPTURES
    ) -> None:
        if max_captures < 2:  # the recorder's memory stays while one step is there
            raise ValueError("at least two steps must be kept")
        self._model, self._cache, self._recorder = model, cache, recorder
        self._step = StaticStep(model, cache)
        self._max_captures = max_captures
        self._replays: OrderedDict[StepShape, Callable[[], None]] = OrderedDict()
        self._has_failed = False

    @torch.inference_mode()
    def forward(self, chunks: tuple[Chunk, ...], cache: KVCache) -> Tensor:
        """As `GPT2.forward`."""
        window = self._model.config.shape.window
        shape = StepShape.of(chunks, cache.num_slots, window) if cache is self._cache else None
        if shape is None:
            return self._model.forward(chunks, cache)
        num_wanted = self._step.fill(shape, chunks)
        self._replay(shape)()
        return self._step.logits(num_wanted)

    def _replay(self, shape: StepShape) -> Callable[[], None]:
        replay = self._replays.get(shape)
        if replay is None:
            if len(self._replays) == self._max_captures:
                self._replays.popitem(last=False)
            replay = self._replays[shape] = self._captured(shape)
        self._replays.move_to_end(shape)
        return replay

    def _captured(self, shape: StepShape) -> Callable[[], None]:
        # Without `self`, which would keep itself and so the weights beyond its time.
        step = self._step

        def compute() -> None:
            step.compute(shape)

        try:
            return self._recorder.record(compute)
        except RuntimeError as error:
            if not self._has_failed:
                log.warning("steps are not captured, so answers will be slower", exc_info=error)
            self._has_failed = True
            return compute
