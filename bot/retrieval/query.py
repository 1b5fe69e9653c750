"""A question as weighted terms: what is looked for, and what else may stand for it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.search import Group
from bot.domain.stemmer import key, spellings, stem
from bot.domain.stop_words import STOP_WORDS
from bot.domain.words import folded, words_of
from bot.retrieval.addresses import addresses, without_addresses
from bot.retrieval.follow_up import goes_on
from bot.retrieval.numbers import readings
from bot.retrieval.thesaurus import Thesaurus, Variant
from bot.retrieval.weak_words import WEAK_WORDS

EARLIER_WEIGHT = 0.6
"""Of a term of the question before; of the one before that, the square."""
MAX_EARLIER = 3
MAX_TERMS = 16
JOINED_WEIGHT = 0.95
LETTER_WEIGHT = 0.5
WEAK_WEIGHT = 0.4
NUMBER_WEIGHT = 0.5
APART = frozenset("the an my our your is are do does and or".split())
"""No word begins with one of these and a space: "the TA" is no "theta"."""
MIN_SEARCHED = 0.6
"""Variants below this weight count where a passage has them, but do not make it a candidate."""

_MENTION = re.compile(r"<[@#&:!\w]+>")
_TOKEN = re.compile(r"[^\W_]+(?:(?:[-_.]|::)[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a question asks about; its first variant is how it was written."""

    variants: tuple[Variant, ...]
    weight: float = 1.0
    sureness: float = 1.0
    """Less than 1 where a misspelled word was read as another."""
    is_of_course: bool = False
    """Whether it is about a course, its rules or its machines."""

    @property
    def words(self) -> tuple[str, ...]:
        """As it was written."""
        return self.variants[0].words

    @property
    def group(self) -> Group:
        """What to look for: every variant in every spelling, without the vague ones.

        Forms that the index takes for one would count twice there, so one of them stands.
        """
        phrases: dict[tuple[str, ...], str] = {}
        for variant in self.variants:
            if variant.weight >= MIN_SEARCHED:
                for words in _spelled(variant.words):
                    phrases.setdefault(tuple(map(stem, words)), " ".join(words))
        return tuple(phrases.values())


@dataclass(frozen=True, slots=True)
class Query:
    """The terms of a question, and of earlier ones where it goes on with them."""

    terms: tuple[Term, ...]
    words: tuple[str, ...] = ()
    """All words of the question in their order, stop words too."""
    num_earlier: int = 0
    """How many of the earlier questions it goes on with."""


def read(
    question: str,
    earlier: Sequence[str],
    thesaurus: Thesaurus,
    corrections: Mapping[str, Variant] | None = None,
) -> Query:
    """The query of a question; `earlier` holds the questions of the thread, oldest first.

    `corrections` says what to read instead of a misspelled word.
    """
    fixes = corrections or {}
    terms = _terms(question, thesaurus, fixes)
    words = tuple(words_of(question))
    weight, newest, num_earlier = 1.0, question, 0
    for before in list(reversed(earlier))[:MAX_EARLIER]:
        if not goes_on(newest, len(_terms(newest, thesaurus, fixes))):
            break
        num_earlier += 1
        weight *= EARLIER_WEIGHT
        terms += [
            replace(term, weight=weight * term.weight) for term in _terms(before, thesaurus, fixes)
        ]
        newest = before
    unique: dict[tuple[str, ...], Term] = {}
    for term in terms:
        unique.setdefault(tuple(map(key, term.words)), term)
    return Query(tuple(unique.values())[:MAX_TERMS], words, num_earlier)


def joinable(query: Query) -> tuple[tuple[str, str], ...]:
    """Neighbouring words of the question that may be one: "back propagation", "drop out"."""
    pairs = zip(query.words, query.words[1:], strict=False)
    return tuple(
        dict.fromkeys(
            (one, two)
            for one, two in pairs
            if one.isalpha()
            and two.isalpha()
            and min(len(one), len(two)) > 1
            and not (one in STOP_WORDS and two in STOP_WORDS)
            and one not in APART
        )
    )


def with_joined(query: Query, pairs: Sequence[tuple[str, str]]) -> Query:
    """The query with these neighbours taken together, where they are not so already."""
    terms = list(query.terms)
    for pair in pairs:
        joined = Variant(("".join(pair),), JOINED_WEIGHT)
        holders = [term for term in terms if set(pair) <= set(term.words)]
        if holders:
            for holder in holders:
                if holder.words == pair:
                    terms[terms.index(holder)] = replace(
                        holder, variants=(*holder.variants, joined)
                    )
            continue
        parts = [term for term in terms if len(term.words) == 1 and term.words[0] in pair]
        if parts:
            place = terms.index(parts[0])
            terms = [term for term in terms if term not in parts]
            both = (Variant(pair, 1.0), joined)
            terms.insert(place, replace(parts[0], variants=both))
    return replace(query, terms=tuple(terms))


def _terms(text: str, thesaurus: Thesaurus, fixes: Mapping[str, Variant]) -> list[Term]:
    """The terms of one question in its order, as far as a query has room for different ones."""
    words, ties, sureness = _tokens(without_addresses(text), fixes)
    terms = [Term(variants) for variants in addresses(text)]
    known: dict[tuple[int, tuple[str, ...]], tuple[int, Term | None]] = {}
    different = set[tuple[str, ...]]()
    place = 0
    while place < len(words) and len(different) < MAX_TERMS:
        run = _run(ties, place)
        near = run, tuple(words[place : place + max(run, thesaurus.reach)])
        if near not in known:  # some texts are one word a thousand times
            known[near] = _term_at(words, place, run, thesaurus)
        num, term = known[near]
        if term is not None:
            surely = min(sureness[place : place + num])
            terms.append(term if surely == 1 else replace(term, sureness=surely))
            different.add(tuple(map(key, term.words)))
        place += num
    return terms


def _term_at(
    words: Sequence[str], place: int, run: int, thesaurus: Thesaurus
) -> tuple[int, Term | None]:
    """How many words from a place on are one thing, and what, if that counts.

    `run` of them are tied together.
    """
    num, variants = thesaurus.name_at(words, place)
    if run > num:
        num = run
        asked = tuple(words[place : place + run])
        variants = (Variant(asked, 1.0), Variant(("".join(asked),), JOINED_WEIGHT))
        variants += readings(asked)
    if num == 0:
        num = 1
        word = words[place]
        variants = (Variant((word,), 1.0), *readings((word,))) if _is_content(word) else ()
    if not variants:
        return num, None
    asked = variants[0].words
    return num, Term(variants, _weight(asked), is_of_course=thesaurus.is_of_course(asked))


def _tokens(text: str, fixes: Mapping[str, Variant]) -> tuple[list[str], list[bool], list[float]]:
    """Words; whether each is tied to the next, as by a hyphen; how sure its reading is."""
    words: list[str] = []
    ties: list[bool] = []
    sureness: list[float] = []
    for token in _TOKEN.findall(folded(_MENTION.sub(" ", text))):
        parts = [token] if token.isascii() and token.isalnum() else words_of(token)
        for part in parts:
            fix = fixes.get(part)
            read_as, surely = ((part,), 1.0) if fix is None else (fix.words, fix.weight)
            words += read_as
            ties += [True] * len(read_as)
            sureness += [surely] * len(read_as)
        ties[-1] = False
    return words, ties, sureness


def _run(ties: Sequence[bool], place: int) -> int:
    """How many words from here on are tied together; 0 for a word alone."""
    end = place
    while ties[end]:
        end += 1
    return end - place + 1 if end > place else 0


def _weight(words: tuple[str, ...]) -> float:
    """What a term counts beside others, before its rarity."""
    if len("".join(words)) == 1:
        return LETTER_WEIGHT
    if all(word.isdecimal() for word in words):
        return NUMBER_WEIGHT
    return WEAK_WEIGHT if len(words) == 1 and words[0] in WEAK_WORDS else 1.0


def _is_content(word: str) -> bool:
    return word not in STOP_WORDS


def _spelled(words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """A phrase in all spellings of its words, which change together or not at all."""
    ways = [spellings(word) for word in words]
    num = max(map(len, ways))
    return [tuple(way[min(at, len(way) - 1)] for way in ways) for at in range(num)]
