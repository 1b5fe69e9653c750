"""Misspelled words: how far apart two words are, and which one was meant."""

from collections.abc import Sequence

from bot.domain.search import NearWord
from bot.domain.stop_words import STOP_WORDS
from bot.retrieval.thesaurus import Variant

MIN_LETTERS = 3
SHORT = 5
"""Words up to this length may have one letter wrong, longer ones two."""
STEADY = 6
"""Words up to this length begin with the right letter: "cook" is not meant to be "look"."""
MIN_PART = 3


def distance(one: str, other: str, limit: int) -> int:
    """Damerau-Levenshtein distance (neighbours may be swapped once), or `limit` + 1 if larger."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        here = [row]
        for col, another in enumerate(other, 1):
            cost = min(above[col] + 1, here[col - 1] + 1, above[col - 1] + (letter != another))
            is_swap = row > 1 and col > 1 and letter == other[col - 2] and one[row - 2] == another
            here.append(min(cost, before[col - 2] + 1) if is_swap else cost)
        if min(here) > limit:
            return limit + 1
        before, above = above, here
    return min(above[-1], limit + 1)


def is_correctable(word: str) -> bool:
    """Whether it is long enough to be recognised, and made of letters only."""
    return len(word) >= MIN_LETTERS and word.isalpha()


def corrected(word: str, near: Sequence[NearWord]) -> Variant | None:
    """The word that was meant, the most frequent of the nearest, or None.

    Its weight is the less sure, the more of the word had to be changed.
    """
    limit = 1 if len(word) <= SHORT else 2
    best: tuple[int, int, str] | None = None
    for each in near:
        if each.word in STOP_WORDS or not _begins_alike(word, each.word):
            continue
        apart = distance(word, each.word, limit)
        if apart <= limit:
            rank = (apart, -each.num_passages, each.word)
            best = rank if best is None else min(best, rank)
    if best is None:
        return None
    return Variant((best[2],), 1 - best[0] / len(word))


def splits(word: str) -> list[tuple[str, str]]:
    """Every way to take a word for two that were written together."""
    ends = range(MIN_PART, len(word) - MIN_PART + 1)
    return [(word[:end], word[end:]) for end in ends]


def _begins_alike(one: str, other: str) -> bool:
    if len(one) > STEADY:
        return True
    return one[0] == other[0] or one[:2] == other[1::-1]
