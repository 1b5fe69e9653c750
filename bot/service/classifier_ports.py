"""The door to the classifiers; a part of `ports`."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.classifier import Use


class Classifiers(Protocol):
    """Fine-tuned models that tell labels, by what they are used for."""

    def has(self, use: Use) -> bool:
        """Whether the configuration names one for this use."""
        ...

    async def probabilities(self, use: Use, texts: Sequence[str]) -> Sequence[float]:
        """How probable the first label of the use is for each text, 0 to 1.

        Raises:
            ModelUnavailable, NotEnoughMemory: there is none, or it cannot be loaded or used.
        """
        ...


class NoClassifiers:
    """Where none is configured; fulfils `Classifiers`."""

    def has(self, use: Use) -> bool:
        """Never."""
        del use
        return False

    async def probabilities(self, use: Use, texts: Sequence[str]) -> Sequence[float]:
        """Nobody asks this without `has`."""
        raise LookupError(f"no classifier for {use}, which was asked about {len(texts)} texts")
