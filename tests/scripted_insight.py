"""An explainer that sees words as tokens and invents its numbers, with a gate to wait at."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.charts import HeatMap
from bot.domain.errors import BotError, InvalidParameter
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
from bot.service.insight_ports import Specimen

NUM_LAYERS, NUM_HEADS = 3, 2


@dataclass
class ScriptedExplainer:
    """Fulfils Explainer for words as tokens; a text of its prompt and what was written."""

    refusal: BotError | None = None
    gate: asyncio.Event | None = None
    loading: LoadProgress | None = None
    looks: list[tuple[Specimen, Look]] = field(default_factory=list)

    async def view(
        self,
        specimen: Specimen,
        look: Look,
        on_progress: Callable[[LoadProgress], None] | None = None,
    ) -> AnyView:
        """Wait for the gate, then tell or refuse."""
        self.looks.append((specimen, look))
        if self.loading is not None and on_progress is not None:
            on_progress(self.loading)
        if self.gate is not None:
            await self.gate.wait()
        if self.refusal is not None:
            raise self.refusal
        words = (specimen.written or specimen.prompt).split()
        return view_of(words, look, specimen.sampling)

    async def position_similarity(
        self, model: str, on_progress: Callable[[LoadProgress], None] | None = None
    ) -> HeatMap:
        """Each position is like itself."""
        return HeatMap("Positions", ("0",), ("0",), ((1.0,),))


def view_of(words: list[str], look: Look, sampling: SamplingParams) -> AnyView:
    """A view of some words.

    Raises:
        InvalidParameter: no such place.
    """
    pieces = tuple(Piece(number, word) for number, word in enumerate(words))
    position = look.position if look.position is not None else 0
    if position >= len(pieces):
        raise InvalidParameter(f"There are tokens 1 to {len(pieces)} only.")
    likely = (Candidate(pieces[0], 0.5, 0.6),)
    if look.view is View.TOKENS:
        return TokensView(pieces)
    if look.view is View.NEXT:
        return NextView(pieces[: position + 1], position, len(pieces), likely, 0.5, sampling)
    if look.view is View.SURPRISE:
        numbers = (1.0,) * len(pieces)
        return SurpriseView(pieces, numbers, numbers)
    if look.view is View.ATTENTION:
        weights = tuple((1.0,) + (0.0,) * row for row in range(len(pieces)))
        return AttentionView(pieces, weights, look.layer, look.head, NUM_LAYERS, NUM_HEADS)
    if look.view is View.LAYERS:
        guesses = tuple(LayerGuess(layer, likely, 0.1) for layer in range(NUM_LAYERS + 1))
        return LayersView(pieces[: position + 1], position, len(pieces), guesses)
    column = TemperatureColumn(0.7, likely, 1.0, " and so on")
    return TemperatureView(pieces, (column,), sampling.seed)
