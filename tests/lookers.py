"""An explainer and a painter of a few words: they note what they were asked, and may refuse."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.charts import HeatMap, Sheet
from bot.domain.errors import BotError
from bot.domain.look import Look, View
from bot.domain.progress import LoadProgress
from bot.domain.sampling import SamplingParams
from bot.domain.views import (
    AnyView,
    AttentionView,
    Candidate,
    LayerGuess,
    LayersView,
    NextView,
    Piece,
    SurpriseView,
    TemperatureColumn,
    TemperatureView,
    TokensView,
)
from bot.service.insight_ports import Specimen, Theme

WORD = Piece(1, " Dropout")


def view_of(view: View, word: Piece = WORD, continuation: str = " zeroes") -> AnyView:
    """The smallest view of each kind."""
    candidates = (Candidate(word, 0.5, 0.75), Candidate(Piece(2, " a"), 0.25, 0.25))
    column = TemperatureColumn(0.7, candidates, 1.0, continuation)
    views: dict[View, AnyView] = {
        View.TOKENS: TokensView((word,)),
        View.NEXT: NextView((word,), 0, 1, candidates, 0.25, SamplingParams()),
        View.SURPRISE: SurpriseView((word,), (1.0,), (2.0,)),
        View.ATTENTION: AttentionView((word,), ((1.0,),), 1, None, 12, 12),
        View.LAYERS: LayersView((word,), 0, 1, (LayerGuess(0, candidates, 0.5),)),
        View.TEMPERATURE: TemperatureView((word,), (column,), 7),
    }
    return views[view]


@dataclass
class ScriptedExplainer:
    """Fulfils Explainer: says `found`, or the smallest view, or refuses."""

    refusal: BotError | None = None
    found: AnyView | None = None
    specimens: list[Specimen] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)

    async def view(
        self,
        specimen: Specimen,
        look: Look,
        on_progress: Callable[[LoadProgress], None] | None = None,
    ) -> AnyView:
        """Load at once, then tell."""
        self.specimens.append(specimen)
        self.looks.append(look)
        if on_progress is not None:
            on_progress(LoadProgress(specimen.model, "load", 0.5))
        if self.refusal is not None:
            raise self.refusal
        return self.found or view_of(look.view)

    async def position_similarity(
        self, model: str, on_progress: Callable[[LoadProgress], None] | None = None
    ) -> HeatMap:
        """One place, which is like itself."""
        return HeatMap("Positions", ("0",), ("0",), ((1.0,),))


@dataclass
class ScriptedPainter:
    """Fulfils Painter: a picture is the name of what it shows and of its theme."""

    refusal: BotError | None = None
    drawn: list[AnyView | Sheet] = field(default_factory=list)

    async def view(self, view: AnyView, theme: Theme = Theme.DARK) -> bytes:
        """Draw or refuse."""
        return self._draw(view, theme)

    async def sheet(self, sheet: Sheet, theme: Theme = Theme.DARK) -> bytes:
        """Draw or refuse."""
        return self._draw(sheet, theme)

    def _draw(self, shown: AnyView | Sheet, theme: Theme) -> bytes:
        self.drawn.append(shown)
        if self.refusal is not None:
            raise self.refusal
        return f"{type(shown).__name__} {theme.value}".encode()
