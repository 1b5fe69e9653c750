"""Text that people wrote, on its way into a prompt or onto Discord."""

import re

from bot.domain.mentions import neutralise_mentions
from bot.domain.question import END_OF_TEXT, clean_text, without_field_markers

_LINE_SEPARATORS = str.maketrans({"\u2028": "\n", "\u2029": "\n"})
_PASSAGE_MARKER = re.compile(r"^([ \t]*)\[(\d{1,3})\]", re.MULTILINE)
_FENCE = "```"
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
_MASKED_LINK = re.compile(r"\](?=\(\s*<?(?:\w[\w+.-]*:|www\.))")
_HEADING = re.compile(r"^([ \t]*)(?=(?:#{1,3}|-#|>>>)[ \t])", re.MULTILINE)


def for_prompt(text: str, *, one_line: bool = False) -> str:
    """Text that cannot leave its place in a prompt.

    The invisible is gone; GPT-2's end of text, and what looks like a field ("Question:") or
    the number of a passage ("[1]") at the start of a line, are written differently. `one_line`
    folds white space for templates that need it.
    """
    cleaned = clean_text(text.translate(_LINE_SEPARATORS))
    cleaned = END_OF_TEXT.sub(r"<\1>", cleaned)
    if one_line:
        cleaned = " ".join(cleaned.split())
    return _PASSAGE_MARKER.sub(r"\1(\2)", without_field_markers(cleaned)).strip()


def for_display(text: str) -> str:
    """Text that looks on Discord like what it is, and changes nothing around it.

    Outside of code, headings and quotes to the end are shown as signs and masked links with
    their target in the open; mentions are harmless, and a code fence that is open is closed.
    """
    pieces: list[str] = []
    position = 0
    for code in _CODE.finditer(text):
        pieces += [_plain(text[position : code.start()], text, position), code[0]]
        position = code.end()
    pieces.append(_plain(text[position:], text, position))
    shown = neutralise_mentions("".join(pieces))
    return shown if shown.count(_FENCE) % 2 == 0 else f"{shown}\n{_FENCE}"


def _plain(part: str, text: str, position: int) -> str:
    """A part of a text outside of code, `position` being where it stands there."""
    opened = _MASKED_LINK.sub("] ", part)
    is_line_start = position == 0 or text[position - 1] == "\n"
    marker = "" if is_line_start else "\0"  # what follows code does not start a line
    return _HEADING.sub(r"\1\\", marker + opened).removeprefix(marker)
