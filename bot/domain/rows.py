"""The row of a table that fits a question best, for where the whole table is too long."""

import re
from collections.abc import Sequence

from bot.domain.blocks import Kind, blocks
from bot.domain.wanted import Field, Wanted, held_by, share_of

_RULE = re.compile(r"[|\s:-]+")


def best_row(text: str, wanted: Sequence[Wanted]) -> str | None:
    """The row below the head of a table that holds most of the question; None without a table."""
    rows = [text[each.start : each.end] for each in blocks(text) if each.kind is Kind.ROW]
    below = [row for row in rows[1:] if not _RULE.fullmatch(row)]
    return max(
        below, key=lambda row: share_of(wanted, held_by(Field.of(row), wanted)), default=None
    )
