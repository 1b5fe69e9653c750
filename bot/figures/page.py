"""Pages: opaque cards with round corners, as wide as a phone, that grow downwards.

Lengths are in pixels of a phone's screen, 400 of which are the page's width; x points to the
right and y down. What is drawn is gathered by colour, which makes one path of hundreds.
"""

import io
from collections.abc import Sequence
from enum import Enum, IntEnum

from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform
from PIL import Image

from bot.figures.lettering import legible, word, wrapped
from bot.figures.palette import Palette

WIDTH = 400.0
SCALE = 2.5
"""Pixels of the picture for one of the page."""
MARGIN = 14.0
TITLE, TEXT, SMALL, TINY = 16.0, 13.0, 11.0, 9.5
"""Font sizes; a phone shows the picture at about its own width."""
MAX_HEIGHT = 2_400.0
"""Nothing that is drawn comes near it: artists leave out what is too much, and say so."""
_RADIUS = 8.0
_CLEAR, _HALF = 255, 128
"""The colour that is none, and from which alpha on a pixel belongs to the card."""
_CORNER = 0.4477
"""Where the control points of a Bézier curve stand that looks like a quarter of a circle."""


class Layer(IntEnum):
    """What lies on what."""

    CARD = 0
    GROUND = 1
    FILL = 2
    LINE = 3
    INK = 4


class Align(Enum):
    """Which point of a text is given; the value is the share of its width left of it."""

    LEFT = 0.0
    MIDDLE = 0.5
    RIGHT = 1.0


class Page:
    """A page; `y` is where the next thing goes, and whoever draws moves it down."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self.y = MARGIN
        self._fills: dict[tuple[Layer, str], list[Path]] = {}
        self._lines: dict[tuple[Layer, str, float], list[Path]] = {}

    @property
    def left(self) -> float:
        """Where content begins."""
        return MARGIN

    @property
    def right(self) -> float:
        """Where content ends."""
        return WIDTH - MARGIN

    @property
    def room(self) -> float:
        """The width of the content."""
        return WIDTH - 2 * MARGIN

    def heading(self, title: str, note: str = "", max_lines: int = 3) -> None:
        """A title, and below it a note of a few lines."""
        shown = legible(title, is_bold=True)
        for line in wrapped(shown, self.room / TITLE, 2, is_bold=True) if title else ():
            self.y += TITLE
            self.text(line, self.left, self.y, TITLE, is_bold=True)
            self.y += 4
        if note:
            self.paragraph(note, SMALL, self.palette.pale, max_lines)
        self.y += 8

    def paragraph(self, text: str, size: float, colour: str, max_lines: int) -> None:
        """Lines across the page."""
        for line in wrapped(legible(text), self.room / size, max_lines):
            self.y += size * 1.05
            self.text(line, self.left, self.y, size, colour)
            self.y += size * 0.3

    def text(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        colour: str = "",
        align: Align = Align.LEFT,
        *,
        is_bold: bool = False,
        is_upright: bool = False,
    ) -> float:
        """Legible text with its baseline at `y`; its width. Upright is read from below."""
        drawn = word(text, is_bold=is_bold)
        if drawn.path is not None:
            moved = Affine2D().scale(size).translate(-drawn.width * size * align.value, 0)
            if is_upright:
                moved = moved.rotate_deg(90)
            moved = moved.scale(1, -1).translate(x, y)
            self._fill(Layer.INK, colour or self.palette.ink, drawn.path.transformed(moved))
        return drawn.width * size

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        colour: str,
        radius: float = 0.0,
        layer: Layer = Layer.FILL,
    ) -> None:
        """A filled rectangle, its corner at the top left given."""
        self._fill(layer, colour, _rectangle(x, y, width, height, radius))

    def frame(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        colour: str,
        radius: float = 0.0,
        thickness: float = 1.2,
    ) -> None:
        """The outline of a rectangle."""
        self._line(_rectangle(x, y, width, height, radius), colour, thickness)

    def line(
        self, points: Sequence[tuple[float, float]], colour: str, thickness: float = 1.0
    ) -> None:
        """A line through points."""
        if len(points) > 1:
            self._line(Path(points), colour, thickness)

    def png(self) -> bytes:
        """The page as it is now, down to `y`."""
        height = min(self.y + MARGIN, MAX_HEIGHT)
        size = (round(WIDTH * SCALE), round(height * SCALE))
        figure = Figure(figsize=((size[0] + 0.1) / 100, (size[1] + 0.1) / 100), dpi=100)
        figure.patch.set_alpha(0)
        card = _rectangle(0.6, 0.6, WIDTH - 1.2, height - 1.2, _RADIUS)
        self._fill(Layer.CARD, self.palette.background, card)
        self._line(card, self.palette.border, 0.6)
        upside_down = Affine2D().scale(SCALE, -SCALE).translate(0, size[1])
        for (layer, colour), paths in self._fills.items():
            _add(figure, paths, upside_down, layer, facecolor=colour, linewidth=0)
        for (layer, colour, thickness), paths in self._lines.items():
            style = {"edgecolor": colour, "fill": False, "linewidth": thickness * SCALE * 0.72}
            _add(figure, paths, upside_down, layer, joinstyle="round", **style)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="rgba", dpi=100)
        return _compressed(Image.frombytes("RGBA", size, buffer.getvalue()))

    def _fill(self, layer: Layer, colour: str, path: Path) -> None:
        self._fills.setdefault((layer, colour), []).append(path)

    def _line(self, path: Path, colour: str, thickness: float) -> None:
        self._lines.setdefault((Layer.LINE, colour, thickness), []).append(path)


def _compressed(picture: Image.Image) -> bytes:
    """A PNG of 256 colours, a third as large, and written faster; around the card it is clear."""
    few = picture.convert("RGB").quantize(
        _CLEAR, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
    )
    few.paste(_CLEAR, mask=picture.getchannel("A").point(lambda alpha: 255 * (alpha < _HALF)))
    colours = (few.getpalette() or [])[: 3 * _CLEAR]
    few.putpalette(colours + [0] * (3 * _CLEAR + 3 - len(colours)))
    buffer = io.BytesIO()
    few.save(buffer, format="png", transparency=_CLEAR)
    return buffer.getvalue()


def _add(
    figure: Figure, paths: Sequence[Path], transform: Affine2D, layer: Layer, **style: object
) -> None:
    path = Path.make_compound_path(*paths).transformed(transform)
    figure.add_artist(PathPatch(path, transform=IdentityTransform(), zorder=layer, **style))


def _rectangle(x: float, y: float, width: float, height: float, radius: float) -> Path:
    """A rectangle, its corners rounded if they have a radius."""
    right, bottom = x + width, y + height
    corner = min(radius, width / 2, height / 2)
    if corner <= 0:
        square = [(x, y), (right, y), (right, bottom), (x, bottom), (x, y)]
        return Path(square, [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY])
    near = corner * _CORNER
    points = [
        (x + corner, y),
        (right - corner, y),
        *((right - near, y), (right, y + near), (right, y + corner)),
        (right, bottom - corner),
        *((right, bottom - near), (right - near, bottom), (right - corner, bottom)),
        (x + corner, bottom),
        *((x + near, bottom), (x, bottom - near), (x, bottom - corner)),
        (x, y + corner),
        *((x, y + near), (x + near, y), (x + corner, y)),
        (x + corner, y),
    ]
    side = [Path.LINETO, *[Path.CURVE4] * 3]
    return Path(points, [Path.MOVETO, *side * 4, Path.CLOSEPOLY])
