"""Numbers that are written in one word and read as several: "3x3", "350M"."""

import re
from collections.abc import Sequence

from bot.retrieval.thesaurus import Variant

READ_WEIGHT = 0.95
_SHAPE = re.compile(r"(\d+)x(\d+)(?:x(\d+))?")
_LARGE = re.compile(r"(\d+)(k|m|b|bn)")
_NAMES = {"k": "thousand", "m": "million", "b": "billion", "bn": "billion"}


def readings(words: Sequence[str]) -> tuple[Variant, ...]:
    """Other ways to write a number of one or, with its decimals, two words."""
    *before, last = words
    if (match := _LARGE.fullmatch(last)) and all(word.isdecimal() for word in before):
        return (Variant((*before, match[1], _NAMES[match[2]]), READ_WEIGHT),)
    if not before and (match := _SHAPE.fullmatch(last)):
        sides = [side for side in match.groups() if side is not None]
        between = (" ", " x ", " times ")
        return tuple(Variant(tuple(each.join(sides).split()), READ_WEIGHT) for each in between)
    return ()
