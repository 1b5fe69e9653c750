"""Several samples of one prompt: their seeds and how they are shown together."""

import dataclasses
from collections.abc import Sequence

from bot.domain.sampling import MAX_SEED, SamplingParams


def sample_sampling(sampling: SamplingParams, number: int) -> SamplingParams:
    """Sampling of sample `number`, counted from 0: consecutive seeds."""
    return dataclasses.replace(sampling, seed=(sampling.seed + number) % (MAX_SEED + 1))


def combined_text(texts: Sequence[str], seed: int) -> str:
    """All samples under numbered headings once one has a word; a single one as it is."""
    if len(texts) == 1:
        return texts[0]
    if not any(text.strip() for text in texts):
        return ""
    return "\n\n".join(
        f"**Sample {number} · seed {(seed + number - 1) % (MAX_SEED + 1)}**\n{text.strip()}"
        for number, text in enumerate(texts, 1)
    )
