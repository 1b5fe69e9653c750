"""The splitter: sections become pieces that fit, cut where a person would cut them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from bot.domain.blocks import Block, Kind, blocks
from bot.domain.document import Document, Piece
from bot.domain.sentences import sentence_spans

MAX_WORDS = 110
"""About 150 tokens of GPT-2 in prose."""
_WORD_CHARACTERS = 20
"""A longer word counts once for each time that it has so many characters."""

# What it costs to begin a piece at a border, where a piece itself costs 1: more than that keeps
# what belongs together in one piece for as long as it fits.
_PARAGRAPH = 0.0
_ITEM = 1.2
_SENTENCE = 1.5
_BOUND = 3.0  # between a line and the list that it introduces, a paragraph and its code
_WORD = 9.0
_SLACK = 0.1  # cost of a piece's empty part, squared: even pieces beat a full one and a rest


@dataclass(frozen=True, slots=True)
class _Atom:
    """A part of a section that is not cut, and what a cut before it costs."""

    start: int
    num_words: int
    cost: float


def split(document: Document, max_words: int = MAX_WORDS) -> tuple[Piece, ...]:
    """The document in pieces of at most `max_words` words, in order and without overlap.

    Each piece is a verbatim part of one section. Paragraphs, lists and blocks of code stay whole
    if they fit; short neighbours of one section share a piece; a list stays with the line before
    it and code with its paragraph where both fit. Longer ones are cut at items, lines, sentences
    and, at last, words.
    """
    return tuple(
        Piece(section.heading, text, section.page)
        for section in document.sections
        for text in _pieces(section.text, max_words)
    )


def count_words(text: str) -> int:
    """Words as a piece's limit counts them: very long ones count more than once."""
    return sum(1 + (len(word) - 1) // _WORD_CHARACTERS for word in text.split())


def _pieces(text: str, max_words: int) -> Iterator[str]:
    atoms = [*_atoms(text, max_words)]
    starts = [atoms[index].start for index in _best_cuts(atoms, max_words)]
    for start, end in pairwise([*starts, len(text)]):
        yield text[start:end].strip("\n").rstrip()


def _best_cuts(atoms: list[_Atom], max_words: int) -> list[int]:
    """The atoms that begin a piece, chosen so that all pieces together cost least."""
    best = [0.0]  # cost of the first so many atoms
    begins: list[int] = []  # with which atom the last piece of the first so many begins
    for end in range(1, len(atoms) + 1):
        cheapest, begin, num_words = float("inf"), end - 1, 0
        for start in range(end - 1, -1, -1):
            num_words += atoms[start].num_words
            if num_words > max_words and start < end - 1:
                break
            slack = max(1 - num_words / max_words, 0)
            cost = best[start] + 1 + _SLACK * slack**2 + (atoms[start].cost if start else 0)
            if cost < cheapest:
                cheapest, begin = cost, start
        best.append(cheapest)
        begins.append(begin)
    cuts: list[int] = []
    end = len(atoms)
    while end:
        end = begins[end - 1]
        cuts.append(end)
    return cuts[::-1]


def _atoms(text: str, max_words: int) -> Iterator[_Atom]:
    """What the pieces of a section are put together from."""
    groups = [[*group] for _, group in groupby(blocks(text), key=_Grouping())]
    sizes = [count_words(text[group[0].start : group[-1].end]) for group in groups]
    for index, (group, size) in enumerate(zip(groups, sizes, strict=True)):
        cost = _PARAGRAPH
        if index and _binds(text, groups[index - 1][-1], group[0]):
            cost = _BOUND
        is_last = index + 1 == len(groups)
        if size > max_words:
            yield from _cut_group(text, group, cost, max_words)
        elif (
            not is_last
            and size + sizes[index + 1] > max_words
            and _binds(text, group[-1], groups[index + 1][0])
        ):
            yield from _without_last_sentence(text, group, cost)
        else:
            yield _Atom(group[0].start, size, cost)


class _Grouping:
    """The key that keeps items of one list together, and rows of one table."""

    def __init__(self) -> None:
        self._number = 0
        self._last: Block | None = None

    def __call__(self, block: Block) -> int:
        last = self._last
        is_same = last is not None and block.kind == last.kind
        is_list = block.kind == Kind.ITEM or (block.kind == Kind.ROW and not block.is_apart)
        if not (is_same and is_list):
            self._number += 1
        self._last = block
        return self._number


def _binds(text: str, before: Block, after: Block) -> bool:
    """Whether two blocks want to stay together: a line and its list, a paragraph and its code."""
    if before.kind not in (Kind.PROSE, Kind.ITEM) or after.kind == before.kind:
        return False
    if after.kind == Kind.CODE:
        return True
    is_introduced = text[before.start : before.end].endswith(":") or not after.is_apart
    return after.kind in (Kind.ITEM, Kind.ROW) and is_introduced


def _without_last_sentence(text: str, group: list[Block], cost: float) -> Iterator[_Atom]:
    """A paragraph whose last sentence may go with what it introduces."""
    start, end = group[0].start, group[-1].end
    last = max((begin for begin, _ in sentence_spans(text[start:end])), default=0)
    if group[0].kind != Kind.PROSE or last == 0:
        yield _Atom(start, count_words(text[start:end]), cost)
        return
    yield _Atom(start, count_words(text[start : start + last]), cost)
    yield _Atom(start + last, count_words(text[start + last : end]), _SENTENCE)


def _cut_group(text: str, group: list[Block], cost: float, max_words: int) -> Iterator[_Atom]:
    """A list, table, paragraph or block of code that is too long, in parts that fit."""
    for block in group:
        num_words = count_words(text[block.start : block.end])
        if num_words <= max_words:
            yield _Atom(block.start, num_words, cost)
        else:
            inner = _ITEM if block.kind == Kind.CODE else _SENTENCE
            starts = [*_inner_starts(text, block)]
            for start, end in pairwise([*starts, block.end]):
                first, *rest = _cut_words(text, start, end, max_words)
                yield replace(first, cost=cost)
                yield from rest
                cost = inner
        cost = _ITEM


def _inner_starts(text: str, block: Block) -> Iterator[int]:
    """Where the lines of a block of code or the sentences of another block begin."""
    if block.kind != Kind.CODE:
        begins = [block.start + start for start, _ in sentence_spans(text[block.start : block.end])]
        yield from [block.start, *begins[1:]]
        return
    position = block.start
    for line in text[block.start : block.end].split("\n"):
        if line.strip():
            yield position
        position += len(line) + 1


def _cut_words(text: str, start: int, end: int, max_words: int) -> list[_Atom]:
    """A sentence or a line, cut at words if it is too long, and a word that is, anywhere."""
    num_words = count_words(text[start:end])
    if num_words <= max_words:
        return [_Atom(start, num_words, 0.0)]
    atoms: list[_Atom] = []
    begin, size = start, 0
    for position, num in _words(text, start, end, max_words):
        if size + num > max_words:
            atoms.append(_Atom(begin, size, _WORD))
            begin, size = position, 0
        size += num
    return [*atoms, _Atom(begin, size, _WORD)]


def _words(text: str, start: int, end: int, max_words: int) -> Iterator[tuple[int, int]]:
    """Where the words of `text[start:end]` begin, and as how many each counts."""
    position, most = start, max_words * _WORD_CHARACTERS
    for word in text[start:end].split():
        position = text.index(word, position)
        for offset in range(0, len(word), most):
            yield position + offset, count_words(word[offset : offset + most])
        position += len(word)
