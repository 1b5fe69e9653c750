"""Sentences of lecture notes: where they end, and where a full stop ends none."""

import re
from collections.abc import Iterator

from bot.domain.blocks import MARKER, Block, Kind, blocks

# Formulae, code and addresses: nothing ends in them. Each part stops at the next mark of its own
# kind or at a length that no formula has, so that a text costs one pass.
_WHOLE = re.compile(
    r"\$\$[^$]{1,2000}\$\$"
    r"|\\\[(?:[^\\]|\\(?![\[\]])){1,2000}\\\]"
    r"|\\\((?:[^\\]|\\(?![()])){1,1000}\\\)"
    r"|(?<![\\$])\$(?!\s)[^$]{1,500}(?<!\s)\$(?![\d$])"
    r"|`[^`\n]{1,500}`"
    r"|https?://\S+"
)
_END = re.compile(r"(?:\.{3}|[.!?…])[\"'”’»)\]*_]*(?=\s)|[。！？]+[”’」』）]*")
_LINE_END = re.compile(r"\S[ \t]*\n[ \t]*(?=\S)")


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_OPENERS = "([{\"'“‘«*_`"
_NEVER_LAST = _words(
    "e.g i.e eg ie cf vs dr prof mr mrs ms approx resp viz w.r.t wrt a.k.a aka incl excl esp "
    "ca bzw z.b d.h u.a vgl sog"
)
"""Abbreviations that the sentence goes on behind."""
_BEFORE_NUMBERS = _words(
    "fig figs eq eqs eqn eqns sec secs sect ch chap chaps no nos nr p pp vol ref refs tab "
    "thm def lem cor alg ex app abb kap gl s v ver"
)
"""Abbreviations that the sentence goes on behind if a number or a bracket follows."""
_BEGINNINGS = _words(
    "a an the this that these those it its we they he she you i in on at for from with without "
    "by to of as if when while since because so thus hence then therefore however but and or "
    "not no each every all both one two here there where what which who how why let note now "
    "after before during under over our their his her using used given"
)
"""Words that show, behind an initial or "et al.", that a sentence begins."""


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of `text`, each one verbatim, without the marker of its list item.

    A list item, a row of a table and a heading-like short line are sentences of their own;
    a block of code is one, and so is nothing inside a formula.
    """
    return tuple(text[start:end] for start, end in sentence_spans(text))


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of `text` start and end, in order."""
    for block in blocks(text):
        if block.kind in (Kind.CODE, Kind.ROW):
            yield block.start, block.end
        else:
            yield from _spans_in(text, block)


def _spans_in(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """The sentences of a paragraph or of a list item."""
    start = block.start
    if block.kind == Kind.ITEM and (marker := MARKER.match(text, start, block.end)):
        start = marker.end()
    body = text[start : block.end]
    begin = 0
    for border in _borders(body):
        sentence = body[begin:border]
        if sentence.strip():
            yield start + begin, start + begin + len(sentence.rstrip())
        begin = border
    yield start + begin, block.end


def _borders(body: str) -> Iterator[int]:
    """Where sentences begin behind the first one, in order; none is in a formula."""
    whole = [match.span() for match in _WHOLE.finditer(body)]
    ends = [_behind_space(body, match.end()) for match in _END.finditer(body) if _is_end(match)]
    found = sorted({*ends, *_line_borders(body)})
    index = 0
    for border in found:
        while index < len(whole) and whole[index][1] <= border:
            index += 1
        is_inside = index < len(whole) and whole[index][0] < border
        if not is_inside and border < len(body):
            yield border


def _behind_space(body: str, position: int) -> int:
    while position < len(body) and body[position].isspace():
        position += 1
    return position


def _line_borders(body: str) -> Iterator[int]:
    """Line ends that no wrapping made: the line is short, and the next begins like a new one."""
    if "\n" not in body:
        return
    longest = max(len(line) for line in body.split("\n"))
    line_start = 0
    for match in _LINE_END.finditer(body):
        length = match.start() + 1 - line_start
        line_start = match.end()
        following = body[match.end()]
        begins = following.isupper() or following.isdigit()
        if begins and length * 3 <= longest * 2 and body[match.start()] not in ",;-–(":
            yield match.end()


def _is_end(match: re.Match[str]) -> bool:
    """Whether a full stop, with the quotes and brackets behind it, ends its sentence."""
    body, mark = match.string, match[0][0]
    if mark in "。！？":
        return True
    position = _behind_space(body, match.end())
    following = body[position : position + 40].lstrip(_OPENERS)
    if not following:
        return True
    goes_on = following[0].islower()
    if mark == "?":
        return not (goes_on and len(match[0]) > 1)
    if mark in "!…" or match[0].startswith("..."):
        return not goes_on
    return not goes_on and not _is_abbreviated(body, match.start(), position, following)


def _is_abbreviated(body: str, dot: int, position: int, following: str) -> bool:
    """Whether the full stop at `dot` shortens the word before it and ends nothing."""
    words = body[max(dot - 60, 0) : dot].split()
    if not words or body[dot - 1].isspace():
        return False
    word = words[-1].lstrip(_OPENERS)
    lower = word.lower()
    next_word = re.split(r"[^\w'-]", following, maxsplit=1)[0].lower()
    if lower in ("al", "et"):
        return body[position] in "([" or following[0].isdigit() or next_word not in _BEGINNINGS
    if lower in _NEVER_LAST:
        return True
    if lower in _BEFORE_NUMBERS and (following[0].isdigit() or body[position] in "(["):
        return True
    is_initial = re.fullmatch(r"(?:[^\W\d_]\.-?)*[^\W\d_]", word) and word[-1].isupper()
    is_year = body[position] == "(" and following[0].isdigit()
    return bool(is_initial) and (
        is_year or (following[0].isalpha() and next_word not in _BEGINNINGS)
    )
