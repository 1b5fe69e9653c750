"""How far two texts say the same, by their words."""

import re
from collections import Counter

RIGHT_F1 = 0.5
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:[.:,]\d+)*")
"""With what is inside: 9:30 is one number, and not the 9 of another time."""


def f1(text: str, reference: str) -> float:
    """Overlap of words, as for SQuAD: harmonic mean of precision and recall."""
    mine, right = Counter(_words(text)), Counter(_words(reference))
    common = sum((mine & right).values())
    if not common:
        return 0.0
    precision, recall = common / sum(mine.values()), common / sum(right.values())
    return 2 * precision * recall / (precision + recall)


def is_right(text: str, reference: str) -> bool:
    """Whether more than half of the words agree, and every number of the reference is there.

    A wrong day or room in the right sentence is a wrong answer.
    """
    numbers = set(_NUMBER.findall(reference))
    return f1(text, reference) > RIGHT_F1 and numbers <= set(_NUMBER.findall(text))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())
