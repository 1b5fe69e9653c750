"""A server's own blocked words and phrases: which there may be, added and removed."""

from collections.abc import Sequence

from bot.domain.errors import InvalidParameter
from bot.domain.question import clean_text

MAX_BLOCKED = 200
MAX_BLOCKED_CHARACTERS = 60


def with_blocked(blocked: Sequence[str], entry: str) -> tuple[str, ...]:
    """The list with one entry more, in order of the alphabet.

    Raises:
        InvalidParameter: no word, too long, there already, or the list is full.
    """
    wanted = _one_line(entry)
    if not any(character.isalnum() for character in wanted):
        raise InvalidParameter("There is no word in that; please name a word or a phrase.")
    if len(wanted) > MAX_BLOCKED_CHARACTERS:
        raise InvalidParameter(
            f"That has {len(wanted)} characters; please block a word or phrase of at most "
            f"{MAX_BLOCKED_CHARACTERS}."
        )
    if _place(blocked, wanted) is not None:
        raise InvalidParameter("That is blocked already; /settings block list shows all.")
    if len(blocked) >= MAX_BLOCKED:
        raise InvalidParameter(
            f"{MAX_BLOCKED} words and phrases are blocked, and no more can be; please remove one "
            "first."
        )
    return tuple(sorted([*blocked, wanted], key=str.casefold))


def without_blocked(blocked: Sequence[str], entry: str) -> tuple[str, ...]:
    """The list without one entry, however its letters are written.

    Raises:
        InvalidParameter: it is not there.
    """
    place = _place(blocked, _one_line(entry))
    if place is None:
        raise InvalidParameter("That is not blocked here; /settings block list shows what is.")
    return (*blocked[:place], *blocked[place + 1 :])


def _one_line(entry: str) -> str:
    return " ".join(clean_text(entry).split())


def _place(blocked: Sequence[str], wanted: str) -> int | None:
    folded = [entry.casefold() for entry in blocked]
    return folded.index(wanted.casefold()) if wanted.casefold() in folded else None
