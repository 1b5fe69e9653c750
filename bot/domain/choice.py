"""The choice between several drafts of an answer: which of them is kept."""

from collections.abc import Mapping, Sequence
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
    """Of `num_drafts`, number `kept` is the answer; `agreement` tells how far others say it too.

    `goodness` is how probably it is a good one, where a classifier ranked the drafts.
    """

    kept: int = 0
    num_drafts: int = 1
    agreement: float = 0.0
    goodness: float | None = None


def sound(drafts: Sequence[Progress]) -> Sequence[int]:
    """The numbers of the drafts that are sound, or of all of them if none is.

    Sound is one that has words, ends in a finished sentence and does not repeat itself. What
    failed or was cancelled is only kept if all were.
    """
    numbers: Sequence[int] = range(len(drafts))
    for is_sound in (_has_come, _is_finished, _is_varied):
        numbers = [number for number in numbers if is_sound(drafts[number])] or numbers
    return numbers


def choose(drafts: Sequence[Progress], goodness: Mapping[int, float] | None = None) -> Choice:
    """The best of the sound drafts: the first of highest `goodness`, by number, or the medoid."""
    numbers = sound(drafts)
    texts = [drafts[number].text for number in numbers]
    if goodness:
        place = max(range(len(numbers)), key=lambda each: goodness.get(numbers[each], 0.0))
        rated = round(goodness.get(numbers[place], 0.0), 4)
    else:
        place, rated = medoid(texts, TOLERANCE), None
    return Choice(numbers[place], len(drafts), round(agreements(texts)[place], 4), rated)


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
