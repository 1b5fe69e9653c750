"""A draft: what a model wrote for an answer, word for word, and how its tokens were chosen."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from bot.domain.sampling import FinishReason, SamplingParams


@dataclass(frozen=True, slots=True)
class Draft:
    """One text behind an answer, before anything of it was cut, checked or put beside others.

    An answer has one for each of its texts. With its prompt it is all that is needed to write
    the text again.
    """

    sampling: SamplingParams
    text: str
    num_new_tokens: int
    finish_reason: FinishReason | None

    @property
    def sampling_again(self) -> SamplingParams:
        """What writes the text again: no further than to where somebody stopped it."""
        if self.finish_reason is not FinishReason.CANCELLED:
            return self.sampling
        return dataclasses.replace(self.sampling, max_new_tokens=self.num_new_tokens)

    def as_dict(self) -> dict[str, Any]:
        """For the database."""
        return dataclasses.asdict(self)

    @classmethod
    def of_dict(cls, stored: dict[str, Any]) -> "Draft":
        """What `as_dict` gave."""
        reason = stored["finish_reason"]
        return cls(
            SamplingParams(**{**stored["sampling"], "stop": tuple(stored["sampling"]["stop"])}),
            stored["text"],
            stored["num_new_tokens"],
            FinishReason(reason) if reason else None,
        )
