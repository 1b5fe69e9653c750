"""Disguises: which pieces of a text may be withheld words in digits, signs and separators."""

import re
from collections.abc import Iterable

_MAX_PIECES = 24
_MAX_LENGTH = 48
_PREFIX = 3
_EDGES = ".,;:!?()[]{}<>\"'*_~-"
# Letters next to digits or signs, single letters between separators, letters in long runs.
_SUSPECT = re.compile(
    r"[A-Za-z][0-9@$!|*#+&]+[A-Za-z]|[@$!][A-Za-z]|(?<![0-9])[0-9][A-Za-z]{2}|"
    r"[A-Za-z]{2}[0-9@$!|]|(?<![A-Za-z])[A-Za-z][-._/,|][A-Za-z]|([A-Za-z])\1\1"
)
_MASKED = re.compile(r"[A-Za-z][*#][A-Za-z]")
_RUN = re.compile(r"([A-Za-z])\1\1+")
_OTHER = re.compile(r"[^a-z]+")
_REPEATED = re.compile(r"(.)\1+")
_LEET = str.maketrans("01345789@$!|+(&", "oieastbgasiitce")
_LEET_L = str.maketrans("1!|", "lll")
_APART = " ~ "  # keeps pieces from being read as one word


class Disguise:
    """Finds pieces of a text that may be one of its words; the library then judges them.

    At most 24 pieces of a text are suspected, the cost of a call being bounded so.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._beginnings = frozenset(_skeleton(word)[:_PREFIX] for word in words)
        self._short = frozenset(start for start in self._beginnings if len(start) < _PREFIX)

    def of(self, prose: str) -> str:
        """The suspects, kept apart; "" where there are none."""
        has_runs = _RUN.search(prose) is not None
        suspects: list[str] = []
        for chunk in dict.fromkeys(prose.split()):
            if chunk.isalpha() and not has_runs:
                continue
            piece = chunk.strip(_EDGES)
            if _SUSPECT.search(piece[: 4 * _MAX_LENGTH]) and self._may_hide_a_word(piece):
                suspects.append(_RUN.sub(r"\1\1", piece)[:_MAX_LENGTH])
                if len(suspects) == _MAX_PIECES:
                    break
        return _APART.join(suspects)

    def _may_hide_a_word(self, piece: str) -> bool:
        lowered = piece.lower()
        if _MASKED.search(lowered):
            return True
        if self._has_beginning(_skeleton(lowered)):
            return True
        other = lowered.translate(_LEET_L)
        return other != lowered and self._has_beginning(_skeleton(other))

    def _has_beginning(self, skeleton: str) -> bool:
        return any(
            skeleton[at : at + _PREFIX] in self._beginnings or skeleton[at : at + 2] in self._short
            for at in range(min(len(skeleton), _MAX_LENGTH))
        )


def _skeleton(word: str) -> str:
    """The letters of a word: digits and signs read, separators gone, runs written once."""
    return _REPEATED.sub(r"\1", _OTHER.sub("", word.translate(_LEET)))
