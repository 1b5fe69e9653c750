"""How surprising each token was: a text in coloured boxes, and entropy below every line."""

from dataclasses import dataclass

from bot.domain.views import SurpriseView
from bot.figures.lettering import label, width
from bot.figures.page import SMALL, TEXT, TINY, Align, Layer, Page
from bot.figures.palette import ink_on

MAX_TOKENS, MAX_ROWS = 160, 24
_TOKEN, _NUMBER, _STRIP, _ROW_GAP = 19.0, 11.0, 13.0, 10.0
_INSET, _WORD_GAP, _GAP = 2.5, 4.0, 1.0
_LEAST_SCALE = 8.0
"""Bits at which the ramp ends at least: colours mean the same in most texts."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """A token in its row: where it stands and how wide it is."""

    index: int
    text: str
    x: float
    width: float


def paint(page: Page, view: SurpriseView) -> None:
    """Title, scale and rows; of a long text the first tokens."""
    shown = min(len(view.pieces), MAX_TOKENS)
    if not shown:
        page.heading("Surprise", "There is no text here.")
        return
    most = max(_LEAST_SCALE, max(view.surprisals[:shown]))
    unsure = max(1.0, max(view.entropies[:shown]))
    mean = sum(view.surprisals) / len(view.surprisals)
    page.heading(
        "How surprising each token was",
        f"Surprisal in bits below each token, {mean:.1f} on average. "
        "Columns: entropy before it, how unsure the model was.",
    )
    _scale(page, most, unsure)
    rows = _rows(page, view, shown)[:MAX_ROWS]
    for row in rows:
        for spot in row:
            _token(page, spot, view.surprisals[spot.index], most)
            _entropy(page, spot, view.entropies[spot.index] / unsure)
        page.y += _TOKEN + _NUMBER + _STRIP + _ROW_GAP
    page.y -= _ROW_GAP
    shown = rows[-1][-1].index + 1
    if shown < len(view.pieces):
        page.y += 6
        note = f"The first {shown:,} tokens are shown; {len(view.pieces) - shown:,} are left out."
        page.paragraph(note, SMALL, page.palette.pale, 2)


def _rows(page: Page, view: SurpriseView, shown: int) -> list[list[_Spot]]:
    """Tokens in lines, words apart and the tokens of one word together."""
    rows: list[list[_Spot]] = [[]]
    x = page.left
    for index, piece in enumerate(view.pieces[:shown]):
        is_word = piece.text.startswith(" ") and len(piece.text) > 1
        text = label(piece.text[1:] if is_word else piece.text, 22)
        number = f"{view.surprisals[index]:.1f}"
        wide = max(width(text) * TEXT, width(number) * TINY) + 2 * _INSET
        x += _WORD_GAP if is_word and rows[-1] else _GAP
        if rows[-1] and x + wide > page.right:
            rows.append([])
            x = page.left
        rows[-1].append(_Spot(index, text, x, wide))
        x += wide
        if piece.text.endswith(("\n", "\\n")) and index + 1 < shown:
            rows.append([])
            x = page.left
    return rows


def _token(page: Page, spot: _Spot, surprisal: float, most: float) -> None:
    colour = page.palette.heat(surprisal / most)
    page.box(spot.x, page.y, spot.width, _TOKEN, colour, 3)
    middle = spot.x + spot.width / 2
    page.text(spot.text, middle, page.y + 14, TEXT, ink_on(colour), Align.MIDDLE)
    page.text(
        f"{surprisal:.1f}", middle, page.y + _TOKEN + 9.5, TINY, page.palette.pale, Align.MIDDLE
    )


def _entropy(page: Page, spot: _Spot, share: float) -> None:
    """A column of the strip below a line."""
    bottom = page.y + _TOKEN + _NUMBER + _STRIP
    height = max((_STRIP - 2) * share, 0.6)
    page.box(spot.x, bottom - height, spot.width, height, page.palette.muted, 1)
    page.box(spot.x, bottom, spot.width, 0.6, page.palette.border, layer=Layer.GROUND)


def _scale(page: Page, most: float, unsure: float) -> None:
    """What colours and columns mean."""
    steps, wide = 24, 96.0
    x = page.left + page.text("0", page.left, page.y + 9, SMALL, page.palette.pale) + 5
    for step in range(steps):
        colour = page.palette.heat(step / (steps - 1))
        page.box(x + wide * step / steps, page.y, wide / steps + 0.3, 10, colour)
    x += wide + 5
    x += page.text(f"{most:.0f} bits", x, page.y + 9, SMALL, page.palette.pale) + 18
    page.box(x, page.y, 6, 10, page.palette.muted, 1)
    text = f"highest column: {unsure:.1f} bits"
    page.text(text, x + 11, page.y + 9, SMALL, page.palette.pale)
    page.y += 20
