"""Views as pictures: which artist draws which."""

from bot.domain.views import (
    AnyView,
    AttentionView,
    LayersView,
    NextView,
    SurpriseView,
    TokensView,
)
from bot.figures import (
    attention_image,
    layers_image,
    next_image,
    surprise_image,
    temperature_image,
    tokens_image,
)
from bot.figures.page import Page
from bot.figures.palette import Palette


def draw(view: AnyView, palette: Palette) -> bytes:
    """The PNG of a view."""
    page = Page(palette)
    match view:
        case TokensView():
            tokens_image.paint(page, view)
        case NextView():
            next_image.paint(page, view)
        case SurpriseView():
            surprise_image.paint(page, view)
        case AttentionView():
            attention_image.paint(page, view)
        case LayersView():
            layers_image.paint(page, view)
        case _:
            temperature_image.paint(page, view)
    return page.png()
