"""Clues to whether quotes answer a question: figures from 0 to about 1, computed from words."""

import itertools
import math
import re
from collections.abc import Sequence

from bot.domain.evidence import Evidence
from bot.domain.passage import Found, Hit, Origin
from bot.domain.stemmer import key
from bot.domain.stop_words import STOP_WORDS
from bot.domain.terms import terms_of
from bot.domain.wanted import Field, Wanted, strength
from bot.domain.words import words_of

QUOTED = (
    "score",
    "score_squared",
    "score_of_note",
    "margin",
    "missing",
    "together",
    "title",
    "fact",
    "length",
    "corrected",
)
"""The names of all figures; see `quoted_figures`."""
_HELD = 0.5
"""A text holds a term that it holds this surely."""
_NEXT_TO, _NEAR = 3, 6
"""Places between content words that belong together: in a question, in a text."""
_FACT = re.compile(
    r"\bhow (many|much|long|big|large|often|far|high|old|fast|wide|steep)\b"
    r"|\b(number|percentage|amount) of\b"
    r"|\b(when|where|who|whose|whom|due|deadline)('?s)?\b"
    r"|\b(what|which) (date|day|time|week|room|hall|building|place|city|person)\b",
    re.IGNORECASE,
)


def quoted_figures(question: str, found: Found, evidence: Evidence) -> dict[str, float]:
    """What speaks for and against quotes: a figure for each name of `QUOTED`.

    - `score`, and its square: how well the search found the passage that is quoted first; once
      more where it is of the server's own notes, since those are searched with other words.
    - `margin`: its score less that of the best passage of another document.
    - `missing`: the share of the question's terms, by weight (idf), that nothing shown holds.
    - `together`: the share of the question's neighbouring words that stand near each other there.
    - `title`: the share of the words of the document's title that the question has.
    - `fact`: whether it asks for a time, a place, a person or a number, which may be missing
      from a text on just that matter.
    - `length`: the number of terms, as a logarithm.
    - `corrected`: how unsure the reading of its most misspelled word is.
    """
    if not evidence.quotes:
        return dict.fromkeys(QUOTED, 0.0)
    best = evidence.hits[0]
    above = [f"{hit.passage.title} {hit.passage.heading}" for hit in evidence.hits]
    shown = Field.of(" ".join([*(quote.text for quote in evidence.quotes), *above]))
    return {
        "score": best.score,
        "score_squared": best.score**2,
        "score_of_note": best.score if best.passage.origin is Origin.NOTE else 0.0,
        "margin": best.score - _next_document(best, found.hits),
        "missing": _missing(found.wanted, shown),
        "together": _together(question, shown),
        "title": _titled(question, best.passage.title),
        "fact": float(_FACT.search(question) is not None),
        "length": math.log1p(len(found.wanted)),
        "corrected": 1 - min((term.sureness for term in found.wanted), default=1.0),
    }


def _next_document(best: Hit, hits: Sequence[Hit]) -> float:
    """The score of the best hit of another document."""
    others = (hit.score for hit in hits if hit.passage.document != best.passage.document)
    return max(others, default=0.0)


def _missing(wanted: Sequence[Wanted], shown: Field) -> float:
    lacking = [term for term in wanted if strength(term.variants, shown).surely < _HELD]
    total = sum(term.weight for term in wanted)
    return sum(term.weight for term in lacking) / total if total else 0.0


def _together(question: str, shown: Field) -> float:
    """Halfway where the question has no neighbours."""
    content = [
        (place, key(word))
        for place, word in enumerate(words_of(question))
        if word not in STOP_WORDS
    ]
    pairs = [
        (one, other)
        for (place, one), (next_place, other) in itertools.pairwise(content)
        if next_place - place <= _NEXT_TO
    ]
    if not pairs:
        return 0.5
    near = sum(
        any(
            abs(place - other_place) <= _NEAR
            for place in shown.places.get(one, ())
            for other_place in shown.places.get(other, ())
        )
        for one, other in pairs
    )
    return near / len(pairs)


def _titled(question: str, title: str) -> float:
    asked, named = set(terms_of(question)), set(terms_of(title))
    return len(asked & named) / len(named) if named else 0.0
