"""What a self-check expects: continuations and distributions, known or told by a reference."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from torch import Tensor

from bot.domain.model_spec import ModelShape
from bot.generation.known_answers import KnownAnswers
from bot.generation.scoring import distributions
from bot.generation.tokenizer import Tokenizer

PROMPTS = (
    "The learning rate",
    "What is dropout? Dropout is",
    "In 1969 two people walked on the moon, and",
    # Longer than a step, so that it is read in pieces.
    "A neural network is a function with many numbers in it, which are called its weights. "
    "Training starts with random weights. It shows the network an example, compares what comes "
    "out with what should have come out, and moves every weight a little in the direction that "
    "makes the difference smaller. After many thousands of examples the network gives good "
    "answers for them, and, if all goes well, for examples that it has never seen. Whether it "
    "does is measured on examples that were kept apart from the beginning. A network that only "
    "knows its training examples by heart has overfitted; more data, a smaller network, or "
    "stopping early are the usual remedies, and none of them is free. Large networks read text "
    "in tokens, which are short pieces of words, and predict for each of them what comes next. "
    "That is all they do, and it is",
)
NUM_NEW = 24


class Reference(Protocol):
    """Another implementation with the same weights."""

    def greedy(self, prompt: tuple[int, ...], num_new: int) -> tuple[int, ...]:
        """Up to `num_new` likeliest tokens, the end-of-text token included where it comes."""
        ...

    def score(self, tokens: tuple[int, ...]) -> Iterator[Tensor]:
        """See `scoring.Score`."""
        ...


MakeReference = Callable[[Path, str, int | None], Reference]
"""Folder, device and end-of-text token to a reference."""


@dataclass(slots=True)
class Expected:
    """What the engine should say; `perplexity` is None while nobody knows."""

    continuations: dict[tuple[int, ...], tuple[int, ...]]
    distributions: dict[tuple[int, ...], Tensor] = field(default_factory=dict)
    perplexity: float | None = None

    @classmethod
    def known(cls, answers: KnownAnswers, tokenizer: Tokenizer) -> "Expected":
        """The published continuations."""
        encode, pairs = tokenizer.encode, answers.continuations.items()
        return cls({tuple(encode(prompt)): tuple(encode(text)) for prompt, text in pairs})

    @classmethod
    def told(cls, reference: Reference, tokenizer: Tokenizer, shape: ModelShape) -> "Expected":
        """What the reference says to `PROMPTS`, cut to what fits the window."""
        num_new = min(NUM_NEW, max(1, shape.window // 2))
        most = shape.window - num_new
        prompts = [tuple(tokenizer.encode(text))[:most] for text in PROMPTS]
        return cls(
            {prompt: reference.greedy(prompt, num_new) for prompt in prompts},
            {prompt: distributions(reference.score, prompt).cpu() for prompt in prompts},
        )
