"""A lease: one use of a loaded model, during which it stays loaded."""

from typing import TypeVar

from bot.domain.model_spec import ModelSpec
from bot.domain.sampling import SamplingParams
from bot.generation.anatomy import Examine
from bot.generation.completion import Completion
from bot.generation.resident import Resident
from bot.generation.tokenizer import Tokenizer

T = TypeVar("T")


class Lease:
    """A loaded model that stays loaded while the lease is held; fulfils ModelLease."""

    def __init__(self, resident: Resident) -> None:
        self._resident = resident
        self._completions: list[Completion] = []

    @property
    def spec(self) -> ModelSpec:
        """The catalogue entry."""
        return self._resident.spec

    @property
    def window(self) -> int:
        """Positions of the context window."""
        return self._resident.window

    @property
    def num_free(self) -> int:
        """Completions that would start at once now."""
        return self._resident.num_free

    @property
    def layout(self) -> str:
        """How the weights lie in memory."""
        return str(self._resident.layout)

    @property
    def tokenizer(self) -> Tokenizer:
        """Its vocabulary."""
        return self._resident.tokenizer

    def count_tokens(self, text: str) -> int:
        """Number of tokens of `text`."""
        return self._resident.tokenizer.count(text)

    def complete(
        self, prompt: str, sampling: SamplingParams, person: str, *, is_alone: bool = False
    ) -> Completion:
        """Queue a completion for `person`; leaving the lease cancels it. See `Resident`."""
        completion = self._resident.complete(prompt, sampling, person, is_alone=is_alone)
        self._completions = [other for other in self._completions if not other.is_finished]
        self._completions.append(completion)
        return completion

    async def examine(self, examine: Examine[T]) -> T:
        """Find something out of the model beside its answers. See `Resident`."""
        return await self._resident.examine(examine)

    def cancel_all(self) -> None:
        """Cancel what was begun under this lease and has not ended."""
        for completion in self._completions:
            completion.cancel()
