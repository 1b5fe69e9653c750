"""How the next token is chosen: the sampling parameters of one request."""

import math
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.errors import InvalidParameter

MAX_SEED = 2**63 - 1
MAX_STOP_STRINGS = 16
MAX_DRAFTS = 5
MAX_CANDIDATES = 8


class FinishReason(StrEnum):
    """Why an answer ended."""

    END_OF_TEXT = "end_of_text"
    LENGTH = "length"
    STOP = "stop"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SamplingParams:
    """Sampling parameters, checked on construction.

    `temperature` 0 means greedy decoding. `top_k` 0 and `top_p` 1 switch the filters off.
    `repetition_penalty` (Keskar et al. 2019, CTRL) and `no_repeat_ngram` look at generated
    tokens only, so that an answer may quote its prompt; set `penalise_prompt` to count the
    prompt too, as transformers does. `stop` holds strings that end the answer and are not
    part of it.

    With `num_candidates` above 0 nothing of this is looked at but lengths and `stop`: the next
    token is found by contrastive search over so many candidates, with `degeneration_penalty`
    as its α (Su et al. 2022), which draws nothing. `num_drafts` are written of an answer to a
    question, with seeds one after the other, and one of them is kept: see `choice`.

    Raises:
        InvalidParameter: a value is not a number or out of range.
    """

    max_new_tokens: int = 128
    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    repetition_penalty: float = 1.0
    no_repeat_ngram: int = 0
    seed: int = 0
    stop: tuple[str, ...] = ()
    penalise_prompt: bool = False
    num_candidates: int = 0
    degeneration_penalty: float = 0.6
    num_drafts: int = 1

    def __post_init__(self) -> None:
        _check("max_new_tokens", self.max_new_tokens, 1, 1024)
        _check("temperature", self.temperature, 0, 5)
        _check("top_k", self.top_k, 0, 50_257)
        _check("top_p", self.top_p, 0, 1, exclusive_low=True)
        _check("repetition_penalty", self.repetition_penalty, 1, 2)
        _check("no_repeat_ngram", self.no_repeat_ngram, 0, 16)
        _check("seed", self.seed, 0, MAX_SEED)
        _check("num_candidates", self.num_candidates, 0, MAX_CANDIDATES)
        _check("degeneration_penalty", self.degeneration_penalty, 0, 1)
        _check("num_drafts", self.num_drafts, 1, MAX_DRAFTS)
        if len(self.stop) > MAX_STOP_STRINGS or not all(self.stop):
            raise InvalidParameter(
                f"stop takes up to {MAX_STOP_STRINGS} strings, none of them empty."
            )

    @property
    def is_contrastive(self) -> bool:
        """Whether tokens are found by contrastive search."""
        return self.num_candidates > 0

    @property
    def is_random(self) -> bool:
        """Whether another seed gives another text."""
        return self.temperature > 0 and not self.is_contrastive


def _check(
    name: str, value: float, low: float, high: float, *, exclusive_low: bool = False
) -> None:
    outside = math.isnan(value) or value < low or value > high or (exclusive_low and value == low)
    if outside:
        floor = f"above {low}" if exclusive_low else f"at least {low}"
        raise InvalidParameter(f"{name} must be {floor} and at most {high}, but is {value}.")
