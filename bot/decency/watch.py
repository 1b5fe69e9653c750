"""A watch over an answer while it grows: shows whole words, stops at the first indecent one."""

import re
from collections.abc import Sequence

from bot.decency.filter import DecencyFilter
from bot.domain.decency import DECENT, DecencyLevel, Verdict
from bot.domain.neutral import whole_words

_OVERLAP = 160  # what is judged again: the longest phrase that counts, and more
_MAX_LINE = 400
_MAX_HELD = 120
_CLOSED = re.compile(r"`[^`\n]+`|\$[^\s$](?:[^$\n]*?[^\s$])?\$(?!\d)|\$\$[^$\n]*\$\$")
_OPENING = re.compile(r"`|\$(?=[^\s$])")
_BLOCKS = ("```", "$$")


class Watch:
    """Judges a growing text step by step; each step costs its new words and a short overlap."""

    def __init__(
        self, decency: DecencyFilter, level: DecencyLevel, blocked: Sequence[str] = ()
    ) -> None:
        self._decency = decency
        self._level = level
        self._blocked = tuple(blocked)
        self._overlap = max([_OVERLAP, *(4 * len(entry) for entry in self._blocked)])
        self._shown = ""
        self._verdict = DECENT

    @property
    def verdict(self) -> Verdict:
        """About everything that was fed so far but the words held back; it never recovers."""
        return self._verdict

    def feed(self, text: str) -> str:
        """The part of the text so far that may be shown.

        The last word is held back until white space follows, a formula or code that a line
        opened until it is closed (for 120 characters at most). Once the text is indecent, what
        was decent before stays the answer.
        """
        return self._show(text[: _ready(text)])

    def finish(self, text: str) -> str:
        """The same for the whole text, nothing held back."""
        return self._show(text)

    def _show(self, ready: str) -> str:
        if not ready.startswith(self._shown):
            if self._shown.startswith(ready):
                return self._shown  # something opened that holds more back than before
            self._shown = ""  # another text: judge it all
        if self._verdict.is_decent and len(ready) > len(self._shown):
            self._verdict = self._decency.judge(self._news(ready), self._level, self._blocked)
            if self._verdict.is_decent:
                self._shown = ready
        return self._shown

    def _news(self, ready: str) -> str:
        """The end of the text that was not judged yet, with its overlap and context."""
        start = max(len(self._shown) - self._overlap, 0)
        if not start:
            return ready
        line = ready.rfind("\n", 0, start) + 1
        if start - line > _MAX_LINE:
            line = ready.rfind(" ", line, start) + 1 or start
        opened = [mark for mark in _BLOCKS if ready.count(mark, 0, line) % 2]
        return "".join(f"{mark}\n" for mark in opened) + ready[line:]


def _ready(text: str) -> int:
    """Where the part of a text ends that has whole words, formulae and code only."""
    end = len(whole_words(text))
    line = text.rfind("\n", 0, end) + 1
    if any(text.count(mark, 0, line) % 2 for mark in _BLOCKS):
        return end
    last = text[line:end]
    opening = _OPENING.search(_CLOSED.sub(lambda match: "x" * len(match[0]), last))
    if opening and end - line - opening.start() <= _MAX_HELD:
        return len(text[: line + opening.start()].rstrip())
    return end
