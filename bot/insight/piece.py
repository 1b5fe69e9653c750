"""The text of one token, such that it can be read alone.

GPT-2's tokens are pieces of UTF-8 (Radford et al. 2019, "byte-level BPE"): most are a word with
the space before it, but a character outside ASCII may be cut into several tokens, none of which
is text. Bytes that form no character, and characters that show nothing by themselves, stand in
the escape notation that Python and most other languages have for them.
"""

import unicodedata

from bot.domain.views import Piece
from bot.generation.tokenizer import END_OF_TEXT, Tokenizer

_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
_SHOWS_NOTHING = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")


def piece_of(tokenizer: Tokenizer, token: int) -> Piece:
    """A token with its text: an id beyond the vocabulary is told as such."""
    if token == tokenizer.end_of_text_id:
        return Piece(token, END_OF_TEXT)
    known = tokenizer.token_bytes(token)
    return Piece(token, readable(known) if known else f"<{token}>")


def readable(known: bytes) -> str:
    """Bytes as text where they are text, else escaped: `\\xe2`, `\\n`, `\\u200d`."""
    text = known.decode("utf-8", "backslashreplace")
    shown = "".join(_shown(character) for character in text)
    # An accent needs a letter before it, which here was another token's.
    is_accent = bool(shown) and unicodedata.category(shown[0]).startswith("M")
    return _code(shown[0]) + shown[1:] if is_accent else shown


def _shown(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    is_seen = unicodedata.category(character) not in _SHOWS_NOTHING
    is_plain = is_seen and (character == " " or not character.isspace())
    return character if is_plain else _code(character)


def _code(character: str) -> str:
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
