"""The row of a table that fits a question best, for where the whole table is too long."""

import re
from collections.abc import Sequence

from bot.domain.blocks import Kind, blocks
from bot.domain.wanted import Field, Wanted, held_by, share_of

ENOUGH = 0.5
"""The share of a question that the row must hold, with the table's first row and what is above."""
_RULE = re.compile(r"[|\s:-]+")


def best_row(text: str, wanted: Sequence[Wanted], above: str = "") -> str | None:
    """The row below the head of a table that holds most of the question, if that is enough."""
    head, *rows = [
        text[each.start : each.end] for each in blocks(text) if each.kind is Kind.ROW
    ] or [""]
    shares = {row: _share(row, wanted) for row in rows if not _RULE.fullmatch(row)}
    best = max(shares, key=lambda row: shares[row], default=None)
    if best is None or _share(f"{above}\n{head}\n{best}", wanted) < ENOUGH:
        return None
    return best


def _share(text: str, wanted: Sequence[Wanted]) -> float:
    return share_of(wanted, held_by(Field.of(text), wanted))
