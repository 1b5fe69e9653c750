"""Cleaning: what a note's text keeps of the characters in its file."""

import re
import unicodedata

from bot.domain.question import clean_text

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x85\u2028]")
_PAGE_ENDS = re.compile("[\x0c\u2029]")


def clean(text: str) -> str:
    """`text` without invisible and control characters, composed (NFC), with plain line ends.

    It follows the rules of questions (`clean_text`), so that a word of a note and of a question
    are the same word, but it keeps the white space at both ends: code begins with some.
    """
    unified = _LINE_ENDS.sub("\n", _PAGE_ENDS.sub("\n\n", text))
    if unified.isascii() and unified.isprintable():
        return unified
    dropped = {ord(character): None for character in set(unified) if _is_dropped(character)}
    return unicodedata.normalize("NFC", unified.translate(dropped))


def _is_dropped(character: str) -> bool:
    return clean_text(f"x{character}x") == "xx"


def one_line(text: str, max_characters: int) -> str:
    """`text` cleaned, on one line, cut at a word if it is too long."""
    line = " ".join(clean(text).split())
    if len(line) <= max_characters:
        return line
    head = line[: max_characters + 1]
    return head.rpartition(" ")[0] or head[:max_characters]
