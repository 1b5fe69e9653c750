"""Which documents a question was about, for as long as the passages stay the same.

A question that goes on with the one before leans on what that one found. It was searched for
just before, mostly, and need not be searched for again.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence

from bot.domain.passage import Hit, Origin

MAX_KNOWN = 512
"""Questions that are remembered; the least recently used leaves first."""

NUM_HITS = 3
"""Hits whose documents are leaned on."""

Document = tuple[Origin, str]
"""A document's origin and name."""
Leaning = Mapping[Document, float]
"""How surely each document is what a question was about."""


def leaning(hits: Sequence[Hit]) -> Leaning:
    """What to lean on after a search, by its best hits."""
    documents = dict.fromkeys((hit.passage.origin, hit.passage.document) for hit in hits[:NUM_HITS])
    return {document: 1 / place for place, document in enumerate(documents, 1)}


class KnownLeanings:
    """What questions were about, each with those before that it went on with.

    Their words are not kept: a question that its asker takes back must not stay here.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[Hashable, bytes], Leaning] = OrderedDict()

    def get(self, state: Hashable, questions: Sequence[str]) -> Leaning | None:
        """For the last of these questions; None if it was not looked for in this state."""
        key = (state, _digest(questions))
        known = self._known.get(key)
        if known is not None:
            self._known.move_to_end(key)
        return known

    def put(self, state: Hashable, questions: Sequence[str], known: Leaning) -> None:
        """Remember it."""
        key = (state, _digest(questions))
        self._known[key] = known
        self._known.move_to_end(key)
        if len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)


def _digest(questions: Sequence[str]) -> bytes:
    return hashlib.blake2b(repr(tuple(questions)).encode("utf-8", "replace")).digest()
