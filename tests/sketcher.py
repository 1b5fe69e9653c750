"""An illustrator that draws nothing: it notes what it was asked for, and may wait or refuse."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.errors import BotError
from bot.domain.formulas import Formula


@dataclass
class Sketcher:
    """Fulfils Illustrator; each picture's bytes are the sources that it would show."""

    refusal: BotError | None = None
    gate: asyncio.Event | None = None
    drawn: list[str] = field(default_factory=list)

    async def formulas(self, formulas: Sequence[Formula]) -> bytes:
        """Wait for the gate, then draw or refuse."""
        sources = [formula.source for formula in formulas]
        self.drawn += sources
        if self.gate is not None:
            await self.gate.wait()
        if self.refusal is not None:
            raise self.refusal
        return "\n".join(sources).encode()
