"""Where in a text a picture stands, as its note says it."""

from collections.abc import Sequence

from bot.domain.spoken import plain_text
from bot.domain.views import Piece
from bot.figures.lettering import legible

_MAX_CHARACTERS = 90


def context_note(pieces: Sequence[Piece], position: int | None, num_tokens: int = 0) -> str:
    """The last words before a position, in quotes, and which token of how many it is."""
    shown = legible(plain_text(pieces).replace("\n", " ⏎ "))
    if len(shown) > _MAX_CHARACTERS:
        shown = f"…{shown[-_MAX_CHARACTERS:]}"
    if position is None:
        return f"After “{shown}”" if shown else ""
    place = f"token {position + 1:,} of {num_tokens:,}"
    return f"After “{shown}”, {place}" if shown else f"After {place}"
