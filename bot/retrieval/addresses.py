"""Addresses and paths in a question: each is one name, not the words that it is made of."""

import re
from collections.abc import Iterator

from bot.domain.words import words_of
from bot.retrieval.thesaurus import Variant

_ADDRESS = re.compile(
    r"\b[a-z][a-z+.-]{0,20}://\S+|(?<![\w/.>)])~?(?:/[\w.-]+){2,}/?", re.IGNORECASE
)
MAX_WORDS = 12
"""Of an address; what follows tells no more."""


def addresses(text: str) -> Iterator[tuple[Variant, ...]]:
    """How each address may stand in a passage: as one word, or as its words in their order."""
    for match in _ADDRESS.finditer(text) if "/" in text else ():
        words = tuple(words_of(match.group()))[:MAX_WORDS]
        if words:
            yield (Variant(("".join(words),), 1.0), Variant(words, 1.0))


def without_addresses(text: str) -> str:
    """What is left of it."""
    return _ADDRESS.sub(" ", text) if "/" in text else text
