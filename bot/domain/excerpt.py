"""Excerpts of a passage: whole sentences, lists, tables and code, word for word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from bot.domain.blocks import MARKER, Block, Kind, blocks
from bot.domain.sentences import sentence_spans

_BOLD = re.compile(r"(\*\*|__)(?=\S)[^*_]+(?<=\S)\1")
MAX_LIST = 60
"""Words of a list that is kept whole; of a longer one each item stands alone."""
KNOWN_TEXTS = 1_024
"""Passages whose parts are remembered: most questions find some that others found."""
NEXT, BEFORE = 0.1, 0.06
"""What the parts beside the best one are worth for that alone; further ones a part of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """The part `text[start:end]` of a passage that is quoted whole or not at all."""

    start: int
    end: int
    num_words: int
    introduces: bool
    """Whether the next part belongs to it: it ends in a colon, or is nothing but bold print."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The parts number `first` to `last` of a passage."""

    first: int
    last: int


@lru_cache(KNOWN_TEXTS)
def parts(text: str) -> tuple[Part, ...]:
    """The parts of a passage in order: sentences, and lists, tables and code as a whole."""
    return tuple(
        Part(start, end, len(text[start:end].split()), _introduces(text[start:end]))
        for start, end in _spans(text)
    )


def around(every: Sequence[Part], scores: Sequence[float], centre: int, room: int) -> Excerpt:
    """What to quote around a part: neighbours, the better ones first, for at most `room` words.

    A part that introduces the next one never stands without it, however long both are.
    """
    first = last = centre
    num_words = every[centre].num_words
    while True:
        sides = [
            (scores[at] + bonus, at)
            for at, bonus in (
                (last + 1, NEXT / (1 + last - centre)),
                (first - 1, BEFORE / (1 + centre - first)),
            )
            if 0 <= at < len(every) and num_words + every[at].num_words <= room
        ]
        if last + 1 < len(every) and every[last].introduces:
            sides = [side for side in sides if side[1] > last] or sides
        elif first and every[first - 1].introduces:
            sides = [side for side in sides if side[1] < first] or sides
        if not sides:
            break
        _, at = max(sides)
        num_words += every[at].num_words
        first, last = min(first, at), max(last, at)
    while last > centre and every[last].introduces and last + 1 < len(every):
        last -= 1
    if every[last].introduces and last + 1 < len(every):
        return Excerpt(last, last + 1)
    return Excerpt(first, last)


def text_of(text: str, every: Sequence[Part], excerpt: Excerpt) -> str:
    """An excerpt as it stands in its passage; a single list item goes without its marker."""
    start, end = every[excerpt.first].start, every[excerpt.last].end
    marker = MARKER.match(text, start, end)
    if marker is not None and "\n" not in text[start:end]:
        start = marker.end()
    return text[start:end]


def _introduces(part: str) -> bool:
    return part.rstrip("*_ ").endswith(":") or _BOLD.fullmatch(part.strip()) is not None


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for kind, group in groupby(blocks(text), key=lambda block: block.kind):
        some = list(group)
        if kind is Kind.CODE:
            yield from ((block.start, block.end) for block in some)
        elif kind is Kind.ROW:
            yield some[0].start, some[-1].end
        elif kind is Kind.ITEM:
            yield from _items(text, some)
        else:
            for block in some:
                for start, end in sentence_spans(text[block.start : block.end]):
                    yield block.start + start, block.start + end


def _items(text: str, some: Sequence[Block]) -> Iterator[tuple[int, int]]:
    start, end = some[0].start, some[-1].end
    if len(text[start:end].split()) <= MAX_LIST:
        yield start, end
    else:
        yield from ((block.start, block.end) for block in some)
