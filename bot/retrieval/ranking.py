"""How well a passage fits a question."""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.passage import Hit, Origin, Passage
from bot.domain.search import Candidate, Frequencies
from bot.domain.stop_words import STOP_WORDS
from bot.domain.wanted import Field, Strength, Wanted, strength
from bot.domain.words import words_of
from bot.retrieval.query import Query
from bot.retrieval.wordings import gain

ANYWHERE, IN_HEADING, IN_TITLE, OFTEN = 0.55, 0.18, 0.17, 0.10
"""Shares of a term's part in the score; together 1."""
TITLE_FOCUS, LIKE_QUESTION, NEARNESS, BM25, OWN = 0.12, 0.25, 0.06, 0.08, 0.02
WORDED = 0.64
"""Of a question worded as people ask for a piece of the handbook; see `wordings`."""
MANNERS = frozenset(
    "what why how when which who where difference between compare versus vs".split()
)
MANNER = 0.03
SPARE = 0.5
"""What a word counts that a heading has and the question has not."""
ELSEWHERE = 0.15
MAX_ALIKE, CROWDED = 2, 0.8
NEAR = 6
"""Words that may stand between two terms that belong together."""

Key = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Short:
    """A title or heading: the keys of its content words, and what it holds of each term."""

    content: frozenset[str]
    words: frozenset[str]
    strengths: tuple[Strength, ...]


@dataclass(frozen=True, slots=True)
class _Looked:
    """A candidate as it stands alone: how surely it holds each term, and its score so far."""

    candidate: Candidate
    surely: tuple[float, ...]
    score: float


class Ranking:
    """Scores passages for one question: `look` at each of them, then take the `hits`."""

    def __init__(
        self,
        query: Query,
        frequencies: Frequencies,
        key: Key,
        worded: Mapping[tuple[str, str], float] | None = None,
    ) -> None:
        """`frequencies` counts the passages that hold each term of the query; `worded` says
        how likely the question asks for a piece of the handbook, by document and heading.
        """
        self._worded = worded or {}
        self._key = key
        self.wanted = [
            Wanted(
                tuple((tuple(map(key, each.words)), each.weight) for each in term.variants),
                term.weight * idf(frequencies.num_passages, count),
                term.sureness,
            )
            for term, count in zip(query.terms, frequencies.counts, strict=True)
        ]
        keys = {part for term in self.wanted for words, _ in term.variants for part in words}
        self._nothing = tuple(strength(term.variants, Field({}, {})) for term in self.wanted)
        self._beginnings = frozenset(part[:2] for part in keys)
        self._total = sum(term.weight for term in self.wanted) or 1.0
        self._manner = frozenset(query.words) & MANNERS
        self._shorts: dict[str, _Short] = {}
        self._best_bm25 = {True: 0.0, False: 0.0}
        self._looked: list[_Looked] = []

    def look(self, candidate: Candidate) -> None:
        """Take in one candidate."""
        passage = candidate.passage
        is_handbook = passage.origin is Origin.HANDBOOK
        self._best_bm25[is_handbook] = max(self._best_bm25[is_handbook], candidate.bm25)
        title = self._short("" if passage.origin is Origin.ANSWER else passage.title)
        heading = self._short(passage.heading)
        text = self._strengths(self._field(passage.text))
        score = alike = 0.0
        surely: list[float] = []
        for term, *found in zip(self.wanted, title.strengths, heading.strengths, text, strict=True):
            in_title, in_heading, in_text = (each.surely * term.sureness for each in found)
            anywhere = max(in_title, in_heading, in_text)
            num = len(found[2].places)
            score += term.weight * (
                ANYWHERE * anywhere
                + IN_HEADING * in_heading
                + IN_TITLE * in_title
                + OFTEN * in_text * num / (num + 0.5)
            )
            alike += term.weight * in_heading
            surely.append(anywhere)
        score /= self._total
        if title.content:
            score += TITLE_FOCUS * len(_parts(title) & title.content) / len(title.content)
        if heading.content and passage.heading != passage.title:
            spare = len(heading.content - _parts(heading))
            mean = self._total / len(self.wanted)
            score += LIKE_QUESTION * alike / (self._total + spare * SPARE * mean)
            score += MANNER * _shared(self._manner, heading.words & MANNERS)
        score += NEARNESS * nearness([each.places for each in text if each.places])
        score += OWN * (not is_handbook)
        self._looked.append(_Looked(candidate, tuple(surely), score))

    def hits(self) -> list[Hit]:
        """Everything that was looked at, best first.

        What a passage lacks may stand elsewhere in its document: that counts a little for
        its score, but not for its coverage.
        """
        documents: dict[tuple[Origin, str], list[float]] = {}
        for each in self._looked:
            known = documents.setdefault(_document(each), list(each.surely))
            known[:] = map(max, known, each.surely)
        own = max((self._share(each.surely) for each in self._looked if _is_own(each)), default=0.0)
        hits = []
        for each in self._looked:
            bm25, best = each.candidate.bm25, self._best_bm25[_document(each)[0] is Origin.HANDBOOK]
            score = each.score + (BM25 * bm25 / best if best > 0 else 0.0)
            score += ELSEWHERE * self._share(documents[_document(each)])
            asked = self._asked_for(each.candidate.passage)
            covered = min(1.0, max(self._share(each.surely), asked))
            score += WORDED * gain(asked, covered, own)
            hits.append(Hit(each.candidate.passage, score, covered))
        return _spread(hits)

    def _asked_for(self, passage: Passage) -> float:
        if passage.origin is not Origin.HANDBOOK:
            return 0.0
        return self._worded.get((passage.document, passage.heading), 0.0)

    def _share(self, surely: Sequence[float]) -> float:
        """The share of the question's terms, by their weight."""
        pairs = zip(self.wanted, surely, strict=True)
        return sum(term.weight * each for term, each in pairs) / self._total

    def _short(self, text: str) -> _Short:
        known = self._shorts.get(text)
        if known is None:
            words = words_of(text)
            content = frozenset(self._key(word) for word in words if word not in STOP_WORDS)
            strengths = self._strengths(self._field(text))
            known = self._shorts[text] = _Short(content, frozenset(words), strengths)
        return known

    def _strengths(self, field: Field) -> tuple[Strength, ...]:
        if not field.places:  # as in most titles and headings
            return self._nothing
        return tuple(strength(term.variants, field) for term in self.wanted)

    def _field(self, text: str) -> Field:
        keys: dict[int, str] = {}
        places: dict[str, list[int]] = {}
        for place, word in enumerate(words_of(text)):
            if word[:2] in self._beginnings:
                part = self._key(word)
                keys[place] = part
                places.setdefault(part, []).append(place)
        return Field(keys, places)


def _spread(hits: Sequence[Hit]) -> list[Hit]:
    """Best first, but a topic's third passage makes way for another topic that is near.

    A prompt has room for two or three passages; a third of the same topic adds little.
    """
    spread: list[Hit] = []
    seen: Counter[str] = Counter()
    for hit in sorted(hits, key=_order):
        if hit.passage.origin is Origin.HANDBOOK:
            seen[hit.passage.document] += 1
            if seen[hit.passage.document] > MAX_ALIKE:
                hit = replace(hit, score=hit.score * CROWDED)
        spread.append(hit)
    return sorted(spread, key=_order)


def _order(hit: Hit) -> tuple[float, int]:
    return -hit.score, hit.passage.id


def _parts(short: _Short) -> frozenset[str]:
    return frozenset().union(*(each.parts for each in short.strengths))


def _document(looked: _Looked) -> tuple[Origin, str]:
    return looked.candidate.passage.origin, looked.candidate.passage.document


def _is_own(looked: _Looked) -> bool:
    return looked.candidate.passage.origin is not Origin.HANDBOOK


def idf(num_passages: int, count: int) -> float:
    """A term's rarity; largest for one that no passage holds."""
    return math.log(1 + (num_passages - count + 0.5) / (count + 0.5))


def nearness(places: Sequence[Sequence[int]]) -> float:
    """The share of neighbouring terms that stand close to each other somewhere."""
    if len(places) < 2:
        return 0.0
    pairs = list(itertools.pairwise(places))
    close = sum(
        any(abs(one - other) <= NEAR for one in some for other in others) for some, others in pairs
    )
    return close / len(pairs)


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
