"""Attention: which earlier tokens (columns) each token (row) looks at."""

import math

from bot.domain.attention_words import whose
from bot.domain.spoken import percent
from bot.domain.views import AttentionView
from bot.figures.grid import MAX_NUMBERED, Cells, paint_grid, paint_scale
from bot.figures.lettering import label
from bot.figures.page import SMALL, Page

MAX_TOKENS = 32
_MAX_LABEL = 11
_LEAST_SCALE = 0.05
"""The share that has the strongest colour at least."""


def paint(page: Page, view: AttentionView) -> None:
    """The last tokens of the view; colours follow the square root, so that little is seen too."""
    count = len(view.pieces)
    title = whose(view)
    if not count:
        page.heading("Attention", f"{title}. There is no token here.")
        return
    skipped = max(count - MAX_TOKENS, 0)
    page.heading(
        f"Attention: {title}",
        "Each row: where its token looks. Columns: the tokens looked at. "
        "Nothing right of the diagonal: GPT-2 cannot look ahead.",
    )
    names = [label(piece.text, _MAX_LABEL) for piece in view.pieces[skipped:]]
    most = max(_LEAST_SCALE, max(max(row[skipped:count]) for row in view.weights[skipped:]))
    rows = [
        [
            math.sqrt(max(view.weights[row][column], 0.0) / most) if column <= row else None
            for column in range(skipped, count)
        ]
        for row in range(skipped, count)
    ]
    numbers = [
        [f"{view.weights[row][column] * 100:.0f}" for column in range(skipped, count)]
        for row in range(skipped, count)
    ]
    paint_grid(page, Cells(names, names, rows, numbers))
    is_numbered = len(names) <= MAX_NUMBERED
    note = "numbers: percent of a row" if is_numbered else _largest(view)
    paint_scale(page, "0 %", percent(most), percent(most / 4), note)
    before = view.first + skipped
    if before:
        page.y += 4
        tokens = "1 token" if before == 1 else f"{before:,} tokens"
        note = f"{tokens} before these {len(names)} are left out, so a row may sum to less."
        page.paragraph(note, SMALL, page.palette.pale, 2)


def _largest(view: AttentionView) -> str:
    last = view.weights[-1][: len(view.pieces)]
    return f"most in the last row: {max(last) * 100:.0f} %"
