"""How well a passage fits a question."""

import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from operator import mul

from bot.domain.passage import Hit, Origin, Passage
from bot.domain.search import Candidate, Frequencies
from bot.domain.stemmer import key
from bot.domain.stop_words import STOP_WORDS
from bot.domain.wanted import Field, Strength, Wanted, strength
from bot.domain.words import words_of
from bot.retrieval.answer_kind import kinds_of, suits
from bot.retrieval.known_leanings import Document, Leaning
from bot.retrieval.known_text import known_text
from bot.retrieval.ours import OURS, is_ours
from bot.retrieval.query import Query
from bot.retrieval.traits import Traits
from bot.retrieval.wordings import gain

WORDED = 0.76
"""Of a question worded as people ask for a piece of the handbook; see `wordings`."""
MAX_FIRST, WORTH_A_LOOK = 3, 0.6
"""Documents of which one is the course's own, and how good its passage is by the best one's."""
MOSTLY = 0.5
"""The share of a question from which it is about a course, and not about deep learning."""
NO_WORDS: frozenset[str] = frozenset()
MANNERS = frozenset(
    "what why how when which who where difference between compare versus vs".split()
)
SPARE = 0.5
"""What a word counts that a heading has and the question has not."""
MAX_ALIKE, CROWDED = 2, 0.8
NEAR = 6
"""Words that may stand between two terms that belong together."""

SAME = 0.9
"""The share of the question that a heading of the same terms has at least."""


@dataclass(frozen=True, slots=True)
class _Short:
    """A title or heading: the keys of its content words, and what it holds of each term."""

    content: frozenset[str]
    words: frozenset[str]
    strengths: tuple[Strength, ...]


@dataclass(frozen=True, slots=True)
class _Looked:
    """A candidate as it stands alone: how surely it holds each term, and its traits so far."""

    candidate: Candidate
    surely: tuple[float, ...]
    traits: Traits


class Ranking:
    """Scores passages for one question: `look` at each of them, then take the `hits`."""

    def __init__(
        self,
        query: Query,
        frequencies: Frequencies,
        leaning: Leaning | None = None,
        worded: Mapping[tuple[str, str], float] | None = None,
    ) -> None:
        """`frequencies` counts the passages that hold each term of the query; `leaning` says
        how surely a document is what the question before was about, `worded` how likely the
        question asks for a piece of the handbook, by document and heading.
        """
        self._worded = worded or {}
        self._leaning = leaning or {}
        self._kinds = kinds_of(" ".join(query.words))
        self.wanted = [
            Wanted(
                tuple((tuple(map(key, each.words)), each.weight) for each in term.variants),
                term.weight * idf(frequencies.num_passages, count),
                term.sureness,
            )
            for term, count in zip(query.terms, frequencies.counts, strict=True)
        ]
        self._keys_of = tuple(
            frozenset(part for words, _ in term.variants for part in words) for term in self.wanted
        )
        self._keys = frozenset().union(*self._keys_of)
        self._nothing = tuple(strength(term.variants, Field((), {})) for term in self.wanted)
        self._weights = tuple(term.weight for term in self.wanted)
        self._total = sum(term.weight for term in self.wanted) or 1.0
        pairs = zip(query.terms, self.wanted, strict=True)
        of_course = sum(wanted.weight for term, wanted in pairs if term.is_of_course)
        self._of_course = of_course / self._total
        is_about_course = self._of_course > MOSTLY
        self._as_said = tuple(
            frozenset(map(key, term.words)) if is_about_course and term.is_of_course else NO_WORDS
            for term in query.terms
        )
        if is_ours(query.words):
            self._of_course = max(self._of_course, OURS)
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
        known = known_text(passage.text)
        text = self._strengths(known.keys)
        shares = [0.0] * 5
        surely: list[float] = []
        fields = (title.strengths, heading.strengths, text)
        for term, said, *found in zip(self.wanted, self._as_said, *fields, strict=True):
            in_title, in_heading, in_text = (each.surely * term.sureness for each in found)
            if is_handbook and said and not any(said <= each.parts for each in found):
                # A course's "exam" may be its "final"; a "final layer" of the handbook is none.
                in_title = in_heading = in_text = 0.0
            num = len(found[2].places)
            anywhere = max(in_title, in_heading, in_text)
            held = (
                anywhere,
                in_heading,
                in_title,
                in_text * num / (num + 0.5),
                in_text * bool(found[2].parts & known.leads),
            )
            shares = [share + term.weight * each for share, each in zip(shares, held, strict=True)]
            surely.append(anywhere)
        shares = [share / self._total for share in shares]
        focus = alike = same = manner = 0.0
        if title.content:
            focus = len(_parts(title) & title.content) / len(title.content)
        if heading.content and passage.heading != passage.title:
            spare = len(heading.content - _parts(heading))
            mean = self._total / len(self.wanted)
            alike = shares[1] / (1 + spare * SPARE * mean / self._total)
            manner = _shared(self._manner, heading.words & MANNERS)
            same = alike * (spare == 0 and shares[1] > SAME) * (0.5 + 0.5 * manner)
        traits = Traits(
            anywhere=shares[0],
            in_heading=shares[1],
            in_title=shares[2],
            often=shares[3],
            focus=focus,
            alike=alike,
            same=same,
            manner=manner,
            nearness=nearness([each.places for each in text if each.places]),
            kind=suits(self._kinds, passage.text),
            lead=shares[4],
            own=0.0 if is_handbook else self._of_course,
            leaning=self._leaning.get((passage.origin, passage.document), 0.0),
        )
        self._looked.append(_Looked(candidate, tuple(surely), traits))

    def hits(self) -> list[Hit]:
        """Everything that was looked at, best first.

        What a passage lacks may stand elsewhere in its document: that counts a little for
        its score, but not for its coverage.
        """
        documents: dict[Document, list[float]] = {}
        for each in self._looked:
            known = documents.setdefault(_document(each), list(each.surely))
            known[:] = map(max, known, each.surely)
        elsewhere = {document: self._share(each) for document, each in documents.items()}
        own = max((each.traits.anywhere for each in self._looked if _is_own(each)), default=0.0)
        hits = []
        for each in self._looked:
            bm25, best = each.candidate.bm25, self._best_bm25[_document(each)[0] is Origin.HANDBOOK]
            traits = each.traits._replace(
                bm25=bm25 / best if best > 0 else 0.0,
                elsewhere=elsewhere[_document(each)],
            )
            asked = self._asked_for(each.candidate.passage)
            covered = min(1.0, max(traits.anywhere, asked))
            score = traits.score() + WORDED * gain(asked, covered, own)
            hits.append(Hit(each.candidate.passage, score, covered))
        return _with_own(_spread(hits))

    def _asked_for(self, passage: Passage) -> float:
        if passage.origin is not Origin.HANDBOOK:
            return 0.0
        return self._worded.get((passage.document, passage.heading), 0.0)

    def _share(self, surely: Sequence[float]) -> float:
        """The share of the question's terms, by their weight."""
        held: float = sum(map(mul, self._weights, surely))
        return held / self._total

    def _short(self, text: str) -> _Short:
        known = self._shorts.get(text)
        if known is None:
            words = words_of(text)
            content = frozenset(key(word) for word in words if word not in STOP_WORDS)
            strengths = self._strengths(tuple(map(key, words)))
            known = self._shorts[text] = _Short(content, frozenset(words), strengths)
        return known

    def _strengths(self, keys: tuple[str, ...]) -> tuple[Strength, ...]:
        """What a text of these keys holds of each term."""
        places: dict[str, list[int]] = {}
        for place, part in enumerate(keys):
            if part in self._keys:
                places.setdefault(part, []).append(place)
        if not places:  # as in most titles and headings
            return self._nothing
        field = Field(keys, places)
        return tuple(
            nothing if keys.isdisjoint(places) else strength(term.variants, field)
            for term, keys, nothing in zip(self.wanted, self._keys_of, self._nothing, strict=True)
        )


def _spread(hits: Sequence[Hit]) -> list[Hit]:
    """Best first, but a topic's third passage makes way for another topic that is near, its
    fourth still more.

    A prompt has room for two or three passages; a third of the same topic adds little.
    """
    spread: list[Hit] = []
    seen: Counter[str] = Counter()
    for hit in sorted(hits, key=_order):
        if hit.passage.origin is Origin.HANDBOOK:
            num = seen[hit.passage.document]
            seen[hit.passage.document] += 1
            if num >= MAX_ALIKE:
                hit = replace(hit, score=hit.score * CROWDED ** (num - MAX_ALIKE + 1))
        spread.append(hit)
    return sorted(spread, key=_order)


def _with_own(hits: list[Hit]) -> list[Hit]:
    """The same, with the best of the course's own passages among the first three documents.

    Unless it is much worse than the best: a question about the course may be in words that the
    handbook uses for something else.
    """
    place = next((at for at, hit in enumerate(hits) if hit.passage.origin is Origin.NOTE), None)
    if place is None or hits[place].score < WORTH_A_LOOK * hits[0].score:
        return hits
    documents: dict[str, int] = {}
    for at, hit in enumerate(hits):
        documents.setdefault(hit.passage.document, at)
    firsts = list(documents.values())
    if len(firsts) >= MAX_FIRST and place > firsts[MAX_FIRST - 1]:
        hits.insert(firsts[MAX_FIRST - 1], hits.pop(place))
    return hits


def _order(hit: Hit) -> tuple[float, int]:
    return -hit.score, hit.passage.id


def _parts(short: _Short) -> frozenset[str]:
    return frozenset().union(*(each.parts for each in short.strengths))


def _document(looked: _Looked) -> Document:
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
