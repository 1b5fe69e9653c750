"""Tokens and numbers in words, for sentences about what a look inside found."""

import math
import unicodedata
from collections.abc import Iterable, Sequence

from bot.domain.splitting import message_length
from bot.domain.views import Piece

_MAX_PIECE = 24
_END_OF_TEXT = "<|endoftext|>"
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_FROM_RIGHT = ("R", "AL", "RLE", "RLO", "RLI")
_MORE = " …"
_ESCAPED = "\\n"


def spoken(piece: Piece) -> str:
    """A token as a sentence names it: its text in quotes, or what its white space is.

    The space before a word, which most tokens begin with, is left out.
    """
    text = piece.text.replace(_ESCAPED, "\n") if is_line_break(piece) else piece.text
    if text == _END_OF_TEXT:
        return "the end of the text"
    if not text:
        return "an empty token"
    if text.strip("\n") == "":
        return "a line break" if len(text) == 1 else f"{len(text)} line breaks"
    if text.strip(" ") == "":
        return "a space" if len(text) == 1 else f"{len(text)} spaces"
    if text.isspace():
        return "white space"
    return quoted(text.strip(" "))


def is_line_break(piece: Piece) -> bool:
    """Whether a token is line breaks only, as themselves or in escape notation."""
    return bool(piece.text) and not piece.text.replace(_ESCAPED, "\n").strip("\n")


def quoted(text: str) -> str:
    """Text in quotes that stays in one line, is not too long and turns nothing around it."""
    line = "".join(_visible(character) for character in " ".join(text.split()))
    if len(line) > _MAX_PIECE:
        line = f"{line[: _MAX_PIECE - 1]}…"
    if any(unicodedata.bidirectional(character) in _FROM_RIGHT for character in line):
        line = f"{_ISOLATE}{line}{_END_ISOLATE}"
    return f"“{line}”"


def plain_text(pieces: Iterable[Piece]) -> str:
    """Tokens one after the other, whose line breaks are such."""
    return "".join("\n" if is_line_break(piece) else piece.text for piece in pieces)


def text_of(pieces: Iterable[Piece], max_characters: int = 60) -> str:
    """Tokens one after the other as text in quotes, of which the end is kept."""
    line = "".join(_visible(c) for c in " ".join(plain_text(pieces).split()))
    if len(line) > max_characters:
        line = f"…{line[1 - max_characters :]}"
    if any(unicodedata.bidirectional(character) in _FROM_RIGHT for character in line):
        line = f"{_ISOLATE}{line}{_END_ISOLATE}"
    return f"“{line}”"


def percent(share: float) -> str:
    """A share of 1: "34 %", "3.4 %", "under 0.1 %"."""
    if share >= 0.9995:
        return "100 %"
    if share >= 0.995:
        return f"{share * 100:.1f} %"
    if share >= 0.0995:
        return f"{share * 100:.0f} %"
    if share >= 0.001:
        return f"{share * 100:.1f} %"
    return "under 0.1 %" if share > 0 else "0 %"


def chance(surprisal: float) -> str:
    """The probability of a token with so many bits of surprisal: "34 %", "one in 8,200"."""
    if surprisal < 10:
        return percent(2**-surprisal)
    digits = 1 - math.floor(math.log10(2**surprisal))
    return f"one in {round(2**surprisal, digits):,.0f}"


def bits(number: float) -> str:
    """A surprisal or an entropy."""
    return f"{max(0.0, number):.1f} bits"


def counted(number: int, noun: str) -> str:
    """A number of things: "1 token", "1,024 tokens"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them: "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def fitted(intro: str, items: Sequence[str], max_length: int, noun: str = "more") -> str:
    """An introduction and as many items behind it as fit, then how many were left out.

    Lengths are Discord's: UTF-16 units.
    """
    shown = intro
    for index, item in enumerate(items):
        longer = f"{shown}{' ' if index == 0 else '; '}{item}"
        rest = len(items) - index - 1
        ending = f"; and {rest:,} {noun}." if rest else "."
        if message_length(longer + ending) > max_length:
            left = len(items) - index
            return cut(f"{shown}; and {left:,} {noun}." if index else shown, max_length)
        shown = longer
    return cut(f"{shown}." if items else shown, max_length)


def cut(text: str, max_length: int) -> str:
    """Text of at most so many UTF-16 units."""
    if message_length(text) <= max_length:
        return text
    room = max_length - message_length(_MORE)
    while message_length(text) > room:
        text = text[: min(len(text) - 1, room)]
    return text.rstrip() + _MORE


def _visible(character: str) -> str:
    """A character that can be read, or its escape notation."""
    if character == " " or character.isprintable():
        return character
    return f"\\u{ord(character):04x}" if ord(character) < 0x10000 else f"\\U{ord(character):08x}"
