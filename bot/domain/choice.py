"""The choice between several drafts of an answer: which of them is kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.medoid import agreements, medoid
from bot.domain.progress import Progress
from bot.domain.sampling import FinishReason
from bot.domain.sentences import sentences
from bot.domain.words import words_of

TOLERANCE = 0.1
"""How much less than the best an earlier draft may agree, and still be kept.

People have watched the first one being written: it gives way to a better one, not to its equal.
"""
MAX_REPEATED = 0.2
"""Share of its runs of words that a draft may have said before."""
RUN = 4
_WHOLE = (FinishReason.STOP, FinishReason.END_OF_TEXT)
_ENDS = (".", "!", "?", "…", "`", "$", ":", ";", ")", "]", '"', "”", "'")


@dataclass(frozen=True, slots=True)
class Choice:
    """Of `num_drafts`, number `kept` is the answer; `agreement` tells how far others say it too."""

    kept: int = 0
    num_drafts: int = 1
    agreement: float = 0.0


def choose(drafts: Sequence[Progress]) -> Choice:
    """The medoid of the drafts that are sound, or of all of them if none is.

    Sound is one that has words, ends in a finished sentence and does not repeat itself. What
    failed or was cancelled is only kept if all were.
    """
    numbers: Sequence[int] = range(len(drafts))
    for is_sound in (_has_come, _is_finished, _is_varied):
        numbers = [number for number in numbers if is_sound(drafts[number])] or numbers
    texts = [drafts[number].text for number in numbers]
    place = medoid(texts, TOLERANCE)
    return Choice(numbers[place], len(drafts), round(agreements(texts)[place], 4))


def repeated_share(text: str) -> float:
    """The share of a text's runs of `RUN` words that stand in it earlier already."""
    words = words_of(text)
    runs = [tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)]
    return 1 - len(set(runs)) / len(runs) if runs else 0.0


def _has_come(draft: Progress) -> bool:
    is_there = draft.finish_reason not in (None, FinishReason.FAILED, FinishReason.CANCELLED)
    return is_there and bool(words_of(draft.text))


def _is_finished(draft: Progress) -> bool:
    said = draft.text.rstrip()
    return draft.finish_reason in _WHOLE and said.endswith(_ENDS)


def _is_varied(draft: Progress) -> bool:
    said = sentences(draft.text.strip())
    return len(set(said)) == len(said) and repeated_share(draft.text) <= MAX_REPEATED
