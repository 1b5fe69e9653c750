"""Palettes: the colours of a picture. Its background is opaque, so any suits any reader.

Magnitudes run along one ramp of lightness, from the card's own to the strongest contrast with
it, and series are blue, orange, violet and grey: both can be told apart with any kind of colour
blindness, and numbers or names stand beside them.
"""

from dataclasses import dataclass

from bot.domain.theme import Theme

_STEPS = 48


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as hexadecimal RGB."""

    background: str
    """The card."""
    border: str
    """The line around the card, which separates it from a background of its colour."""
    ink: str
    """Formulas, lines and words."""
    pale: str
    """Numbers and what else stands back."""
    track: str
    """Boxes and the empty part of bars."""
    muted: str
    """Bars that stand back."""
    accent: str
    """What to look at."""
    series: tuple[str, ...]
    """Several things beside each other, in this order."""
    ramp: tuple[str, ...]
    """From nothing to much."""

    @classmethod
    def of(cls, theme: Theme) -> "Palette":
        """The palette for a theme."""
        return _DARK if theme is Theme.DARK else _LIGHT

    def heat(self, share: float) -> str:
        """The colour of a magnitude from 0 to 1, one of a few dozen."""
        step = round(min(max(share, 0.0), 1.0) * _STEPS) / _STEPS
        position = step * (len(self.ramp) - 1)
        index = min(int(position), len(self.ramp) - 2)
        low, high = _rgb(self.ramp[index]), _rgb(self.ramp[index + 1])
        mixed = (a + (b - a) * (position - index) for a, b in zip(low, high, strict=True))
        return "#" + "".join(f"{round(each):02x}" for each in mixed)


def ink_on(colour: str) -> str:
    """Black or white, whichever is read better on a colour: at least 4.5 to 1."""
    return "#000000" if contrast(colour, "#000000") > contrast(colour, "#ffffff") else "#ffffff"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2.2 defines it, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    shares = [each / 255 for each in _rgb(colour)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


_DARK = Palette(
    background="#2b2d31",
    border="#45474e",
    ink="#f2f3f5",
    pale="#b1b4bb",
    track="#3a3d44",
    muted="#858a95",
    accent="#ffd84d",
    series=("#6cb8f0", "#eda63f", "#cf9be0", "#c3c7cf"),
    ramp=("#363a43", "#2f5285", "#6f7b8c", "#bfae6a", "#ffe45c"),
)
_LIGHT = Palette(
    background="#ffffff",
    border="#d4d7dc",
    ink="#1e1f22",
    pale="#5c5f68",
    track="#e9ebef",
    muted="#9da1ab",
    accent="#0b4f9c",
    series=("#1f77b4", "#d97706", "#8e4585", "#6d6f78"),
    ramp=("#eef1f5", "#b9d0ea", "#6f9bd0", "#2f62a3", "#0a2855"),
)
