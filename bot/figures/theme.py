"""Themes: the colours of a picture. Its background is opaque, so any of them suits any reader."""

from enum import StrEnum


class Theme(StrEnum):
    """Whose background a picture resembles."""

    DARK = "dark"
    LIGHT = "light"

    @property
    def background(self) -> str:
        """The card."""
        return "#2b2d31" if self is Theme.DARK else "#ffffff"

    @property
    def border(self) -> str:
        """The line around the card, which separates it from a background of its colour."""
        return "#45474e" if self is Theme.DARK else "#d4d7dc"

    @property
    def ink(self) -> str:
        """Formulas, lines and words."""
        return "#f2f3f5" if self is Theme.DARK else "#1e1f22"

    @property
    def pale(self) -> str:
        """Numbers and what else stands back."""
        return "#a5a8b0" if self is Theme.DARK else "#6d6f78"
