"""What could come next: a pair of bars for each candidate, before sampling and after."""

from bot.domain.next_words import settings
from bot.domain.spoken import percent
from bot.domain.views import NextView
from bot.figures.context import context_note
from bot.figures.lettering import fitting, label
from bot.figures.page import SMALL, TEXT, TINY, Align, Layer, Page

MAX_CANDIDATES = 16
_LABELS, _NUMBERS = 104.0, 50.0
_ROW, _BAR = 33.0, 11.0


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
        text = fitting(label(each.piece.text), (_LABELS - 8) / TEXT, is_bold=False)
        size = TEXT
        page.text(text, page.left, page.y + (14 if is_actual else 18), size)
        if is_actual:
            page.text("this one came", page.left, page.y + 26, TINY, page.palette.pale)
        _pair(
            page, each.before / most, each.after / most, percent(each.before), percent(each.after)
        )
        page.y += _ROW
    _rest(page, view, most)


def _legend(page: Page, view: NextView) -> None:
    x = page.left
    names = ("as the model gave it", f"after {settings(view.sampling)}")
    for colour, name in zip(_colours(page), names, strict=True):
        page.box(x, page.y + 1, 10, 10, colour, 2)
        shown = fitting(name, (page.right - x - 14) / SMALL)
        x += 14 + page.text(shown, x + 14, page.y + 10, SMALL, page.palette.pale) + 12
    page.y += 20


def _colours(page: Page) -> tuple[str, str]:
    return page.palette.series[3], page.palette.accent


def _pair(page: Page, before: float, after: float, first: str, second: str) -> None:
    """Two bars with their numbers; the second one is what is drawn from."""
    start = page.left + _LABELS
    room = page.right - start - _NUMBERS
    y = page.y + 2
    for share, name, colour in zip((before, after), (first, second), _colours(page), strict=True):
        if name:
            page.box(start, y, max(room * share, 1.5), _BAR, colour, 2)
            ink = page.palette.ink if colour == page.palette.accent else page.palette.pale
            page.text(name, start + max(room * share, 1.5) + 5, y + 9, SMALL, ink)
        y += _BAR + 3


def _rest(page: Page, view: NextView, most: float) -> None:
    """The tokens that are not shown: together they may be more likely than any of these."""
    left_out = view.candidates[MAX_CANDIDATES:]
    before = view.rest + sum(each.before for each in left_out)
    if before <= 0:
        return
    page.text("all others", page.left, page.y + 12, SMALL, page.palette.pale)
    start = page.left + _LABELS
    room = page.right - start - _NUMBERS
    share = min(before / most, 1.0)
    page.box(start, page.y + 2, max(room * share, 1.5), _BAR, page.palette.series[3], 2)
    sign = "+ " if before > most else ""
    x = start + max(room * share, 1.5) + 5
    page.text(f"{sign}{percent(before)}", x, page.y + 11, SMALL, page.palette.pale, Align.LEFT)
    page.y += _BAR + 5
