"""Neutralising a text that grows: what was read before is not read again."""

import re
from collections.abc import Collection

from bot.domain.neutral import found_in, neutralise_but

_WINDOW = 400
"""Characters at the end that are always read again: more than what a number can span."""
_MAX_REST = 4 * _WINDOW
# Where nothing goes on: the end of a line, or of a part of a sentence before another word.
_BORDER = re.compile(r"\n|[.,;:!?]\s(?=[^\W\d])")


class Neutraliser:
    """`neutralise` for one growing text, of which whole words are fed.

    A step reads the text's end only, so that an answer costs as much as it is long. What spans
    more than that, such as the label of a link in brackets over two sentences, is found by
    `finish`; its target is never shown.
    """

    def __init__(self, allowed: Collection[str] = ()) -> None:
        self._kept = found_in(allowed)
        self._settled = ""
        self._shown = ""  # what is settled, made harmless

    def feed(self, text: str) -> str:
        """The text so far, made harmless."""
        if not text.startswith(self._settled):
            self._settled = self._shown = ""  # another text
        rest = text[len(self._settled) :]
        border = _border(rest)
        if border:
            self._settled += rest[:border]
            self._shown += neutralise_but(rest[:border], self._kept)
            rest = rest[border:]
        return self._shown + neutralise_but(rest, self._kept)

    def finish(self, text: str) -> str:
        """The same for the whole text, read once as a whole."""
        return neutralise_but(text, self._kept)


def _border(rest: str) -> int:
    """Up to where a text is settled; 0 while it is short or nothing ends in it."""
    if len(rest) <= 2 * _WINDOW:
        return 0
    last = len(rest) - _WINDOW
    found = [match.end() for match in _BORDER.finditer(rest, 0, last)]
    outside = [end for end in found if rest.rfind("[", 0, end) <= rest.rfind("]", 0, end)]
    if outside:
        return outside[-1]
    return rest.rfind(" ", 0, last) + 1 if len(rest) > _MAX_REST else 0
