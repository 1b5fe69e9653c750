"""Formulas as one picture: a card that lists them, numbered in order of appearance."""

import io
import textwrap
import warnings
from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D, IdentityTransform

from bot.domain.errors import UnsupportedFormula
from bot.domain.formulas import Formula
from bot.domain.theme import Theme
from bot.figures.box import Box, below
from bot.figures.latex import MAX_SOURCE
from bot.figures.palette import Palette
from bot.figures.typesetting import typeset

MAX_FORMULAS = 12
MAX_CHARACTERS = 2_000
MAX_WIDTH, MAX_HEIGHT = 1_600, 4_000
MIN_WIDTH = 480
"""Pixels. Discord shows a picture at most 550 wide, so that 1,100 are two for one of these."""
_FONT = 42
_PADDING, _GAP, _RADIUS = 40, 34, 20
_LINE_WIDTH = 1_100
_SMALLEST = 0.6
_SOURCE_SIZE, _NUMBER_SIZE = 0.62, 0.6
_SOURCE_COLUMNS = 56
_NUMBER_GAP = 0.6


def draw(formulas: Sequence[Formula], theme: Theme) -> bytes:
    """A PNG of at most 1,600 pixels' width.

    A formula that cannot be drawn stands there as its source, among others that can.

    Raises:
        UnsupportedFormula: none can be drawn, or they are too many or too large together.
    """
    if not 0 < len(formulas) <= MAX_FORMULAS:
        raise UnsupportedFormula(
            f"A picture shows 1 to {MAX_FORMULAS} formulas: please take fewer at a time."
        )
    if sum(len(formula.source) for formula in formulas) > MAX_CHARACTERS:
        raise UnsupportedFormula("These formulas are too long for a picture: read their source.")
    numbers = [f"({i})" for i in range(1, len(formulas) + 1)] if len(formulas) > 1 else []
    labels = [_words(number, "sans", _NUMBER_SIZE) for number in numbers]
    margin = max((label.width for label in labels), default=0) + (_NUMBER_GAP if labels else 0)
    boxes = _boxes(formulas, margin)
    content = max(box.width for box in boxes) + margin
    width = max(MIN_WIDTH, round(content * _FONT) + 2 * _PADDING)
    heights = [box.height * _FONT for box in boxes]
    height = round(sum(heights) + _GAP * (len(boxes) - 1)) + 2 * _PADDING
    if height > MAX_HEIGHT:
        raise UnsupportedFormula("These formulas are too tall for a picture: read their source.")
    palette = Palette.of(theme)
    card = _Card(width, height, palette)
    left = (width - content * _FONT) / 2 if not labels else _PADDING
    top = float(height - _PADDING)
    for index, box in enumerate(boxes):
        baseline = top - box.ascent * _FONT
        if labels:
            label = labels[index]
            card.fill(
                label, left + (margin - _NUMBER_GAP - label.width) * _FONT, baseline, palette.pale
            )
        card.fill(box, left + margin * _FONT, baseline, palette.ink)
        top -= heights[index] + _GAP
    return card.png()


def _boxes(formulas: Sequence[Formula], margin: float) -> list[Box]:
    """A box for each formula: drawn if it can be, else its source."""
    boxes: list[Box] = []
    refusal: UnsupportedFormula | None = None
    num_refused = 0
    for formula in formulas:
        try:
            boxes.append(_fitted(typeset(formula.source, _LINE_WIDTH / _FONT - margin), margin))
        except UnsupportedFormula as error:
            refusal = error
            num_refused += 1
            boxes.append(_source(formula.source))
    if refusal is not None and num_refused == len(formulas):
        raise refusal
    return boxes


def _fitted(box: Box, margin: float) -> Box:
    """A box that is narrow enough for the widest picture, made smaller if need be."""
    room = (MAX_WIDTH - 2 * _PADDING) / _FONT - margin
    if box.width * _SMALLEST > room:
        raise UnsupportedFormula("This formula is too wide for a picture: read its source.")
    return box if box.width <= room else box.scaled(room / box.width)


def _source(source: str) -> Box:
    shown = "".join(character if character.isprintable() else " " for character in source)
    lines = textwrap.wrap(shown[:MAX_SOURCE], _SOURCE_COLUMNS) or [""]
    return below([_words(line, "monospace", _SOURCE_SIZE) for line in lines], 0.25)


def _words(text: str, family: str, size: float) -> Box:
    """A line of plain words; a character that the font lacks is an empty frame."""
    font = FontProperties(family=family, size=text_to_path.FONT_SCALE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        vertices, codes = text_to_path.get_text_path(font, text)
        width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    path = Path(vertices, codes) if len(vertices) else None
    return (
        Box(path, width, 0, 0)
        .scaled(size / text_to_path.FONT_SCALE)
        .with_height(0.75 * size, 0.25 * size)
    )


class _Card:
    """An opaque card with round corners; lengths in pixels, y points up."""

    def __init__(self, width: int, height: int, palette: Palette) -> None:
        self._figure = Figure(figsize=(width / 100, height / 100), dpi=100)
        self._figure.patch.set_alpha(0)
        inset = 1.5
        self._figure.add_artist(
            FancyBboxPatch(
                (inset, inset),
                width - 2 * inset,
                height - 2 * inset,
                boxstyle=f"round,pad=0,rounding_size={_RADIUS}",
                facecolor=palette.background,
                edgecolor=palette.border,
                linewidth=1.5,
                transform=IdentityTransform(),
            )
        )

    def fill(self, box: Box, x: float, y: float, colour: str) -> None:
        """Fill a box's outlines, its left end at `x` and its baseline at `y`."""
        if box.path is not None:
            path = box.path.transformed(Affine2D().scale(_FONT).translate(x, y))
            patch = PathPatch(path, facecolor=colour, linewidth=0, transform=IdentityTransform())
            self._figure.add_artist(patch)

    def png(self) -> bytes:
        """The card as it is now."""
        buffer = io.BytesIO()
        self._figure.savefig(buffer, format="png", dpi=100)
        return buffer.getvalue()
