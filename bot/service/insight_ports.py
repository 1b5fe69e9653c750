"""The doors to whoever looks inside a model and to whoever draws what was seen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.domain.charts import HeatMap, Sheet
from bot.domain.look import Look
from bot.domain.progress import LoadProgress
from bot.domain.sampling import SamplingParams
from bot.domain.theme import Theme as Theme
from bot.domain.views import AnyView


@dataclass(frozen=True, slots=True)
class Specimen:
    """What is looked at: a model, and a text that it read (`prompt`) and wrote (`written`).

    `sampling` is how tokens were chosen. Positions of a look count from the first token of
    `written`, or of `prompt` where nothing was written. `revision` is that of the weights
    that are meant, None: whichever are here.
    """

    model: str
    prompt: str
    written: str
    sampling: SamplingParams
    revision: str | None = None


class Explainer(Protocol):
    """Looks inside the models of this process, beside the answers that they are writing."""

    async def view(
        self,
        specimen: Specimen,
        look: Look,
        on_progress: Callable[[LoadProgress], None] | None = None,
    ) -> AnyView:
        """The numbers of a view, from the model itself, which is loaded first where needed.

        Raises:
            InvalidParameter: no such position, layer or head; the text says which there are.
            PromptTooLong: the text exceeds the model's window.
            UnknownModel, ModelUnavailable, NotEnoughMemory: a sentence for the person.
        """
        ...

    async def position_similarity(
        self, model: str, on_progress: Callable[[LoadProgress], None] | None = None
    ) -> HeatMap:
        """How alike the model's position embeddings are: cosines of every n-th with every n-th."""
        ...


class Painter(Protocol):
    """Draws views and charts, one picture at a time and not in this thread."""

    async def view(self, view: AnyView, theme: Theme = Theme.DARK) -> bytes:
        """The PNG of what a look inside found.

        Raises:
            PictureUnavailable: drawing took too long or too much, and the log says more.
        """
        ...

    async def sheet(self, sheet: Sheet, theme: Theme = Theme.DARK) -> bytes:
        """The PNG of charts; raises as `view` does."""
        ...
