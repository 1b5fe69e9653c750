"""The explainer: looks inside the models of a pool, beside the answers that they write."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Protocol

from bot.domain.charts import HeatMap
from bot.domain.errors import BotError, ModelUnavailable, NotEnoughMemory
from bot.domain.look import Look, View
from bot.domain.progress import LoadProgress
from bot.domain.sampling import SamplingParams
from bot.domain.views import AnyView
from bot.generation.hardware import is_out_of_memory
from bot.generation.lease import Lease
from bot.generation.pool import Pool
from bot.insight.attention import attention_view
from bot.insight.continuations import temperature_view
from bot.insight.logit_lens import layers_view
from bot.insight.next_token import next_view
from bot.insight.positions import position_similarity
from bot.insight.slide import Slide
from bot.insight.surprisal import surprise_view
from bot.insight.tokens import tokens_view

OnProgress = Callable[[LoadProgress], None]


class Specimen(Protocol):
    """What is looked at; see `service.insight_ports`."""

    @property
    def model(self) -> str:
        """The name of the model."""
        ...

    @property
    def revision(self) -> str | None:
        """The weights that are meant, None: any."""
        ...

    @property
    def prompt(self) -> str:
        """What the model read."""
        ...

    @property
    def written(self) -> str:
        """What it wrote."""
        ...

    @property
    def sampling(self) -> SamplingParams:
        """How it chose tokens."""
        ...


class Explainer:
    """Fulfils the services' Explainer over a pool; belongs to the pool's event loop."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def view(
        self, specimen: Specimen, look: Look, on_progress: OnProgress | None = None
    ) -> AnyView:
        """The numbers of a view, from the model itself, which is loaded first where needed.

        Raises:
            InvalidParameter: no such position, layer or head, or nothing to look at.
            PromptTooLong: the text exceeds the model's window.
            UnknownModel, ModelUnavailable, NotEnoughMemory: a sentence for the person.
        """
        async with self._lease(specimen.model, on_progress) as lease:
            if specimen.revision is not None and specimen.revision != lease.spec.revision:
                raise ModelUnavailable(
                    f"{specimen.model} has other weights now than when it wrote this, so nobody "
                    "can look inside it any more; please ask again and look at that answer."
                )
            slide = Slide.of(
                specimen.prompt,
                specimen.written,
                lease.tokenizer,
                lease.window,
                specimen.sampling,
            )
            return await _seen(lease, slide, look)

    async def position_similarity(
        self, model: str, on_progress: OnProgress | None = None
    ) -> HeatMap:
        """How alike the model's position embeddings are: cosines of every n-th with every n-th."""
        async with self._lease(model, on_progress) as lease:
            return await lease.examine(lambda anatomy: position_similarity(anatomy, model))

    @asynccontextmanager
    async def _lease(self, model: str, on_progress: OnProgress | None) -> AsyncIterator[Lease]:
        """A lease under which too little memory is a sentence."""
        async with self._pool.lease(model, on_progress) as lease:
            try:
                yield lease
            except BotError:
                raise
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
                raise NotEnoughMemory(
                    f"There is not enough free memory to look inside {model} now; please try "
                    "again later, or with a shorter text."
                ) from None


async def _seen(lease: Lease, slide: Slide, look: Look) -> AnyView:
    position, layer, head = look.position, look.layer, look.head
    match look.view:
        case View.TOKENS:
            return tokens_view(slide)
        case View.NEXT:
            return await lease.examine(lambda open_: next_view(open_, slide, position))
        case View.SURPRISE:
            return await lease.examine(lambda open_: surprise_view(open_, slide))
        case View.ATTENTION:
            return await lease.examine(
                lambda open_: attention_view(open_, slide, position, layer, head)
            )
        case View.LAYERS:
            return await lease.examine(lambda open_: layers_view(open_, slide, position))
        case View.TEMPERATURE:
            return await temperature_view(lease, slide, position)
