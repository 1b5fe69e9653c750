"""The door to whoever draws; a part of `ports`."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.formulas import Formula


class Illustrator(Protocol):
    """Draws pictures, one at a time and not in this thread."""

    async def formulas(self, formulas: Sequence[Formula]) -> bytes:
        """One PNG of all `formulas`.

        Raises:
            UnsupportedFormula: they cannot be drawn; their source is the better answer.
            PictureUnavailable: drawing took too long or too much, and the log says more.
        """
        ...
