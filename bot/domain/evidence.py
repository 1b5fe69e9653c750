"""Which sentences of the passages that were found answer a question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.card import Quote, Source
from bot.domain.passage import Found, Hit
from bot.domain.sentences import sentences
from bot.domain.terms import terms_of
from bot.domain.wanted import Field, Wanted, share_of

MAX_PASSAGES = 3
MAX_QUOTES = 4
MAX_WORDS = 110
"""Words of all quotes together."""
_WORTH_QUOTING = 0.55
"""A further sentence must be this good, measured by the best one."""
IN_QUESTION, IN_HEADING = 0.8, 0.5
"""What a term counts that only the heading holds: of a pair the question, else a title."""
_RANK = (1.0, 0.85, 0.75)
"""What a passage's place in the list of hits is worth."""
_NEIGHBOUR = 0.15
"""What it adds to a sentence that the one before it is quoted already."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Quotes that answer, with the hits that they and the explanation rest on.

    `sources[i]` describes `hits[i]`. `strength` is the best sentence's score, 0 to 1.
    """

    hits: tuple[Hit, ...] = ()
    sources: tuple[Source, ...] = ()
    quotes: tuple[Quote, ...] = ()
    strength: float = 0.0


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, or the whole answer of a pair, of hit number `hit`."""

    hit: int
    place: int
    text: str
    terms: frozenset[str]
    score: float


def gather(found: Found) -> Evidence:
    """The best sentences of the best hits, in order of the hits."""
    hits = found.hits[:MAX_PASSAGES]
    units = sorted(_units(hits, found.wanted), key=lambda unit: -unit.score)
    if not units:
        return Evidence()
    chosen = _chosen(units)
    numbers = {hit: number for number, hit in enumerate(dict.fromkeys(u.hit for u in chosen), 1)}
    chosen.sort(key=lambda unit: (numbers[unit.hit], unit.place))
    return Evidence(
        hits=tuple(hits[hit] for hit in numbers),
        sources=tuple(Source.of(number, hits[hit]) for hit, number in numbers.items()),
        quotes=tuple(Quote(numbers[unit.hit], unit.text) for unit in chosen),
        strength=units[0].score,
    )


def is_verbatim(quote: Quote, hits: Sequence[Hit]) -> bool:
    """Whether the quote's words stand literally in the passage that it names."""
    return 0 < quote.number <= len(hits) and quote.text in hits[quote.number - 1].passage.text


def _units(hits: Sequence[Hit], wanted: Sequence[Wanted]) -> Iterator[_Unit]:
    for number, hit in enumerate(hits):
        passage = hit.passage
        is_pair = passage.heading.rstrip().endswith("?")
        around = Field.of(f"{passage.title} {passage.heading}")
        worth = IN_QUESTION if is_pair else IN_HEADING
        texts = (passage.text,) if is_pair else sentences(passage.text)
        for place, text in enumerate(texts):
            terms = frozenset(terms_of(text))
            if not terms:
                continue
            inside = Field.of(text)
            said = share_of(wanted, inside)
            said += worth * (share_of(wanted, inside, around) - said)
            yield _Unit(number, place, text, terms, _RANK[number] * said)


def _chosen(units: Sequence[_Unit]) -> list[_Unit]:
    """The best unit, and further ones that are nearly as good and say something else."""
    chosen = [units[0]]
    num_words = len(units[0].text.split())
    rest = list(units[1:])
    while rest and len(chosen) < MAX_QUOTES:
        best = max(rest, key=lambda unit: _gain(unit, chosen))
        rest.remove(best)
        length = len(best.text.split())
        if _gain(best, chosen) < _WORTH_QUOTING * units[0].score:
            break
        if num_words + length <= MAX_WORDS:
            chosen.append(best)
            num_words += length
    return chosen


def _gain(unit: _Unit, chosen: Sequence[_Unit]) -> float:
    """Its score, less what it repeats, more if it goes on from a quote."""
    repeated = max(len(unit.terms & other.terms) / len(unit.terms) for other in chosen)
    follows = any(unit.hit == other.hit and unit.place == other.place + 1 for other in chosen)
    return unit.score * (1 - 0.5 * repeated) + _NEIGHBOUR * follows
