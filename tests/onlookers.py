"""An explainer and a painter that compute and draw nothing: they note what they were asked for."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.charts import HeatMap, Sheet
from bot.domain.errors import BotError
from bot.domain.look import Look
from bot.domain.progress import LoadProgress
from bot.domain.views import AnyView, Piece, TokensView
from bot.service.insight_ports import Specimen, Theme

SIMILARITY = HeatMap("Position similarity", ("0", "1"), ("0", "1"), ((1.0, 0.5), (0.5, 1.0)))


@dataclass
class Onlooker:
    """Fulfils Explainer; loading tells of itself, and waits for the gate if there is one."""

    refusal: BotError | None = None
    gate: asyncio.Event | None = None
    seen: list[tuple[Specimen, Look]] = field(default_factory=list)

    async def view(
        self,
        specimen: Specimen,
        look: Look,
        on_progress: Callable[[LoadProgress], None] | None = None,
    ) -> AnyView:
        """One piece: the whole text."""
        self.seen.append((specimen, look))
        await self._load(specimen.model, on_progress)
        return TokensView((Piece(7, specimen.prompt),))

    async def position_similarity(
        self, model: str, on_progress: Callable[[LoadProgress], None] | None = None
    ) -> HeatMap:
        """Always the same."""
        await self._load(model, on_progress)
        return SIMILARITY

    async def _load(self, model: str, on_progress: Callable[[LoadProgress], None] | None) -> None:
        if self.gate is not None:
            if on_progress is not None:
                on_progress(LoadProgress(model, "load", 0.5))
            await self.gate.wait()
        if self.refusal is not None:
            raise self.refusal


@dataclass
class NotingPainter:
    """Fulfils Painter; a picture's bytes are the name of what it would show."""

    refusal: BotError | None = None
    views: list[AnyView] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)

    async def view(self, view: AnyView, theme: Theme = Theme.DARK) -> bytes:
        """The kind of the view."""
        if self.refusal is not None:
            raise self.refusal
        self.views.append(view)
        return type(view).__name__.encode()

    async def sheet(self, sheet: Sheet, theme: Theme = Theme.DARK) -> bytes:
        """The title of the sheet."""
        if self.refusal is not None:
            raise self.refusal
        self.sheets.append(sheet)
        return sheet.title.encode()
