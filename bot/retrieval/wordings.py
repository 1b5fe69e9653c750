"""Which piece of the handbook a question asks for, by the phrases in which people ask for it.

The full-text index knows the words of the handbook. "My net says the same class for everything"
shares none with the passage on unbalanced classes, but most with a phrase written for it.
"""

import heapq
import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from bot.domain.stemmer import key
from bot.domain.stop_words import STOP_WORDS
from bot.domain.wording import Wording
from bot.domain.words import words_of
from bot.retrieval.query import Query, Term

OF_PHRASE, OF_PIECE, IN_ORDER = 0.5, 0.4, 0.1
"""Shares of the score: the likest phrase, all phrases together, words in the same order."""
MAX_LOOKED = 24
"""Pieces whose phrases are looked at one by one: those that hold most of the question."""
PARTIAL = 0.5
"""What a name counts of which only some words are there."""
MIN_LIKENESS = 0.22
"""What any question has in common with some phrase."""
YIELDING = 5.0
"""How fast a piece loses its gain where a course's own notes hold more of the question."""
KNOWN_KEYS = 20_000


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase: the keys of its content words, what they weigh (idf), and neighbouring words."""

    keys: frozenset[str]
    weight: float
    pairs: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of the question: ways to say it, as keys, each with its sureness; its weight.

    `words` are those ways that are one word, `phrases` the others.
    """

    words: Mapping[str, float]
    phrases: tuple[tuple[frozenset[str], float], ...]
    parts: frozenset[str]
    weight: float

    def held(self, keys: frozenset[str]) -> float:
        """How surely these words say it."""
        best = max((self.words[each] for each in self.words.keys() & keys), default=0.0)
        for wanted, sureness in self.phrases:
            if sureness <= best:
                continue
            num = len(wanted & keys)
            if num == len(wanted):
                best = sureness
            elif num:
                best = max(best, PARTIAL * sureness * num / len(wanted))
        return best


class Wordings:
    """All phrases in memory, by the keys of their words."""

    def __init__(self, wordings: Iterable[Wording] = ()) -> None:
        self._key = lru_cache(KNOWN_KEYS)(key)
        self._pieces = tuple(wordings)
        texts = [(piece.heading, *piece.phrases) for piece in self._pieces]
        self._words = [self._content(" ".join(some)) for some in texts]
        self._holders: dict[str, list[int]] = {}
        for number, keys in enumerate(self._words):
            for each in keys:
                self._holders.setdefault(each, []).append(number)
        num = len(self._pieces)
        self._idf = {part: _idf(num, len(some)) for part, some in self._holders.items()}
        self._unheard = _idf(num, 0)
        self._phrases = [[self._phrase(text) for text in some] for some in texts]

    def knows(self, word: str) -> bool:
        """Whether a phrase holds the word in some form."""
        return key(word) in self._holders

    def asked_for(self, query: Query, limit: int = 8) -> dict[tuple[str, str], float]:
        """The pieces for which the question asks most likely, the likest first.

        Each by its document and heading; the score is 0 to 1.
        """
        terms = [self._term(term) for term in query.terms]
        total = sum(term.weight for term in terms)
        if not total:
            return {}
        touched: dict[int, float] = {}
        for term in terms:
            for number, surely in self._held(term).items():
                touched[number] = touched.get(number, 0.0) + term.weight * surely
        pairs = frozenset(itertools.pairwise(map(self._key, query.words)))
        asked: dict[str, list[int]] = {}
        for at, term in enumerate(terms):
            for part in term.parts:
                asked.setdefault(part, []).append(at)
        scores: dict[tuple[str, str], float] = {}
        for number, held in heapq.nlargest(MAX_LOOKED, touched.items(), key=_most_held):
            likenesses = (
                self._likeness(terms, total, pairs, each, sorted(concerned))
                for each in self._phrases[number]
                if (concerned := {at for part in each.keys & asked.keys() for at in asked[part]})
            )
            best = max(likenesses, default=0.0)
            piece = self._pieces[number]
            scores[piece.document, piece.heading] = OF_PIECE * held / total + best
        return dict(heapq.nlargest(limit, scores.items(), key=itemgetter(1)))

    def _likeness(
        self,
        terms: Sequence[_Term],
        total: float,
        pairs: frozenset[tuple[str, str]],
        phrase: _Phrase,
        concerned: Sequence[int],
    ) -> float:
        """How much of the question a phrase says, and how much of the phrase the question.

        `concerned` are the places of the terms of which the phrase holds anything.
        """
        held = 0.0
        said = set[str]()
        for at in concerned:
            term = terms[at]
            surely = term.held(phrase.keys)
            if surely:
                held += term.weight * surely
                said |= term.parts & phrase.keys
        if not said:
            return 0.0
        of_question = held / total
        of_phrase = math.fsum(self._idf[part] for part in said) / phrase.weight
        order = len(pairs & phrase.pairs) / len(phrase.pairs) if phrase.pairs else 0.0
        return OF_PHRASE * math.sqrt(of_question * of_phrase) + IN_ORDER * order * of_question

    def _term(self, term: Term) -> _Term:
        words: dict[str, float] = {}
        phrases = []
        for each in term.variants:
            keys, sureness = frozenset(map(self._key, each.words)), each.weight * term.sureness
            if len(keys) > 1:
                phrases.append((keys, sureness))
            for part in keys if len(keys) == 1 else ():
                words[part] = max(words.get(part, 0.0), sureness)
        parts = frozenset(words).union(*(keys for keys, _ in phrases))
        rarity = max(self._idf.get(self._key(word), self._unheard) for word in term.words)
        return _Term(words, tuple(phrases), parts, term.weight * rarity)

    def _held(self, term: _Term) -> dict[int, float]:
        """How surely each piece that holds anything of a term says it."""
        held: dict[int, float] = {}
        for word, sureness in term.words.items():
            for number in self._holders.get(word, ()):
                held[number] = max(held.get(number, 0.0), sureness)
        for wanted, sureness in term.phrases:
            counts = Counter(number for each in wanted for number in self._holders.get(each, ()))
            for number, num in counts.items():
                is_whole = num == len(wanted)
                surely = sureness if is_whole else PARTIAL * sureness * num / len(wanted)
                held[number] = max(held.get(number, 0.0), surely)
        return held

    def _phrase(self, text: str) -> _Phrase:
        keys = self._content(text)
        pairs = frozenset(itertools.pairwise(map(self._key, words_of(text))))
        return _Phrase(keys, sum(self._idf[part] for part in keys), pairs)

    def _content(self, text: str) -> frozenset[str]:
        return frozenset(self._key(word) for word in words_of(text) if word not in STOP_WORDS)


def gain(asked: float, covered: float, own: float) -> float:
    """What a piece gains by how a question is worded, 0 to 1.

    `asked` is its score among the wordings, `covered` how much of the question it holds, `own`
    the most that a passage of the course's own notes holds. What those hold clearly better was
    asked about the course, however alike it sounds.
    """
    likeness = max(0.0, asked - MIN_LIKENESS) / (1 - MIN_LIKENESS)
    return likeness * max(0.0, 1 - YIELDING * max(0.0, own - covered))


def _idf(num_pieces: int, num_holders: int) -> float:
    return math.log(1 + (num_pieces - num_holders + 0.5) / (num_holders + 0.5))


def _most_held(item: tuple[int, float]) -> tuple[float, int]:
    """Of equals the earlier piece, whatever order a set is in."""
    number, held = item
    return held, -number
