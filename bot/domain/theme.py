"""The theme of a picture: whose background it is made for."""

from enum import StrEnum


class Theme(StrEnum):
    """Whose background a picture resembles. The card is opaque, so either suits any reader."""

    DARK = "dark"
    LIGHT = "light"
