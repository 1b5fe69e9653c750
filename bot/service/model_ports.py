"""The doors to the models of this process; a part of `ports`."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.domain.model_spec import ModelSpec, ModelStatus
from bot.domain.progress import LoadProgress, Progress
from bot.domain.sampling import SamplingParams


class Completion(Protocol):
    """One running completion; iterate for its progress."""

    def __aiter__(self) -> AsyncIterator[Progress]:
        """Yield the newest progress whenever there is news; the last has a finish reason."""
        ...

    def cancel(self) -> None:
        """End it after the current step; iteration then ends with reason CANCELLED."""
        ...


class ModelLease(Protocol):
    """A loaded model that stays loaded while the lease is held."""

    @property
    def spec(self) -> ModelSpec:
        """The catalogue entry."""
        ...

    @property
    def window(self) -> int:
        """Positions of the context window."""
        ...

    @property
    def num_free(self) -> int:
        """Completions that would start at once now."""
        ...

    @property
    def layout(self) -> str:
        """How the weights lie in memory, such as "int8"; another one rounds differently."""
        ...

    def count_tokens(self, text: str) -> int:
        """Number of tokens of `text`."""
        ...

    def complete(
        self, prompt: str, sampling: SamplingParams, person: str, *, is_alone: bool = False
    ) -> Completion:
        """Queue a completion for `person`; one that `is_alone` is computed beside no other.

        Raises:
            PromptTooLong: prompt and answer exceed the window.
            QueueFull: too many requests wait already.
        """
        ...


class ModelPool(Protocol):
    """The models of this process under one memory budget."""

    def lease(
        self, name: str, on_progress: Callable[[LoadProgress], None] | None = None
    ) -> AbstractAsyncContextManager[ModelLease]:
        """Hold the named model, loading it first where needed.

        Raises:
            UnknownModel, ModelUnavailable, NotEnoughMemory: a sentence for the person.
        """
        ...

    def spec(self, name: str) -> ModelSpec:
        """The catalogue entry.

        Raises:
            UnknownModel: no such name; the text lists the known ones.
        """
        ...

    async def statuses(self) -> Sequence[ModelStatus]:
        """Every catalogue entry with its state on this machine."""
        ...
