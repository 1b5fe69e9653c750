"""What is known to suit models of each size, where nobody says anything else.

Sources: nucleus sampling at 0.6 to 0.7 with a light repetition penalty, higher ones break the
grammar (Holtzman et al. 2020; Keskar et al. 2019). Contrastive search with 4 to 5 candidates
and α = 0.6 is preferred by people on large and XL; the hidden states of small and medium all
point in nearly one direction, so that its penalty tells nothing there (Su & Collier 2023,
"Contrastive Search Is What You Need For Neural Text Generation"). Of several drafts the medoid
is better than the likeliest; a small model needs it most, and can afford it best.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from bot.domain.model_spec import ModelShape

LARGE_PARAMETERS = 600_000_000
"""From here on, which is between medium and large, contrastive search works."""
SMALL_PARAMETERS = 200_000_000


class Method(StrEnum):
    """How answers from memory are decoded."""

    AUTO = "auto"
    """Contrastive search for large models, sampling for the others."""
    SAMPLE = "sample"
    CONTRASTIVE = "contrastive"


@dataclass(frozen=True, slots=True)
class Decoding:
    """Sampling parameters by the names that `SamplingParams` gives them."""

    temperature: float = 0.7
    top_p: float = 0.9
    repetition_penalty: float = 1.1
    no_repeat_ngram: int = 3
    num_drafts: int = 2
    num_candidates: int = 0

    def values(self) -> Mapping[str, float]:
        """By name."""
        return asdict(self)


SMALL = Decoding(temperature=0.6, repetition_penalty=1.15, num_drafts=3)
MEDIUM = Decoding(temperature=0.65, num_drafts=3)
LARGE = Decoding(num_candidates=4)
UNKNOWN = Decoding(num_drafts=1)
"""Of a model that was never here, so that nobody knows its size."""


def decoding_for(shape: ModelShape | None, method: Method = Method.AUTO) -> Decoding:
    """What suits a model of these sizes."""
    if shape is None:
        suits = UNKNOWN
    elif shape.num_parameters < SMALL_PARAMETERS:
        suits = SMALL
    else:
        suits = MEDIUM if shape.num_parameters < LARGE_PARAMETERS else LARGE
    if method is Method.AUTO:
        return suits
    num_candidates = LARGE.num_candidates if method is Method.CONTRASTIVE else 0
    return Decoding(**{**suits.values(), "num_candidates": num_candidates})  # type: ignore[arg-type]
