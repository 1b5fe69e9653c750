"""What a question wants, and how surely a text holds it: words compared by their stems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.stemmer import key
from bot.domain.stop_words import STOP_WORDS
from bot.domain.words import words_of

PARTIAL = 0.5
"""What a phrase counts if all of its words are there, but not together."""

Phrase = tuple[str, ...]
"""The keys of words that stand together; see `stemmer.key`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term of a question: ways to say it, how sure each is, and what the term weighs (idf).

    `sureness` is how certain it is that the term was meant at all.
    """

    variants: tuple[tuple[Phrase, float], ...]
    weight: float
    sureness: float = 1.0


@dataclass(frozen=True, slots=True)
class Strength:
    """How surely a field holds a term, the keys that make it so, and where they begin."""

    surely: float
    parts: frozenset[str]
    places: tuple[int, ...]


_NOTHING = Strength(0.0, frozenset(), ())


@dataclass(frozen=True, slots=True)
class Field:
    """The words of a text in order, and the places by word; words are keys."""

    keys: tuple[str, ...]
    places: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, text: str) -> "Field":
        """All words of a text."""
        keys = tuple(map(key, words_of(text)))
        places: dict[str, list[int]] = {}
        for place, part in enumerate(keys):
            places.setdefault(part, []).append(place)
        return cls(keys, places)


def strength(variants: Sequence[tuple[Phrase, float]], field: Field) -> Strength:
    """What a field holds of a term: all of a variant, or at least words of the first."""
    best, parts, places = 0.0, list[str](), list[int]()
    for words, weight in variants:
        starts = field.places.get(words[0])
        if starts and len(words) > 1:
            num = len(words)
            starts = [start for start in starts if field.keys[start : start + num] == words]
        if starts:
            places += starts
            parts += words
            best = max(best, weight)
    words, weight = variants[0]
    if len(words) > 1 and best < PARTIAL:
        content = [part for part in words if part not in STOP_WORDS]
        held = [part for part in content if part in field.places]
        partly = weight * PARTIAL * len(held) / max(1, len(content))
        if partly > best:
            best, parts = partly, parts + held
    return Strength(best, frozenset(parts), tuple(places)) if best else _NOTHING


def held_by(field: Field, wanted: Sequence[Wanted]) -> list[float]:
    """How surely a field holds each term."""
    return [strength(term.variants, field).surely for term in wanted]


def share_of(wanted: Sequence[Wanted], *held: Sequence[float]) -> float:
    """The share of all terms, by weight, that any field holds: 0 to 1.

    `held` tells of each field how surely it holds each term.
    """
    total = sum(term.weight for term in wanted)
    best = map(max, *held) if len(held) > 1 else held[0]
    said = sum(
        term.weight * term.sureness * surely for term, surely in zip(wanted, best, strict=True)
    )
    return said / total if total else 0.0
