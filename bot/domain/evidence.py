"""What is quoted of the passages that were found, so that it holds the answer to a question."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.card import Quote, Source
from bot.domain.excerpt import Excerpt, Part, around, parts, text_of
from bot.domain.passage import Found, Hit
from bot.domain.rows import best_row
from bot.domain.terms import terms_of
from bot.domain.wanted import Field, Wanted, held_by, share_of

MAX_LOOKED_AT = 5
"""Hits that quotes are chosen from."""
MAX_QUOTES = 4
MAX_WORDS = 150
"""Words of all quotes together."""
_ROOM = (80, 60, 45, 40)
"""Words that the first quote, the second … may have; a list or table may have more."""
_MIN_ROOM = 12
"""With fewer words left nothing further is quoted."""
_WORTH_QUOTING = 0.4
"""A further quote must be this good, measured by the best one."""
IN_QUESTION, IN_HEADING = 0.8, 0.8
"""What a term counts that only the heading holds: of a pair the question, else a title."""
_RANK = (1.0, 0.9, 0.8, 0.72, 0.65)
"""What a passage's place in the list of hits is worth."""
_BY_SEARCH = 0.75
"""How much the search decides which passage comes first, beside the words of its best part."""
_DEFINITION = 0.1
"""What a definition is worth more where a question is one term and nothing else."""
_REPEATED = 0.25
"""What a part loses that says nothing but what was quoted before."""
_ANSWERED = 0.25
"""What a part loses that stood in the answer before."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Quotes that answer, the best first, with the hits that they rest on.

    `sources[i]` describes `hits[i]`.
    """

    hits: tuple[Hit, ...] = ()
    sources: tuple[Source, ...] = ()
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class _Passage:
    """A hit in parts, and how well each of them fits the question."""

    hit: Hit
    parts: tuple[Part, ...]
    scores: tuple[float, ...]
    centre: int
    """The best part."""
    bonus: float

    @property
    def score(self) -> float:
        """How well it answers: 0 to 1, and the bonus."""
        by_search = _BY_SEARCH * min(1.0, self.hit.score)
        return (1 - _BY_SEARCH) * self.scores[self.centre] + by_search + self.bonus

    def quoted(self, room: int) -> str:
        """What to quote of it in at most `room` words, or its best part alone."""
        if len(self.hit.passage.text.split()) <= room or is_pair(self.hit):
            whole = Excerpt(0, len(self.parts) - 1)
            return text_of(self.hit.passage.text, self.parts, whole)
        excerpt = around(self.parts, self.scores, self.centre, room)
        return text_of(self.hit.passage.text, self.parts, excerpt)


def gather(found: Found, before: str = "") -> Evidence:
    """Quotes of the best hits: around the best part of each, as far as there is room.

    Who goes on asking wants to read something else than what stood in the answer `before`.
    """
    before = before if found.goes_on else ""
    passages = sorted(_passages(found, before), key=lambda each: -each.score)
    if not passages:
        return Evidence()
    best = passages[0].score
    chosen: list[tuple[Hit, str]] = []
    left = MAX_WORDS
    said: frozenset[str] = frozenset()
    while passages and len(chosen) < MAX_QUOTES and left >= _MIN_ROOM:
        next_ = max(passages, key=lambda each: _gain(each, said))
        passages.remove(next_)
        if chosen and _gain(next_, said) < _WORTH_QUOTING * best:
            break
        text = next_.quoted(min(left, _ROOM[len(chosen)]))
        if chosen and len(text.split()) > left:
            text = best_row(text, found.wanted, next_.hit.passage.heading) or text
        num_words = len(text.split())
        if chosen and num_words > left:
            continue
        chosen.append((next_.hit, text))
        left -= num_words
        said |= frozenset(terms_of(text))
    return _evidence(chosen)


def _evidence(chosen: Sequence[tuple[Hit, str]]) -> Evidence:
    return Evidence(
        hits=tuple(hit for hit, _ in chosen),
        sources=tuple(Source.of(number, hit) for number, (hit, _) in enumerate(chosen, 1)),
        quotes=tuple(Quote(number, text) for number, (_, text) in enumerate(chosen, 1)),
    )


def is_verbatim(quote: Quote, hits: Sequence[Hit]) -> bool:
    """Whether the quote's words stand literally in the passage that it names."""
    return 0 < quote.number <= len(hits) and quote.text in hits[quote.number - 1].passage.text


def is_pair(hit: Hit) -> bool:
    """Whether a passage is the answer to the question that is its heading."""
    return hit.passage.heading.rstrip().endswith("?")


def _passages(found: Found, before: str) -> Iterator[_Passage]:
    for hit, rank in zip(found.hits[:MAX_LOOKED_AT], _RANK, strict=False):
        every = parts(hit.passage.text)
        known = [_stands_in(hit.passage.text[part.start : part.end], before) for part in every]
        scores = tuple(
            rank * each * (1 - _ANSWERED * is_known)
            for each, is_known in zip(_scores(hit, every, found.wanted), known, strict=True)
        )
        if any(terms_of(hit.passage.text[part.start : part.end]) for part in every):
            centre = max(range(len(every)), key=lambda at: (scores[at], -at))
            is_asked = len(found.wanted) == 1 and _defines(hit)
            yield _Passage(hit, every, scores, centre, _DEFINITION if is_asked else 0.0)


def _stands_in(part: str, before: str) -> bool:
    """Whether an answer had it, in which all white space is one space."""
    return bool(before) and " ".join(part.split()) in before


def _defines(hit: Hit) -> bool:
    """Whether it says what the subject of its document is."""
    heading = hit.passage.heading.lower()
    is_general = set(terms_of(heading)) <= set(terms_of(hit.passage.title))
    return is_general and heading.startswith(("what is ", "what are "))


def _scores(hit: Hit, every: Sequence[Part], wanted: Sequence[Wanted]) -> Iterator[float]:
    """How much of the question each part holds; less where only the heading does."""
    passage = hit.passage
    above = held_by(Field.of(f"{passage.title} {passage.heading}"), wanted)
    worth = IN_QUESTION if is_pair(hit) else IN_HEADING
    for part in every:
        inside = held_by(Field.of(passage.text[part.start : part.end]), wanted)
        said = share_of(wanted, inside)
        yield said + worth * (share_of(wanted, inside, above) - said)


def _gain(passage: _Passage, said: frozenset[str]) -> float:
    """A passage's score, less what its best part repeats."""
    part = passage.parts[passage.centre]
    terms = frozenset(terms_of(passage.hit.passage.text[part.start : part.end]))
    repeated = len(terms & said) / len(terms) if terms else 1.0
    return passage.score * (1 - _REPEATED * repeated)
