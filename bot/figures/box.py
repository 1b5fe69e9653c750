"""Boxes: outlines with a baseline, set side by side and one below the other.

Lengths are in units of the font size; y points up and is 0 at the baseline.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.path import Path
from matplotlib.transforms import Affine2D


@dataclass(frozen=True, slots=True)
class Box:
    """Outlines to be filled, in a rectangle from `-descent` to `ascent` around the baseline."""

    path: Path | None
    width: float
    ascent: float
    descent: float

    @property
    def height(self) -> float:
        """From the lowest to the highest point."""
        return self.ascent + self.descent

    def scaled(self, factor: float) -> "Box":
        """The same, larger or smaller."""
        path = self.path and self.path.transformed(Affine2D().scale(factor))
        return Box(path, self.width * factor, self.ascent * factor, self.descent * factor)

    def with_height(self, ascent: float, descent: float) -> "Box":
        """The same outlines in a rectangle of another height."""
        return Box(self.path, self.width, ascent, descent)

    def raised(self, rise: float) -> "Box":
        """The same on a baseline that is higher by `rise`."""
        path = self.path and self.path.transformed(Affine2D().translate(0, rise))
        return Box(path, self.width, self.ascent + rise, self.descent - rise)


def space(width: float) -> Box:
    """Nothing, `width` wide."""
    return Box(None, width, 0, 0)


def placed(boxes: Sequence[tuple[Box, float, float]], width: float) -> Box:
    """Boxes as one, each with the x of its left end and the y of its baseline."""
    paths = [box.path.transformed(Affine2D().translate(x, y)) for box, x, y in boxes if box.path]
    return Box(
        Path.make_compound_path(*paths) if paths else None,
        width,
        max((box.ascent + y for box, _, y in boxes), default=0),
        max((box.descent - y for box, _, y in boxes), default=0),
    )


def beside(boxes: Sequence[Box]) -> Box:
    """Boxes from left to right on one baseline."""
    x = 0.0
    spots: list[tuple[Box, float, float]] = []
    for box in boxes:
        spots.append((box, x, 0.0))
        x += box.width
    return placed(spots, x)


def below(lines: Sequence[Box], gap: float, indent: float = 0) -> Box:
    """Boxes one below the other with `gap` between them; the first one's baseline stays.

    All but the first begin `indent` further to the right.
    """
    y = 0.0
    spots: list[tuple[Box, float, float]] = []
    for index, line in enumerate(lines):
        if index:
            y -= lines[index - 1].descent + gap + line.ascent
        spots.append((line, indent if index else 0.0, y))
    return placed(spots, max(line.width + x for line, x, _ in spots))
