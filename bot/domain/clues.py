"""Clues to whether quotes answer a question: figures from 0 to about 1, computed from words."""

import itertools
import math
import re
from collections.abc import Sequence

from bot.domain.card import Quote
from bot.domain.evidence import Evidence, is_pair
from bot.domain.passage import Found, Hit
from bot.domain.sought import Looks, looks_of
from bot.domain.stemmer import key
from bot.domain.stop_words import STOP_WORDS
from bot.domain.terms import terms_of
from bot.domain.units import leads, units
from bot.domain.wanted import Field, Wanted, held_by, share_of
from bot.domain.words import folded, words_of

QUOTED = (
    "score",
    "margin",
    "missing",
    "together",
    "answering",
    "asks",
    "undefined",
    "past",
    "pair",
    "title",
    "length",
    "corrected",
)
"""The names of all figures; see `quoted_figures`."""
_HELD = 0.5
"""A text holds a term that it holds this surely."""
_ABOVE = 0.9
"""What a term counts for a sentence that only the heading above it holds."""
_NEXT_TO, _NEAR = 3, 6
"""Places between content words that belong together: in a question, in a text."""
_DEFINING = re.compile(
    r"^\W*+(?:(?:and|so|but|pls|please|hi|hey|ok)\W++)*+"
    r"(?:what(?:'?s| is| are| does| do)|whats|explain|define|how does|how do|who(?:'?s| is))\b"
)
_PAST = re.compile(
    r"\b(last|previous) (year|term|time|semester|exam|week|month)s?\b|\bago\b|\byesterday\b"
    r"|\b(did|have|has) (i|we|my)\b|\bmy (own |final )?(grade|score|points?|mark|result)s?\b"
)


def quoted_figures(question: str, found: Found, evidence: Evidence) -> dict[str, float]:
    """What speaks for and against quotes: a figure for each name of `QUOTED`.

    - `score`: how well the search found the passage that is quoted first.
    - `margin`: its score less that of the best passage of another document.
    - `missing`: the share of the question's terms, by weight (idf), that nothing shown holds.
    - `together`: the share of the question's neighbouring words that stand near each other there.
    - `answering`: the largest share of them that one sentence holds, with the heading above it,
      of sentences with the kind of thing that is asked for: a time, a person, a number …
    - `asks`: whether the question asks for such a kind of thing, which may be missing from a text
      on just that matter.
    - `undefined`: of a question for what something is or does, the share of its terms that stand
      in no heading, in no bold print and at no beginning of a paragraph.
    - `past`: whether it asks what happened, or for the asker's own results: notes tell neither.
    - `pair`: whether what is quoted first was written as the answer to a question.
    - `title`: the share of the words of the document's title that the question has.
    - `length`: the number of terms that are more than numbers, as a logarithm.
    - `corrected`: how unsure the reading of its most misspelled word is.
    """
    if not evidence.quotes:
        return dict.fromkeys(QUOTED, 0.0)
    best, text = evidence.hits[0], folded(question)
    above = [Field.of(f"{hit.passage.title} {hit.passage.heading}") for hit in evidence.hits]
    headings = " ".join(f"{hit.passage.title} {hit.passage.heading}" for hit in evidence.hits)
    shown = Field.of(" ".join([*(quote.text for quote in evidence.quotes), headings]))
    looks = looks_of(question, found.wanted)
    asks_what_it_is = _DEFINING.search(text) is not None
    return {
        "score": best.score,
        "margin": best.score - _next_document(best, found.hits),
        "missing": _missing(found.wanted, shown),
        "together": _together(question, shown),
        "answering": _answering(found.wanted, evidence.quotes, above, looks),
        "asks": float(looks is not None),
        "undefined": _undefined(found.wanted, evidence.quotes, above) if asks_what_it_is else 0.0,
        "past": float(_PAST.search(text) is not None),
        "pair": float(is_pair(best)),
        "title": _titled(question, best.passage.title),
        "length": math.log1p(sum(not _is_number(term) for term in found.wanted)),
        "corrected": 1 - min((term.sureness for term in found.wanted), default=1.0),
    }


def _answering(
    wanted: Sequence[Wanted],
    quotes: Sequence[Quote],
    above: Sequence[Field],
    looks: Looks | None,
) -> float:
    """The largest share that a sentence with the right looks holds."""
    best = 0.0
    for quote, heading in zip(quotes, above, strict=True):
        in_heading = [_ABOVE * surely for surely in held_by(heading, wanted)]
        for unit in units(quote.text):
            if looks is None or looks(unit):
                inside = held_by(Field.of(unit), wanted)
                best = max(best, share_of(wanted, inside, in_heading))
    return best


def _undefined(wanted: Sequence[Wanted], quotes: Sequence[Quote], above: Sequence[Field]) -> float:
    best = 0.0
    for quote, heading in zip(quotes, above, strict=True):
        standing_out = held_by(Field.of(leads(quote.text)), wanted)
        best = max(best, share_of(wanted, standing_out, held_by(heading, wanted)))
    return 1 - best


def _next_document(best: Hit, hits: Sequence[Hit]) -> float:
    """The score of the best hit of another document."""
    others = (hit.score for hit in hits if hit.passage.document != best.passage.document)
    return max(others, default=0.0)


def _missing(wanted: Sequence[Wanted], shown: Field) -> float:
    total = sum(term.weight for term in wanted)
    pairs = zip(wanted, held_by(shown, wanted), strict=True)
    lacking = sum(term.weight for term, surely in pairs if surely < _HELD)
    return lacking / total if total else 0.0


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


def _is_number(term: Wanted) -> bool:
    return all(word.isdecimal() for word in term.variants[0][0])


def _titled(question: str, title: str) -> float:
    asked, named = set(terms_of(question)), set(terms_of(title))
    return len(asked & named) / len(named) if named else 0.0
