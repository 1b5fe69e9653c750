"""Formulas in a text: LaTeX between dollar signs or backslash brackets, never inside code."""

import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass

FENCE = "```"
_BRACKETS = {"$$": "$$", r"\[": r"\]", r"\(": r"\)"}
_NEVER_INSIDE = ("\n\n", "`")
# Nothing of this looks further than to its next mark or line end: a text costs one pass.
_INLINE = re.compile(r"\$(?![\s$])((?:\\[^\n`]|[^$\\\n`])++)(?<!\s)\$(?!\d)")
_PLAIN = re.compile(r"[^\\$`]+|\\.|.", re.DOTALL)
_TICKS = re.compile(r"`+")
_MATHS = re.compile(r"[\\^_={}<>+]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_TWO_WORDS = re.compile(r"[^\W\d_]{2,}[ \t]+[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Formula:
    """LaTeX as it stands in a text.

    `source` is what the marks enclose, verbatim but for white space around it; `start` and
    `end` count characters of the text and include the marks. `is_display` says that the
    formula has lines of its own.
    """

    source: str
    start: int = 0
    end: int = 0
    is_display: bool = False


class Marks:
    """Where a text's marks are, asked from its beginning to its end.

    Each stretch of the text is searched once for each mark, however often a mark that comes
    late or never is asked for.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._next: dict[str, int] = {}

    def next(self, mark: str, position: int) -> int:
        """The first `mark` at `position` or behind it; the text's length if there is none."""
        found = self._next.get(mark, -1)
        if found < position:
            found = self._text.find(mark, position)
            found = self._next[mark] = len(self._text) if found < 0 else found
        return found


def formulas(text: str) -> tuple[Formula, ...]:
    r"""Every `$$…$$`, `\[…\]`, `\(…\)` and `$…$` of `text` that is not code, in order.

    Prices, escaped dollar signs and shell variables are none. A formula ends before an empty
    line; one between single dollar signs before the line does.
    """
    marks, code = Marks(text), _Code(text)
    found: list[Formula] = []
    position = 0
    while position < len(text):
        if text[position] == "`":
            position = code.end(position, marks)
            continue
        end = end_of_formula(text, position, marks)
        if end is not None:
            found.append(_formula(text, position, end))
            position = end
        else:
            plain = _PLAIN.match(text, position)
            position = plain.end() if plain else position + 1
    return tuple(found)


def end_of_formula(text: str, position: int, marks: Marks) -> int | None:
    """Where the formula that begins at `position` ends; None if none does."""
    end = _BRACKETS.get(text[position : position + 2])
    if end is None:
        inline = _INLINE.match(text, position)
        if inline is None or _is_prose(inline[1], text[inline.end() : inline.end() + 1]):
            return None
        return inline.end()
    found = marks.next(end, position + 3)
    if found == len(text) or found > min(marks.next(m, position) for m in _NEVER_INSIDE):
        return None
    body = text[position + 2 : found]
    if body.isspace() or (end == "$$" and _is_prose(body, "")):
        return None
    return found + len(end)


def _formula(text: str, start: int, end: int) -> Formula:
    width = 2 if text[start : start + 2] in _BRACKETS else 1
    is_display = text.startswith(("$$", r"\["), start)
    return Formula(text[start + width : end - width].strip(), start, end, is_display)


def _is_prose(body: str, behind: str) -> bool:
    """Whether words stand between two dollar signs that mean money or a shell's variables."""
    if _MATHS.search(body) or not _WORD.search(body):
        return False
    return body[0].isdigit() or behind.isalnum() or _TWO_WORDS.search(body) is not None


class _Code:
    """Where the code of a text ends: spans and blocks between runs of backticks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: dict[int, list[int]] = defaultdict(list)
        for run in _TICKS.finditer(text):
            self._starts[len(run[0])].append(run.start())

    def end(self, position: int, marks: Marks) -> int:
        """Where the code ends that the backticks at `position` open.

        Where they open none it is the end of the backticks. A block that nothing closes lasts
        to the end of the text if its fence begins a line.
        """
        text = self._text
        run = _TICKS.match(text, position)
        opened = run.end() if run else position + 1
        width = opened - position
        if width >= len(FENCE):
            closing = marks.next(FENCE, opened)
            if closing < len(text):
                fence = _TICKS.match(text, closing)
                return fence.end() if fence else closing
            line = text[text.rfind("\n", 0, position) + 1 : position]
            return opened if line.strip() else len(text)
        starts = self._starts[width]
        index = bisect_left(starts, opened)
        if index == len(starts) or marks.next("\n\n", opened) < starts[index]:
            return opened
        return starts[index] + width
