"""What could come next: a pair of bars for each candidate, before sampling and after."""

from bot.domain.next_words import settings
from bot.domain.spoken import percent
from bot.domain.views import NextView
from bot.figures.context import context_note
from bot.figures.lettering import fitting, label, width
from bot.figures.page import SMALL, TEXT, TINY, Layer, Page

MAX_CANDIDATES = 16
_LABELS, _NUMBERS = 104.0, 50.0
_ROW, _BAR = 33.0, 11.0
_TINY_SHARE = 0.0005


def paint(page: Page, view: NextView) -> None:
    """The candidates, the one that came marked, and what is left for all others."""
    note = context_note(view.context, view.position, view.num_tokens)
    page.heading("What could come next", note)
    if not view.candidates:
        page.paragraph("There is nothing that could come.", TEXT, page.palette.pale, 1)
        return
    _legend(page, view)
    shown = view.candidates[:MAX_CANDIDATES]
    most = max(max(each.before, each.after) for each in shown) or 1.0
    for each in shown:
        is_actual = view.actual is not None and view.actual.id == each.piece.id
        if is_actual:
            page.box(
                page.left - 6,
                page.y - 2,
                page.room + 12,
                _ROW - 1,
                page.palette.track,
                4,
                Layer.GROUND,
            )
        text = fitting(label(each.piece.text), (_LABELS - 8) / TEXT)
        page.text(text, page.left, page.y + (14 if is_actual else 18), TEXT)
        if is_actual:
            page.text("this one came", page.left, page.y + 26, TINY, page.palette.pale)
        _pair(page, each.before, each.after, most)
        page.y += _ROW
    _rest(page, view, most)
    if view.actual is not None and view.actual.id not in {each.piece.id for each in shown}:
        page.y += 2
        came = f"“{label(view.actual.text)}” came, which is not among these."
        page.paragraph(came, SMALL, page.palette.ink, 2)


def _legend(page: Page, view: NextView) -> None:
    """What the two bars are, below each other where a line cannot hold both."""
    x = page.left
    names = ("as the model gave it", f"after {settings(view.sampling)}")
    for colour, name in zip(_colours(page), names, strict=True):
        shown = fitting(name, (page.room - 14) / SMALL)
        if x > page.left and x + 14 + width(shown) * SMALL > page.right:
            x, page.y = page.left, page.y + 15
        page.box(x, page.y + 1, 10, 10, colour, 2)
        x += 14 + page.text(shown, x + 14, page.y + 10, SMALL, page.palette.pale) + 12
    page.y += 20


def _colours(page: Page) -> tuple[str, str]:
    return page.palette.muted, page.palette.accent


def _pair(page: Page, before: float, after: float, most: float) -> None:
    """Two bars with their numbers; the second one is what is drawn from."""
    start = page.left + _LABELS
    room = page.right - start - _NUMBERS
    y = page.y + 2
    inks = (page.palette.pale, page.palette.ink)
    for share, colour, ink in zip((before, after), _colours(page), inks, strict=True):
        length = max(min(share / most, 1.0) * room, 1.5) if share > 0 else 0.0
        page.box(start, y, length, _BAR, colour, 2)
        page.text(percent(share), start + length + 5, y + 9, SMALL, ink)
        y += _BAR + 3


def _rest(page: Page, view: NextView, most: float) -> None:
    """The tokens that are not shown: together they may be more likely than any of these."""
    left_out = view.candidates[MAX_CANDIDATES:]
    before = view.rest + sum(each.before for each in left_out)
    if before < _TINY_SHARE:
        return
    after = max(1.0 - sum(each.after for each in view.candidates[:MAX_CANDIDATES]), 0.0)
    page.text("all others", page.left, page.y + 18, TEXT, page.palette.pale)
    _pair(page, before, after if after >= _TINY_SHARE else 0.0, most)
    page.y += _ROW
