"""Folding: disguised writing as the plain letters that a reader sees."""

import re
import unicodedata

_LOOK_ALIKES = {
    "a": "аαɑᴀ",
    "b": "вβЬʙ",
    "c": "сϲᴄ",
    "d": "ԁᴅđ",
    "e": "еєεᴇ",
    "f": "ƒғ",
    "g": "ɡցɢ",
    "h": "һհнʜ",
    "i": "іιıɪ",
    "j": "јᴊ",
    "k": "кκᴋ",
    "l": "ӏʟł",
    "m": "мᴍ",
    "n": "ηոռɴ",
    "o": "оοօᴏø",
    "p": "рρᴘ",
    "q": "ԛǫ",
    "r": "гʀ",
    "s": "ѕꜱ",
    "t": "тτᴛ",
    "u": "υսᴜ",
    "v": "νѵᴠ",
    "w": "ԝωᴡ",
    "x": "хχ",
    "y": "уүγʏ",
    "z": "ᴢ",
}
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
# Letters in circles, squares and flags, which normal forms leave alone.
_ORNAMENTS = {
    first + index: letter
    for first in (0x1F150, 0x1F170, 0x1F1E6)
    for index, letter in enumerate(_ALPHABET)
}
_SEEN_AS = (
    {ord(sign): letter for letter, signs in _LOOK_ALIKES.items() for sign in signs}
    | {
        ord(sign.upper()): letter.upper()
        for letter, signs in _LOOK_ALIKES.items()
        for sign in signs
        if len(sign.upper()) == 1 and sign.upper() != sign and not sign.upper().isascii()
    }
    | _ORNAMENTS
    | dict.fromkeys(map(ord, "‘’ʼ´＇"), "'")
    | dict.fromkeys(map(ord, "‐‑‒−"), "-")
)
_UNSEEN = re.compile(
    r"[\u00ad\u034f\u0300-\u036f\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
_HYPHENATED = re.compile(r"(?<=[a-z])-\n[ \t]*(?=[a-z])")

_LEET = str.maketrans("013457@$!|", "oieastasii")
_DOUBLE_ONE = re.compile(r"(?<=[a-z])11")
_TOKEN = re.compile(r"[@$]{0,2}[^\W_]+(?:[@$!|]+[^\W_]+)*")
_STRETCHED = re.compile(r"([^\W\d_])\1\1+")


def seen(text: str) -> str:
    """Text as a reader sees it: look-alike letters are Latin ones, the invisible is gone.

    Upper and lower case stay. Words that a line end hyphenates are whole again.
    """
    if not text.isascii():
        decomposed = _UNSEEN.sub("", unicodedata.normalize("NFKD", text))
        text = unicodedata.normalize("NFC", decomposed.translate(_SEEN_AS))
    return _HYPHENATED.sub("", text) if "-\n" in text else text


def words(text: str) -> list[str]:
    """The words of a `seen` text in lower case: digits and signs read as letters.

    Apostrophes vanish ("you're" is "youre"), numbers stay numbers, and three or more single
    letters in a row are one word ("k i l l").
    """
    tokens = _TOKEN.findall(text.lower().replace("'", ""))
    found: list[str] = []
    single = 0  # how many single letters `found` ends in
    for token in tokens:
        if len(token) == 1 and token.isalpha():
            single += 1
        else:
            if single:
                _join_last(found, single)
                single = 0
            if not token.isalpha():
                token = _read(token)
        found.append(token)
    _join_last(found, single)
    return found


def unstretched(text: str) -> str:
    """Text with letters that stand three times or more in a row written once."""
    return _STRETCHED.sub(r"\1", text)


def _read(token: str) -> str:
    """A token with digits or signs in it, as letters; a number stays one."""
    if not any(character.isalpha() for character in token):
        return token
    return _DOUBLE_ONE.sub("ll", token).translate(_LEET)


def _join_last(found: list[str], count: int) -> None:
    """Make one word of the last single letters, if they are three or more."""
    if count >= 3:
        found[-count:] = ["".join(found[-count:])]
