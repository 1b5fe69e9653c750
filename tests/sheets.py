"""A painter that draws nothing: it notes what it was asked for, or refuses."""

from dataclasses import dataclass, field

from bot.domain.charts import Sheet
from bot.domain.errors import BotError
from bot.domain.views import AnyView
from bot.service.insight_ports import Theme


@dataclass
class SheetPainter:
    """Fulfils Painter; each picture's bytes are the title that it would show."""

    refusal: BotError | None = None
    sheets: list[tuple[Sheet, Theme]] = field(default_factory=list)

    async def view(self, view: AnyView, theme: Theme = Theme.DARK) -> bytes:
        """Nobody asks for one here."""
        raise AssertionError("statistics draw sheets only")

    async def sheet(self, sheet: Sheet, theme: Theme = Theme.DARK) -> bytes:
        """Note it, or refuse."""
        if self.refusal is not None:
            raise self.refusal
        self.sheets.append((sheet, theme))
        return sheet.title.encode()
