"""Whether passages support a sentence that a model wrote."""

import re
from collections.abc import Sequence

from bot.domain.terms import terms_of
from bot.domain.words import folded

MIN_SUPPORT = 0.75
"""Share of a sentence's content words that passages must contain."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b(?:[A-Z][\w-]*[A-Z\d][\w-]*|[A-Z][a-z]+)\b")


def is_supported(sentence: str, passages: Sequence[str], question: str = "") -> bool:
    """Whether all numbers and names of a sentence, and most content words, are in passages.

    Words of the question count as known, its numbers and names too: an answer may repeat
    them. A sentence without a content word supports nothing and is refused.
    """
    known = "\n".join((*passages, question))
    needed = terms_of(sentence)
    if not needed:
        return False
    if not set(_NUMBER.findall(sentence)) <= set(_NUMBER.findall(known)):
        return False
    lower = folded(known)
    if not all(folded(name) in lower for name in _NAME.findall(sentence)):
        return False
    there = set(terms_of(known))
    # What the question says itself is no evidence, so something new must be supported.
    new = [term for term in needed if term not in set(terms_of(question))]
    supported = sum(term in there for term in needed)
    return supported >= MIN_SUPPORT * len(needed) and any(
        term in set(terms_of("\n".join(passages))) for term in new or needed
    )
