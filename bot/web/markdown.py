"""Words on their way onto the page: Markdown in which nothing loads, hides or escapes."""

import re
from collections.abc import Iterator

from bot.domain.formulas import formulas

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~$!&])")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$|[-+=])", re.MULTILINE)
_ENTITIES = str.maketrans({"<": "&lt;", ">": "&gt;"})
_QUOTED = re.compile(r"^(\s*)&gt;", re.MULTILINE)
# Private characters: what a text cannot hold, so that nothing else of it is a formula.
INLINE, DISPLAY = ("\ue000", "\ue001"), ("\ue002", "\ue003")
_PRIVATE = re.compile("[\ue000-\ue003]")
_IMAGE = re.compile(r"!(?=\[)")
_NUMBER = re.compile(r"\[(\d{1,3})\](?!\()")


def plain(text: str) -> str:
    """What a person wrote, as it was written: no sign of it means anything."""
    return _LINE_START.sub(_escaped_start, _MARKS.sub(r"\\\1", text))


def formatted(text: str) -> str:
    """Markdown of notes and models, without HTML and pictures; code stays as it is.

    Formulas stand between `INLINE` or `DISPLAY`.
    """
    return "".join(_pieces(_PRIVATE.sub("", text)))


def _pieces(text: str) -> Iterator[str]:
    position = 0
    for formula in formulas(text):
        yield from _words(text[position : formula.start])
        opening, closing = DISPLAY if formula.is_display else INLINE
        yield f"{opening}{formula.source}{closing}"
        position = formula.end
    yield from _words(text[position:])


def _words(text: str) -> Iterator[str]:
    position = 0
    for code in _CODE.finditer(text):
        yield _harmless(text[position : code.start()])
        yield code[0]
        position = code.end()
    yield _harmless(text[position:])


def _harmless(text: str) -> str:
    bare = _QUOTED.sub(r"\1>", text.translate(_ENTITIES))
    return _NUMBER.sub(r"&#91;\1]", _IMAGE.sub(r"\\!", bare))


def _escaped_start(match: re.Match[str]) -> str:
    mark = match[2]
    return f"{match[1]}{mark[:-1]}\\{mark[-1]}" if mark[0].isdigit() else f"{match[1]}\\{mark}"
