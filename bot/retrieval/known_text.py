"""A text as the ranking looks at it: its words by their keys, and what its paragraphs begin with.

Most questions look at the same passages as others did, and cutting a passage into words takes
longer than all the rest of a look at it.
"""

import itertools
import re
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.stemmer import key
from bot.domain.words import words_of

KNOWN_TEXTS = 2_048
"""Passages whose words are remembered, some 4 MB; the least recently used leaves first."""
# What paragraphs begin with, and what stands in bold or slanted print.
_LEAD = re.compile(r"(?:^|\n)\W*(\w+(?:[- ]\w+)?)|\*\*?([^*\n]{2,40})\*")


@dataclass(frozen=True, slots=True)
class KnownText:
    """The keys of all words in their order, and those of the words that stand out."""

    keys: tuple[str, ...]
    leads: frozenset[str]


@lru_cache(KNOWN_TEXTS)
def known_text(text: str) -> KnownText:
    """A text in keys."""
    leads = words_of(" ".join(itertools.chain.from_iterable(_LEAD.findall(text))))
    return KnownText(tuple(map(key, words_of(text))), frozenset(map(key, leads)))
