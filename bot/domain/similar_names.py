"""How near what somebody typed comes to a name: whole, begun, in part, or with slips."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.stop_words import STOP_WORDS
from bot.domain.words import words_of

SAME, BEGUN, WORDS_BEGUN, INSIDE, LIKE = 1.0, 0.95, 0.85, 0.8, 0.75
"""The most that each kind of match is worth."""
ENOUGH = 0.45
"""From here on a name may be what was meant."""
_JOINING = frozenset("against versus vs".split())
_SPELLINGS = str.maketrans({"z": "s"})
"""Tokenization is tokenisation."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is compared."""

    text: str
    words: tuple[str, ...]
    pairs: frozenset[str]

    @classmethod
    def of(cls, name: str) -> "Name":
        """Fold a name; what only joins or asks is left out where more than that is said."""
        words = [word.translate(_SPELLINGS) for word in words_of(name)]
        heavy = [word for word in words if word not in STOP_WORDS and word not in _JOINING]
        kept = tuple(heavy or words)
        text = " ".join(kept)
        return cls(text, kept, _pairs(text))


def closeness(typed: Name, name: Name) -> float:
    """From 0 to 1: how surely `typed` means `name`, or begins it."""
    if not typed.text or not name.text:
        return 0.0
    if typed.text == name.text:
        return SAME
    share = len(typed.text) / max(len(name.text), len(typed.text))
    if name.text.startswith(typed.text):
        return BEGUN - 0.05 * (1 - share)
    if all(_begins_one(word, name.words) for word in typed.words):
        return WORDS_BEGUN - 0.05 * (1 - share)
    if len(typed.text) >= 3 and typed.text in name.text:
        return INSIDE - 0.05 * (1 - share)
    begun = _pairs(name.text[: len(typed.text) + 1])
    alike = max(_dice(typed.pairs, name.pairs), 0.9 * _dice(typed.pairs, begun))
    return LIKE * alike


def best(typed: Name, names: Iterable[Name]) -> float:
    """How near the nearest of several names is."""
    return max((closeness(typed, name) for name in names), default=0.0)


def _begins_one(word: str, words: Iterable[str]) -> bool:
    return any(each.startswith(word) for each in words)


def _pairs(text: str) -> frozenset[str]:
    padded = f" {text} "
    return frozenset(padded[place : place + 2] for place in range(len(padded) - 1))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))
