"""The word list of one level: fast lookups, and the library where writing is disguised."""

import re

from glin_profanity import Filter, FilterConfig

from bot.decency.disguise import Disguise
from bot.decency.vocabulary import HARMLESS_PHRASES, WORD_REASONS, withheld_words
from bot.domain.decency import DecencyLevel, Reason

_MIN_SPELLED = 4
_WINDOW = 40
_MAX_WINDOWS = 8
_PLAIN = re.compile(r"[a-z]+")
_SPELLED = re.compile(r"(?<![a-z0-9])[a-z](?:[ ._*|/-]{1,3}[a-z](?![a-z0-9])){3,}")
_GRAVEST_FIRST = (Reason.SLUR, Reason.SEXUAL, Reason.SWEARING, Reason.MILD)


class WordList:
    """The words that a level withholds.

    The library takes milliseconds for a text and reads formulae as disguised words. So plain
    words are looked up, and the library judges only what is around a hit (its and our lists
    of harmless phrases apply) and what looks disguised.
    """

    def __init__(self, level: DecencyLevel) -> None:
        listed = frozenset(Filter({"languages": ["english"]}).words)
        self._words = withheld_words(listed, level)
        self._disguise = Disguise(self._words)
        self._long_words = tuple(word for word in self._words if len(word) >= _MIN_SPELLED)
        config: FilterConfig = {
            "languages": ["english"],
            "custom_words": sorted(self._words - listed),
            "ignore_words": sorted(listed - self._words),
            "whitelist": list(HARMLESS_PHRASES),
            "detect_leetspeak": True,
            "normalize_unicode": False,  # `seen` did it
            "obfuscation": {"level": "standard", "masking": {"chars": "*#", "min_visible": 3}},
        }
        self._library = Filter(config)

    def reason(self, visible: str, prose: str) -> Reason | None:
        """The gravest reason why a text is indecent.

        Args:
            visible: the text as `folding.seen` gives it.
            prose: the same without code and formulae.
        """
        found: set[Reason] = set()
        for passage in self._around_hits(visible):
            found |= self._judged(passage)
        disguised = self._disguise.of(prose)
        if disguised:
            found |= self._judged(disguised)
        found |= self._spelled(prose)
        return next((reason for reason in _GRAVEST_FIRST if reason in found), None)

    def _around_hits(self, text: str) -> list[str]:
        """Each withheld word that stands in the text, with the words around it."""
        lowered = text.lower()
        present = self._words.intersection(_PLAIN.findall(lowered))
        if not present:
            return []
        if len(lowered) != len(text):  # a few capitals are one letter and two in lower case
            text = lowered
        hits = (match for match in _PLAIN.finditer(lowered) if match[0] in present)
        windows: dict[str, None] = {}
        for match in hits:
            windows[_window(text, match.start(), match.end())] = None
            if len(windows) == _MAX_WINDOWS:
                break
        return list(windows)

    def _spelled(self, prose: str) -> set[Reason]:
        """Reasons of words whose letters stand apart: "f u c k"."""
        joined = ("".join(_PLAIN.findall(match[0])) for match in _SPELLED.finditer(prose.lower()))
        return {_reason_of(word) for run in joined for word in self._long_words if word in run}

    def _judged(self, text: str) -> set[Reason]:
        if not self._library.is_profane(text):
            return set()
        return {_reason_of(word) for word in self._library.check_profanity(text)["profane_words"]}


def _reason_of(word: str) -> Reason:
    return WORD_REASONS.get(word.lower(), Reason.SEXUAL)


def _window(text: str, start: int, end: int) -> str:
    """The part of a text around `start:end`, without the cut words at its edges."""
    before = text[max(start - _WINDOW, 0) : start]
    after = text[end : end + _WINDOW]
    if start > _WINDOW:
        before = before.partition(" ")[2] or before
    if len(text) > end + _WINDOW:
        after = after.rpartition(" ")[0] or after
    return before + text[start:end] + after
