"""The use case *look inside*: how an answer, or any text, looks to a model, as a picture."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.domain.answer import Answer
from bot.domain.conversation import Asker, Conversation
from bot.domain.draft import Draft
from bot.domain.errors import (
    ModelUnavailable,
    NotDecent,
    PictureUnavailable,
    QuestionRefused,
    UnknownModel,
)
from bot.domain.look import Look
from bot.domain.progress import LoadProgress
from bot.domain.server_settings import ServerSettings
from bot.domain.specimen_words import remark
from bot.domain.view_words import alt_text, explanation
from bot.domain.views import AnyView, AttentionView, LayersView, NextView
from bot.service.acceptance import Acceptance
from bot.service.access import require_visible
from bot.service.defaults import Defaults
from bot.service.insight_ports import Explainer, Painter, Specimen, Theme
from bot.service.ports import Clock, Store
from bot.service.screening import Screening
from bot.service.seemly import seemly

MAX_CHARACTERS = 8_000
"""Of a text to look at: twice what fits into a window of English."""
SEED = 0
"""Of texts that nobody wrote with a seed: the same look shows the same."""
BUSY = "I am still drawing your last picture; please press again once it is there."
OnProgress = Callable[[LoadProgress], None]


@dataclass(frozen=True, slots=True)
class Insight:
    """What a look inside found: a picture, what it shows in words, and the numbers.

    `alt` describes the picture to people who cannot see it, `words` is one paragraph for
    beginners. `look` names the position, layer and head that are shown, where the view has
    any: edges turn pages from there. `model` is whose numbers they are. `remark` says what is
    looked at where that is not what people read.
    """

    png: bytes
    alt: str
    words: str
    view: AnyView
    look: Look
    model: str
    remark: str = ""


class ExplainService:
    """Looks inside; without an `explainer` and a `painter` there is nothing to see.

    People look at one thing at a time each: a look has a cache of its own, and to look at an
    answer is not charged.
    """

    def __init__(
        self,
        store: Store,
        explainer: Explainer | None,
        painter: Painter | None,
        defaults: Defaults,
        clock: Clock,
        screening: Screening,
    ) -> None:
        self._store = store
        self._explainer = explainer
        self._painter = painter
        self._defaults = defaults
        self._screening = screening
        self._acceptance = Acceptance(clock, defaults)
        self._looking: set[str] = set()

    async def of_answer(
        self,
        asker: Asker,
        server: str,
        answer_id: int,
        look: Look,
        theme: Theme = Theme.DARK,
        on_progress: OnProgress | None = None,
    ) -> Insight:
        """How an answer came about in the model that wrote it, which is loaded first if needed.

        Raises:
            NotFound: no such answer on this server, or somebody else's private one.
            QuestionRefused: it is still being written, or the person's last look is.
            NotDecent: it was stopped within words that are not shown on this server.
            InvalidParameter: no such position, layer or head.
            ModelUnavailable: its model, or the weights that it had, are no longer here.
            PictureUnavailable: it cannot be drawn now.
        """
        async with self._store.reading() as transaction:
            found = await transaction.answers.get(answer_id)
            answer = require_visible(asker, found, answer_id, server)
            settings = await transaction.servers.get(server)
        if not answer.state.is_final:
            raise QuestionRefused("This answer is still being written; wait for its end.")
        specimen = specimen_of(answer)
        if not self._screening.may_show(specimen.written, settings):
            raise NotDecent("What the model wrote for this answer is not fit to be shown here.")
        try:
            with self._alone(asker):
                insight = await self._insight(specimen, look, settings, theme, on_progress)
        except UnknownModel:
            raise ModelUnavailable(
                f"Answer {answer.id} was written by {answer.model}, which is no longer among the "
                "models here, so nobody can look inside it."
            ) from None
        has_draft = draft_of(answer) is not None
        return dataclasses.replace(insight, remark=remark(answer, has_draft=has_draft))

    async def of_text(
        self,
        asker: Asker,
        conversation: Conversation,
        text: str,
        look: Look,
        model: str | None = None,
        theme: Theme = Theme.DARK,
        on_progress: OnProgress | None = None,
    ) -> Insight:
        """How a text looks to a model, by default the one that answers here; counts as a question.

        Raises:
            QuestionRefused: there is no text, it is too long, or the person's last look is not
                there yet.
            NotDecent, HelpOffered: the text is not fit to be looked at.
            InvalidParameter: no such position, layer or head.
            PromptTooLong: it exceeds the model's window.
            RateLimited: says when to try again.
            UnknownModel, ModelUnavailable: the model is not to be had.
            PictureUnavailable: it cannot be drawn now.
        """
        _require_text(text)
        with self._alone(asker):
            async with self._store.transaction() as transaction:
                settings = await transaction.servers.get(conversation.server)
                self._screening.check_beginning(text, settings)
                await self._acceptance.charge(transaction, asker, conversation, settings)
            name = model or self._defaults.model_for(settings)
            sampling = self._defaults.sampling_for(settings, seed=SEED, length=None)
            specimen = Specimen(name, text, "", sampling)
            return await self._insight(specimen, look, settings, theme, on_progress)

    @contextlib.contextmanager
    def _alone(self, asker: Asker) -> Iterator[None]:
        """Refuse a person whose last picture is not there yet."""
        if asker.id in self._looking:
            raise QuestionRefused(BUSY)
        self._looking.add(asker.id)
        try:
            yield
        finally:
            self._looking.discard(asker.id)

    async def _insight(
        self,
        specimen: Specimen,
        look: Look,
        settings: ServerSettings,
        theme: Theme,
        on_progress: OnProgress | None,
    ) -> Insight:
        if self._explainer is None or self._painter is None:
            raise PictureUnavailable("Nobody can look inside models here; ask an admin why.")
        found = await self._explainer.view(specimen, look, on_progress)
        view = seemly(found, lambda text: self._screening.may_show(text, settings))
        return Insight(
            png=await self._painter.view(view, theme),
            alt=alt_text(view),
            words=explanation(view),
            view=view,
            look=resolved(look, view),
            model=specimen.model,
        )


def specimen_of(answer: Answer) -> Specimen:
    """What the model read for an answer, and what it wrote, before anything of it was cut.

    Of several texts the first. Where the model wrote nothing, as below quotes that need no
    words, the question is looked at with what stands in the answer.
    """
    draft = draft_of(answer)
    if answer.prompt and draft is not None:
        return Specimen(answer.model, answer.prompt, draft.text, draft.sampling, answer.revision)
    question = f"{answer.question}\n" if answer.text else answer.question
    return Specimen(answer.model, question, answer.text, answer.sampling)


def draft_of(answer: Answer) -> Draft | None:
    """The first text that the model wrote for an answer, if the prompt of it is known."""
    return next((each for each in answer.drafts if each.text), None) if answer.prompt else None


def resolved(look: Look, view: AnyView) -> Look:
    """The look with what the view chose where the person left it open."""
    if isinstance(view, NextView | LayersView):
        return dataclasses.replace(look, position=view.position)
    if isinstance(view, AttentionView):
        return dataclasses.replace(look, layer=view.layer, head=view.head)
    return look


def _require_text(text: str) -> None:
    if not text.strip():
        raise QuestionRefused(
            "There is no text to look at; please write some, for example: The cat sat on the mat"
        )
    if len(text) > MAX_CHARACTERS:
        raise QuestionRefused(
            f"Your text has {len(text):,} characters; please shorten it to {MAX_CHARACTERS:,} or "
            "fewer."
        )
