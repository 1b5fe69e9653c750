"""A look inside in words, for people who cannot see its picture."""

from bot.domain.views import AnyView


def alt_text(view: AnyView) -> str:
    """What the picture is of."""
    return f"Picture of {type(view).__name__.removesuffix('View').lower()}."
