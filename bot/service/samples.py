"""Several samples of one prompt: their seeds and how they are shown together."""

import dataclasses
from collections.abc import Sequence

from bot.domain.sampling import MAX_SEED, SamplingParams


def sample_seed(seed: int, number: int) -> int:
    """Seed of sample `number`, counted from 0: consecutive ones."""
    return (seed + number) % (MAX_SEED + 1)


def sample_sampling(sampling: SamplingParams, number: int) -> SamplingParams:
    """Sampling of sample `number`, counted from 0."""
    return dataclasses.replace(sampling, seed=sample_seed(sampling.seed, number))


def combined_text(texts: Sequence[str], seed: int, *, mark: str = "**") -> str:
    """All samples under numbered headings once one has a word; a single one as it is.

    `mark` stands on both sides of a heading: bold on Discord, nothing in a terminal.
    """
    if len(texts) == 1:
        return texts[0]
    if not any(text.strip() for text in texts):
        return ""
    return "\n\n".join(
        f"{mark}Sample {number + 1} · seed {sample_seed(seed, number)}{mark}\n{text.strip()}"
        for number, text in enumerate(texts)
    )
