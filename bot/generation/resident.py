"""One model in memory: its weights, its tokenizer and the worker that serves it."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TypeVar

from bot.domain.errors import InvalidParameter, ModelUnavailable, PromptTooLong
from bot.domain.model_spec import ModelSpec
from bot.domain.sampling import SamplingParams
from bot.generation.anatomy import Anatomy, Examine
from bot.generation.captured_model import CapturedModel
from bot.generation.checkpoint import Checkpoint
from bot.generation.completion import Completion
from bot.generation.cuda_graphs import CudaGraphs
from bot.generation.engine import Engine, Model
from bot.generation.gpt2 import GPT2
from bot.generation.hardware import return_memory
from bot.generation.kv_cache import KVCache
from bot.generation.layout import Machine
from bot.generation.prefix_cache import PrefixCache, num_prefix_blocks
from bot.generation.request import Request
from bot.generation.scheduler import Scheduler
from bot.generation.tokenizer import Tokenizer
from bot.generation.worker import Worker

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ServingLimits:
    """How much one model does at once; see `Scheduler` for the first three numbers.

    A step has room for twice `max_batch` tokens at least.

    `prefix_bytes` are for keys and values of earlier prompts; `speculates` tells whether
    tokens are guessed.
    """

    max_batch: int = 8
    max_step_tokens: int = 128
    queue_limit: int = 64
    prefix_bytes: int = 512 * 2**20
    speculates: bool = True


class ModelFiles:
    """A model on disk, checked so far that loading it can only fail for want of memory.

    It will be loaded in the machine's best layout for it, to serve within `limits`;
    `num_bytes` is what it takes then: its weights and what is kept for its cache.

    Raises:
        ModelUnavailable: one sentence that says what is wrong.
    """

    def __init__(self, folder: Path, name: str, machine: Machine, limits: ServingLimits) -> None:
        self._machine = machine
        self._limits = limits
        self._checkpoint = Checkpoint(folder, name)
        config = self._checkpoint.config
        self.layout = machine.layout(config.shape)
        self.num_bytes = machine.needed_bytes(config.shape, limits.max_batch, limits.prefix_bytes)
        self.tokenizer = Tokenizer(folder, name, config.shape.vocabulary, config.end_of_text_id)

    def load(
        self, on_progress: Callable[[float], None], is_cancelled: Callable[[], bool]
    ) -> Engine:
        """Read the weights; blocks, so belongs in a thread. See `Checkpoint.load`."""
        checkpoint, limits = self._checkpoint, self._limits
        dtype, device = self.layout.dtype, self._machine.device
        pack = self._machine.packer(self.layout)
        weights = checkpoint.load(dtype, device, on_progress, is_cancelled, pack)
        shape = checkpoint.config.shape
        cache_dtype = self._machine.cache_dtype(shape)
        compiles = self._machine.compiles(shape)
        in_halves = self._machine.multiplies_halves
        gpt2 = GPT2(checkpoint.config, weights, cache_dtype, compiles, in_halves)
        return_memory()  # of the matrices that were packed
        streams = self._machine.streams
        is_static = streams is not None
        cache = KVCache(shape, limits.max_batch, cache_dtype, device, is_static)
        model: Model = gpt2
        if streams is not None:
            model = CapturedModel(gpt2, cache, CudaGraphs(device, streams))
        num_blocks = num_prefix_blocks(
            shape, str(cache_dtype).removeprefix("torch."), limits.prefix_bytes
        )
        prefixes = PrefixCache(num_blocks) if num_blocks else None
        return Engine(
            model,
            cache,
            Scheduler(
                limits.max_batch,
                max(limits.max_step_tokens, 2 * limits.max_batch),
                limits.queue_limit,
                prefixes,
                self._machine.price(shape) if limits.speculates else None,
            ),
            self.tokenizer.end_of_text_id,
            prefixes,
            anatomy=Anatomy(gpt2, cache_dtype, prefixes),
        )

    @property
    def window(self) -> int:
        """Positions of the context window."""
        return self._checkpoint.config.shape.window


class Resident:
    """A loaded model and its worker, serving until closed. Belongs to the event loop."""

    def __init__(
        self,
        spec: ModelSpec,
        files: ModelFiles,
        engine: Engine,
        executor: Executor,
    ) -> None:
        self.spec = spec
        self.window = files.window
        self.layout = files.layout
        self.tokenizer = files.tokenizer
        self._prefixes = engine.prefixes
        self._ids = count(1)
        self._worker: Worker | None = Worker(engine, executor)
        self._worker.start()

    @property
    def num_requests(self) -> int:
        """Requests that wait or run."""
        return self._worker.num_requests if self._worker is not None else 0

    @property
    def num_free(self) -> int:
        """Requests that would start at once now."""
        return self._worker.num_free if self._worker is not None else 0

    @property
    def prefix_reuse(self) -> tuple[int, int]:
        """Tokens of all prompts since the load, and how many of them were known already."""
        prefixes = self._prefixes
        return (
            (0, 0) if prefixes is None else (prefixes.num_asked_tokens, prefixes.num_found_tokens)
        )

    def complete(
        self, prompt: str, sampling: SamplingParams, person: str, *, is_alone: bool = False
    ) -> Completion:
        """Queue a completion; an empty prompt starts from the end-of-text token.

        One that `is_alone` is computed in steps of its own: see `Request`.

        Raises:
            PromptTooLong: prompt and answer exceed the window.
            QueueFull: too many requests wait already.
            InvalidParameter: the prompt is empty and the model has no end-of-text token.
            ModelUnavailable: it was closed.
        """
        worker = self._worker
        if worker is None:
            raise ModelUnavailable(f"{self.spec.name} was unloaded; please ask again.")
        ids = self._encode(prompt, sampling.max_new_tokens)
        id_ = next(self._ids)
        completion = Completion(
            self.tokenizer.detokenizer(), sampling.stop, lambda: worker.cancel(id_)
        )
        worker.submit(Request(id_, tuple(ids), sampling, person, is_alone), completion)
        return completion

    async def examine(self, examine: Examine[T]) -> T:
        """Find something out of the model beside its answers; see `Errands`.

        Whoever stops waiting withdraws it. What goes wrong in it concerns nobody else.

        Raises:
            ModelUnavailable: it was closed.
        """
        if self._worker is None:
            raise ModelUnavailable(f"{self.spec.name} was unloaded; please ask again.")
        return await self._worker.run_errand(examine)

    async def close(self) -> None:
        """End every request and stop serving.

        The weights are free afterwards, whoever still holds a lease or this.
        """
        worker, self._worker = self._worker, None
        self._prefixes = None
        if worker is not None:
            await worker.close()

    def _encode(self, prompt: str, max_new_tokens: int) -> list[int]:
        length = self.tokenizer.min_tokens(prompt)
        if length + max_new_tokens <= self.window:
            ids = self.tokenizer.encode(prompt)
            if not ids and self.tokenizer.end_of_text_id is not None:
                ids = [self.tokenizer.end_of_text_id]
            if not ids:
                raise InvalidParameter(f"{self.spec.name} cannot start from an empty text.")
            length = len(ids)
        if length + max_new_tokens > self.window:
            raise PromptTooLong(
                f"The text ({length:,} tokens) and the answer (up to {max_new_tokens:,}) exceed "
                f"the {self.window:,} tokens that {self.spec.name} can see; shorten one of them."
            )
        return ids
