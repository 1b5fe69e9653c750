"""A text cut into tokens: boxes that wrap like text, each with its id."""

from bot.domain.views import TokensView
from bot.figures.lettering import label, width
from bot.figures.page import SMALL, TEXT, TINY, Page
from bot.figures.palette import ink_on

MAX_TOKENS, MAX_ROWS = 160, 30
_SHOWN_OF_PROMPT = 24
_HEIGHT, _GAP, _ROW_GAP, _INSET = 33.0, 3.0, 5.0, 4.0
_SHADES = (0.08, 0.26)


def paint(page: Page, view: TokensView) -> None:
    """Title, legend and boxes; of a long text a part, around the beginning of the answer."""
    first = first_shown(view)
    shown = view.pieces[first : first + MAX_TOKENS]
    if not shown:
        page.heading("Tokens", "There is no text here.")
        return
    page.heading(f"{len(view.pieces):,} tokens" if len(view.pieces) > 1 else "1 token", _note(view))
    has_prompt = 0 < view.num_prompt < len(view.pieces)
    x, shade, num_rows, num_shown = page.left, 0, 1, 0
    is_broken = False
    for index, piece in enumerate(shown, first):
        text, name = label(piece.text, 22), str(piece.id)
        wide = max(width(text) * TEXT, width(name) * TINY) + 2 * _INSET
        if is_broken or (x > page.left and x + wide > page.right):
            if num_rows == MAX_ROWS:
                break
            x, page.y, num_rows = page.left, page.y + _HEIGHT + _ROW_GAP, num_rows + 1
        is_broken = piece.text.endswith(("\n", "\\n"))
        shade += piece.text[:1] in (" ", "\n", "\\") or index == first
        is_pale = has_prompt and index < view.num_prompt
        _box(page, x, wide, text, name, None if is_pale else shade % 2)
        x += wide + _GAP
        num_shown += 1
    page.y += _HEIGHT
    left_out = len(view.pieces) - num_shown
    if left_out:
        page.y += 6
        last = first + num_shown
        note = f"Tokens {first + 1:,} to {last:,} are shown; {left_out:,} are left out."
        page.paragraph(note, SMALL, page.palette.pale, 2)


def first_shown(view: TokensView) -> int:
    """Where to begin so that the answer is seen, behind the end of its prompt."""
    if len(view.pieces) <= MAX_TOKENS:
        return 0
    start = max(view.num_prompt - _SHOWN_OF_PROMPT, 0)
    return min(start, len(view.pieces) - MAX_TOKENS)


def _note(view: TokensView) -> str:
    signs = "".join(label(piece.text) for piece in view.pieces)
    parts = ["Each box is a token, with its id below; the tokens of a word share a shade."]
    marks = [
        meaning
        for sign, meaning in (("·", "· is a space"), ("⏎", "⏎ a line break"))
        if sign in signs
    ]
    if marks:
        parts.append(f"{', '.join(marks)}.")
    if 0 < view.num_prompt < len(view.pieces):
        parts.append("Framed: the prompt; filled: the answer.")
    return " ".join(parts)


def _box(page: Page, x: float, wide: float, text: str, name: str, shade: int | None) -> None:
    """A filled box in one of two shades, or one that is only framed."""
    palette = page.palette
    ink, pale = palette.ink, palette.pale
    if shade is None:
        page.frame(x + 0.5, page.y + 0.5, wide - 1, _HEIGHT - 1, palette.border, 3)
        ink = pale
    else:
        colour = palette.heat(_SHADES[shade])
        page.box(x, page.y, wide, _HEIGHT, colour, 3)
        ink = pale = ink_on(colour)
    page.text(text, x + _INSET, page.y + 15.5, TEXT, ink)
    page.text(name, x + _INSET, page.y + 27.5, TINY, pale)
