"""The name under which a note is kept and shown."""

import re
import unicodedata

from bot.domain.errors import NoteRefused
from bot.domain.question import clean_text

MAX_NAME_CHARACTERS = 100
_MAX_ENDING = 12
_FOLDERS = re.compile(r"(?:.*[/\\])?(?:[A-Za-z]:|[. ])*", re.DOTALL)
_SPACES = re.compile(r"\s+")


def note_name(name: str) -> str:
    """The last part of a file's name, on one line, without invisible characters.

    Folders, drives and leading dots go; of a name over 100 characters the ending stays.

    Raises:
        NoteRefused: nothing is left of the name.
    """
    line = _SPACES.sub(" ", clean_text(_SPACES.sub(" ", name)))
    kept = _FOLDERS.sub("", unicodedata.normalize("NFC", line), count=1)
    stem, dot, ending = kept.rpartition(".")
    if len(kept) > MAX_NAME_CHARACTERS and stem and len(ending) <= _MAX_ENDING:
        room = MAX_NAME_CHARACTERS - len(ending) - 1
        kept = f"{stem[:room].rstrip()}{dot}{ending}"
    kept = kept[:MAX_NAME_CHARACTERS].rstrip()
    if not kept.strip("."):
        raise NoteRefused("The file has no name; please give it one, for example week-1.md.")
    return kept
