"""The decency filter: whether a text may be shown on a server."""

import re
from collections.abc import Sequence

from bot.decency.block_list import BlockList
from bot.decency.folding import seen, words
from bot.decency.phrases import phrase_reason
from bot.decency.word_list import WordList
from bot.domain.decency import DECENT, DecencyLevel, Reason, Verdict

_MAX_BLOCK_LISTS = 64
# Code and formulae, in which signs are signs and no disguise of letters.
_SYMBOLIC = re.compile(
    r"(?s:```.*?(?:```|\Z))|`[^`\n]+`|(?s:\$\$.*?\$\$)|\$[^\s$](?:[^$\n]*?[^\s$])?\$(?!\d)"
    r"|(?s:\\\(.*?\\\)|\\\[.*?\\\])"
)
_PLACEHOLDER = " formula "


class DecencyFilter:
    """Judges texts; keeps nothing of them and logs nothing.

    Everything here belongs to the event loop: 600 characters cost a fraction of a millisecond.
    """

    def __init__(self) -> None:
        self._word_lists = {
            level: WordList(level) for level in (DecencyLevel.STANDARD, DecencyLevel.STRICT)
        }
        self._block_lists: dict[tuple[str, ...], BlockList] = {}

    def judge(self, text: str, level: DecencyLevel, blocked: Sequence[str] = ()) -> Verdict:
        """Whether a text may be shown on a server of that level and block list.

        `blocked` holds words and phrases as people wrote them; they count at every level, also
        `off`. The gravest reason is named.
        """
        visible = seen(text)
        tokens = words(visible)
        if blocked and self._block_list(tuple(blocked)).occurs_in(tokens):
            return Verdict(Reason.BLOCKED)
        if level is DecencyLevel.OFF:
            return DECENT
        prose = _SYMBOLIC.sub(_PLACEHOLDER, visible)
        reason = phrase_reason(tokens) or self._word_lists[level].reason(visible, prose)
        return Verdict(reason) if reason else DECENT

    def _block_list(self, entries: tuple[str, ...]) -> BlockList:
        """The folded list, kept for the servers that asked last."""
        known = self._block_lists.pop(entries, None) or BlockList(entries)
        self._block_lists[entries] = known  # the newest stands last
        if len(self._block_lists) > _MAX_BLOCK_LISTS:
            del self._block_lists[next(iter(self._block_lists))]
        return known
