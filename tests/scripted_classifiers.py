"""Classifiers that think what a test says of texts, or fail."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.domain.classifier import Use
from bot.domain.errors import BotError

STUDENT_LIFE = ("world cup", "pasta", "bake", "weather")


def about_deep_learning(text: str) -> float:
    """Off topic are a few words, unless the text speaks of dropout, too."""
    lowered = text.lower()
    is_off = any(word in lowered for word in STUDENT_LIFE) or lowered in ("why?", "and then?")
    return 0.1 if is_off and "dropout" not in lowered else 0.9


@dataclass
class ScriptedClassifiers:
    """One for each use in `says`, which gives the probability of its first label."""

    says: dict[Use, Callable[[str], float]] = field(default_factory=dict)
    error: BotError | None = None
    gate: asyncio.Event | None = None
    asked: list[str] = field(default_factory=list)

    def has(self, use: Use) -> bool:
        """Whether the test gave one."""
        return use in self.says

    async def probabilities(self, use: Use, texts: Sequence[str]) -> list[float]:
        """What the test says, behind its gate."""
        self.asked += texts
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        return [self.says[use](text) for text in texts]


def guarding() -> ScriptedClassifiers:
    """A topic guard and nothing else."""
    return ScriptedClassifiers({Use.TOPIC_GUARD: about_deep_learning})
