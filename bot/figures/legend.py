"""Legends: which colour is which series."""

from collections.abc import Sequence

from bot.figures.lettering import fitting, legible, width
from bot.figures.page import SMALL, Page


def paint_legend(page: Page, names: Sequence[str]) -> None:
    """Names beside their colours, in lines; a single series needs none."""
    if len(names) < 2:
        return
    x = page.left
    for index, name in enumerate(names):
        shown = fitting(legible(name), (page.room - 14) / SMALL)
        wide = 14 + width(shown) * SMALL
        if x > page.left and x + wide > page.right:
            x, page.y = page.left, page.y + 16
        page.box(x, page.y + 1, 10, 10, series_colour(page, index), 2)
        page.text(shown, x + 14, page.y + 10, SMALL, page.palette.pale)
        x += wide + 12
    page.y += 20


def series_colour(page: Page, index: int) -> str:
    """The colour of the n-th series."""
    return page.palette.series[index % len(page.palette.series)]
