"""Decoding: the bytes of a text file become text, or are found to be none."""

import codecs

from bot.domain.errors import NoteRefused
from bot.retrieval.cleaning import clean

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = {chr(code) for code in range(32)} - set("\t\n\r\f\v\x1b") | {"\x7f"}
_MAX_SHARE = 0.002  # of control characters in a text; other files are full of them


def decode(name: str, content: bytes, declared: str | None = None) -> str:
    """The cleaned text of a file in UTF-8, UTF-16 (with its mark), `declared` or cp1252.

    Raises:
        NoteRefused: the file is in another encoding, or is no text at all.
    """
    for encoding in _candidates(content, declared):
        try:
            text = content.decode(encoding)
        except (UnicodeError, LookupError):
            continue
        _check_is_text(name, text)
        return clean(text)
    _check_is_text(name, content.decode("latin-1"))
    raise NoteRefused(
        f'I cannot tell in which encoding the letters of "{name}" are; please save it as UTF-8.'
    )


def _candidates(content: bytes, declared: str | None) -> list[str]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return [encoding]
    return ["utf-8", *([declared] if declared else []), "cp1252"]


def _check_is_text(name: str, text: str) -> None:
    num_controls = sum(text.count(control) for control in _CONTROLS)
    if "\0" in text or num_controls > max(len(text) * _MAX_SHARE, 1):
        raise NoteRefused(
            f'"{name}" holds no text although its name ends like a text file\'s; please upload '
            "the original file, or save its text as UTF-8."
        )
