"""Lines of PDF pages: running headers dropped, words and paragraphs mended."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

_NUM_EDGE_LINES = 3
_MIN_REPEATS = 3
_MIN_SHARE = 0.4  # headers of odd and even pages may differ
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BROKEN = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)[-\u2010]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_MARKED = re.compile(r"[ \t]*(?:[-–•‣◦▪*+]|\(?\d{1,3}[.)]|\(?[a-z][.)])[ \t]")
_SENTENCE_END = re.compile(r"[.!?:;][\"'”’)\]]*$")
_WRAPPED = 0.6  # of the page's longest line: only a line that long is continued by the next
_FULL = 0.85

# What fonts draw as one sign for several letters, and the signs of symbol fonts for bullets.
_SIGNS = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
    | dict.fromkeys("\uf0b7\uf0a7\uf0d8\uf076\uf0fc\uf02d", "•")
)


def plain_signs(text: str) -> str:
    """Text with letters for ligatures, and with one sign for bullets."""
    return text.translate(_SIGNS)


def without_running_lines(pages: Sequence[list[str]]) -> list[list[str]]:
    """Pages without the headers, footers and page numbers that most of them share.

    Only the outermost lines of a page may be such. A number in them may grow with the page.
    """
    counts: Counter[str] = Counter()
    for index, lines in enumerate(pages):
        counts.update({key for line in _edges(lines) for key in _keys(line, index)})
    least = max(_MIN_REPEATS, len(pages) * _MIN_SHARE)
    kept: list[list[str]] = []
    for index, lines in enumerate(pages):
        running = {
            line
            for line in _edges(lines)
            if any(counts[key] >= least for key in _keys(line, index))
        }
        kept.append(_without_edges(lines, running))
    return kept


def _edges(lines: list[str]) -> set[str]:
    return {*lines[:_NUM_EDGE_LINES], *lines[-_NUM_EDGE_LINES:]}


def _keys(line: str, index: int) -> set[str]:
    """The line itself, and it with each number as its distance from the page."""
    plain = " ".join(line.split())
    keys = {plain}
    for match in [*_NUMBER.finditer(plain)][:6]:
        if len(match[0]) < 6:
            distance = int(match[0]) - index
            keys.add(f"{plain[: match.start()]}\0{distance}\0{plain[match.end() :]}")
    return keys


def _without_edges(lines: list[str], running: set[str]) -> list[str]:
    """The lines behind the running ones at the top and before those at the bottom."""
    first, last = 0, len(lines)
    while first < min(_NUM_EDGE_LINES, last) and lines[first] in running:
        first += 1
    while last > max(len(lines) - _NUM_EDGE_LINES, first) and lines[last - 1] in running:
        last -= 1
    return lines[first:last]


def without_steps(pages: Sequence[list[str]]) -> list[list[str]]:
    """Pages of slides that are uncovered step by step, each slide with its last step only."""
    kept = [[*lines] for lines in pages]
    for index, (lines, following) in enumerate(pairwise(pages)):
        if lines and following[: len(lines)] == lines:
            kept[index] = []
    return kept


def known_words(pages: Sequence[list[str]]) -> Counter[str]:
    """How often each word and each compound stands in the document, ends of lines aside."""
    counts: Counter[str] = Counter()
    for lines in pages:
        for line in lines:
            counts.update(word.lower() for word in _WORD.findall(line))
    return counts


def paragraphs(lines: Sequence[str], words: Counter[str]) -> str:
    """The lines of a page as paragraphs.

    A word that was hyphenated at the end of a line is whole again (a compound keeps its hyphen),
    and a line that only wrapped goes on in the same line. Other line ends stay.
    """
    if not lines:
        return ""
    width = sorted(map(len, lines))[int(len(lines) * 0.9)]
    text = lines[0]
    last = lines[0]  # as it stands on the page
    for line in lines[1:]:
        broken = _BROKEN.search(last)
        first = _FIRST_WORD.match(line)
        if broken and first and first[0][0].islower():
            text = text[:-1] + _hyphen(broken[1], first[0], words) + line
        elif broken and line[0].isalnum():
            text += line
        elif _is_continued(last, line, width):
            text = f"{text} {line}"
        elif _ends_paragraph(last, line, width):
            text = f"{text}\n\n{line}"
        else:
            text = f"{text}\n{line}"
        last = line
    return text


def _hyphen(before: str, after: str, words: Counter[str]) -> str:
    """The hyphen that belongs between two parts of a word: none if only the line end made it."""
    whole, compound = f"{before}{after}".lower(), f"{before}-{after}".lower()
    if words[compound] > words[whole]:
        return "-"
    return "-" if "-" in before and not words[whole] else ""


def _is_continued(line: str, following: str, width: int) -> bool:
    """Whether a line was only wrapped: it is long, and nothing ends or begins behind it."""
    if len(line) < width * _WRAPPED or _MARKED.match(following):
        return False
    if following[0].islower():
        return not _SENTENCE_END.search(line)
    return len(line) >= width * _FULL and not line.rstrip().endswith((":", ";"))


def _ends_paragraph(line: str, following: str, width: int) -> bool:
    is_short = len(line) < width * _FULL
    ends = _SENTENCE_END.search(line) and not line.rstrip().endswith((":", ";"))
    return bool(is_short and ends and not _MARKED.match(following))
