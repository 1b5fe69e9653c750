"""What each layer would have said: its likeliest tokens, and how the final token comes up."""

from bot.domain.layer_words import leads_from
from bot.domain.spoken import percent
from bot.domain.views import LayerGuess, LayersView
from bot.figures.context import context_note
from bot.figures.lettering import fitting, label, width
from bot.figures.page import SMALL, TINY, Align, Layer, Page
from bot.figures.palette import ink_on

MAX_LAYERS = 26
NUM_CANDIDATES = 3
_NUMBER, _CURVE, _ROW, _GAP = 24.0, 86.0, 21.0, 2.0


def paint(page: Page, view: LayersView) -> None:
    """The last layer on top, as a stream that comes out there."""
    note = context_note(view.context, view.position, view.num_tokens)
    page.heading("What each layer would have said", note)
    guesses = _shown(view)
    if not guesses or not guesses[0].candidates:
        page.paragraph("There is no layer here.", SMALL, page.palette.pale, 1)
        return
    _head(page, label(guesses[0].candidates[0].piece.text, 9))
    final = guesses[0].candidates[0].piece.id
    points = []
    start = page.right - _CURVE + 8
    for guess in guesses:
        _row(page, guess, final)
        x = start + (_CURVE - 8) * guess.final_probability
        points.append((x, page.y + (_ROW - _GAP) / 2))
        page.y += _ROW
    _curve(page, points, start)
    if len(guesses) < len(view.guesses):
        page.y += 4
        left_out = len(view.guesses) - len(guesses)
        page.paragraph(
            f"{left_out} layers between these are left out.", SMALL, page.palette.pale, 1
        )
    page.y += 4
    lead = leads_from(view)
    text = f"The final token leads from layer {lead} on." if lead else "It leads from the start."
    page.paragraph(f"{text} Layer 0 is the embedding.", SMALL, page.palette.pale, 2)


def _shown(view: LayersView) -> list[LayerGuess]:
    """From the last layer down, every n-th of many, and always the first."""
    step = -(-len(view.guesses) // MAX_LAYERS) if view.guesses else 1
    shown = list(view.guesses[::-1][::step])
    if view.guesses and shown[-1] is not view.guesses[0]:
        shown.append(view.guesses[0])
    return shown


def _head(page: Page, final: str) -> None:
    pale = page.palette.pale
    page.text("layer", page.left, page.y + 8, TINY, pale)
    page.text("likeliest tokens", page.left + _NUMBER + 8, page.y + 8, TINY, pale)
    shown = fitting(f"probability of {final}", (_CURVE + 20) / TINY)
    page.text(shown, page.right, page.y + 8, TINY, pale, Align.RIGHT)
    page.y += 14


def _row(page: Page, guess: LayerGuess, final: int) -> None:
    baseline = page.y + 14
    page.text(
        str(guess.layer), page.left + _NUMBER - 4, baseline, SMALL, page.palette.pale, Align.RIGHT
    )
    room = page.room - _NUMBER - _CURVE
    wide = room / NUM_CANDIDATES
    for rank, each in enumerate(guess.candidates[:NUM_CANDIDATES]):
        x = page.left + _NUMBER + wide * rank
        colour = page.palette.heat(each.before)
        page.box(x, page.y, wide - _GAP, _ROW - _GAP, colour, 2)
        ink = ink_on(colour)
        number = percent(each.before).replace("under ", "<")
        size = TINY - 0.5
        page.text(number, x + wide - _GAP - 3, baseline - 0.5, size, ink, Align.RIGHT)
        left = (wide - _GAP - 8) - width(number) * size
        name = fitting(label(each.piece.text, 12), left / SMALL)
        page.text(name, x + 3, baseline - 0.5, SMALL, ink)
        if each.piece.id == final:
            page.frame(x, page.y, wide - _GAP, _ROW - _GAP, page.palette.ink, 2, 1.1)


def _curve(page: Page, points: list[tuple[float, float]], start: float) -> None:
    """The probability of the final token from row to row, 0 to 100 %."""
    top, bottom = points[0][1] - 8, points[-1][1] + 8
    for share in (0.0, 0.5, 1.0):
        x = start + (_CURVE - 8) * share
        page.box(x - 0.4, top, 0.8, bottom - top, page.palette.border, layer=Layer.GROUND)
    page.line(points, page.palette.accent, 1.6)
    for x, y in points:
        page.box(x - 2, y - 2, 4, 4, page.palette.accent, 2)
    page.y += 9
    for share, align in ((0.0, Align.LEFT), (1.0, Align.RIGHT)):
        x = start + (_CURVE - 8) * share
        page.text(f"{share * 100:.0f} %", x, page.y, TINY, page.palette.pale, align)
    page.y += 4
