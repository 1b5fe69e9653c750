"""Whether a question asks about somebody whom a text does not name."""

import re
from collections.abc import Iterable

from bot.domain.words import words_of

_FULL_NAME = re.compile(r"\b([A-Z][a-z]+) ([A-Z][a-z]+)\b")


def names_somebody_else(question: str, texts: Iterable[str]) -> bool:
    """Whether the question has a full name of which the texts hold one part, but not both.

    What they say of one Noor is nothing to show to who asks about another.
    """
    held = {word for text in texts for word in words_of(text)}
    return any(
        len(held.intersection(words_of(match.group()))) == 1
        for match in _FULL_NAME.finditer(question)
    )
