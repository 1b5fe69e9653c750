"""The use case *learn*: a concept explained, with a picture that is computed for it."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain import chart_words, view_words
from bot.domain.charts import Sheet
from bot.domain.conversation import Asker, Conversation
from bot.domain.errors import BotError, InvalidParameter
from bot.domain.illustrations import (
    SENTENCE,
    Illustration,
    LookInside,
    Positions,
    Sketch,
    illustration_of,
    takes_sentence,
)
from bot.domain.lesson import Lesson
from bot.domain.position_map import told, with_few_labels
from bot.domain.progress import LoadProgress
from bot.domain.question import clean_text
from bot.domain.server_settings import ServerSettings
from bot.domain.syllabus import Syllabus
from bot.domain.words import words_of
from bot.service.acceptance import Acceptance
from bot.service.defaults import Defaults
from bot.service.insight_ports import Explainer, Painter, Specimen, Theme
from bot.service.ports import Clock, Store
from bot.service.screening import Screening
from bot.service.seemly import seemly

MAX_SENTENCE = 300
NOT_SHOWN = "This topic has no picture of a sentence; yours was not used."


@dataclass(frozen=True, slots=True)
class Opened:
    """A lesson that somebody opened: what it explains, and what its picture will be of.

    `note` says what else the person should know.
    """

    lesson: Lesson
    see_also: tuple[Lesson, ...]
    illustration: Illustration | None
    sentence: str | None
    model: str
    settings: ServerSettings = ServerSettings()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a lesson with its caption; without `png` the caption says why."""

    caption: str
    png: bytes | None = None
    alt: str = ""


class LearnService:
    """Explains. Without a painter there are no pictures, without an explainer none of a model."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        defaults: Defaults,
        screening: Screening,
        syllabus: Syllabus,
        explainer: Explainer | None = None,
        painter: Painter | None = None,
    ) -> None:
        self._store = store
        self._defaults = defaults
        self._screening = screening
        self._syllabus = syllabus
        self._acceptance = Acceptance(clock, defaults)
        self._explainer = explainer
        self._painter = painter

    def suggest(self, typed: str, limit: int) -> tuple[Lesson, ...]:
        """The lessons that somebody may mean who has typed so far."""
        return self._syllabus.suggest(typed, limit)

    async def open(
        self, asker: Asker, conversation: Conversation, topic: str, sentence: str | None = None
    ) -> Opened:
        """Find a lesson; it is charged to the rate limits like a question.

        Raises:
            NotFound: no such topic; the text names the nearest.
            InvalidParameter: the sentence holds no word, or too many.
            NotDecent, HelpOffered: the sentence is not fit to be shown.
            RateLimited: says when to ask again.
        """
        lesson = self._syllabus.find(topic)
        cleaned = None if sentence is None else _clean_sentence(sentence)
        async with self._store.transaction() as transaction:
            settings = await transaction.servers.get(conversation.server)
            if cleaned is not None:
                self._screening.check_beginning(cleaned, settings)
            await self._acceptance.charge(transaction, asker, conversation, settings)
        illustration = self._drawable(illustration_of(lesson.slug))
        is_unused = cleaned is not None and not takes_sentence(illustration)
        return Opened(
            lesson=lesson,
            see_also=self._syllabus.lessons(lesson.see_also),
            illustration=illustration,
            sentence=None if is_unused else cleaned,
            model=self._defaults.model_for(settings),
            settings=settings,
            note=NOT_SHOWN if is_unused else "",
        )

    async def picture(
        self,
        opened: Opened,
        theme: Theme = Theme.DARK,
        on_progress: Callable[[LoadProgress], None] | None = None,
    ) -> Picture | None:
        """The picture of a lesson; None if it has none. The model is loaded first if needed."""
        illustration = opened.illustration
        if illustration is None:
            return None
        try:
            return await self._drawn(illustration, opened, theme, on_progress)
        except BotError as refusal:
            return Picture(f"There is no picture this time: {refusal.text}")

    def _drawable(self, illustration: Illustration | None) -> Illustration | None:
        """The illustration, if there is somebody to draw it."""
        if self._painter is None:
            return None
        is_of_model = not isinstance(illustration, Sketch)
        return None if is_of_model and self._explainer is None else illustration

    async def _drawn(
        self,
        illustration: Illustration,
        opened: Opened,
        theme: Theme,
        on_progress: Callable[[LoadProgress], None] | None,
    ) -> Picture | None:
        painter, explainer = self._painter, self._explainer
        if painter is None:
            return None
        caption = illustration.caption.replace("{model}", opened.model)
        if isinstance(illustration, Sketch):
            sheet = illustration.sheet(opened.sentence or SENTENCE)
            return Picture(caption, await painter.sheet(sheet, theme), chart_words.alt_text(sheet))
        if explainer is None:
            return None
        if isinstance(illustration, Positions):
            chart = await explainer.position_similarity(opened.model, on_progress)
            sheet = Sheet("Positional embeddings", (with_few_labels(chart),))
            return Picture(caption, await painter.sheet(sheet, theme), told(chart))
        found = await explainer.view(
            _specimen(illustration, opened), illustration.look, on_progress
        )
        view = seemly(found, lambda text: self._screening.may_show(text, opened.settings))
        return Picture(caption, await painter.view(view, theme), view_words.alt_text(view))


def _specimen(illustration: LookInside, opened: Opened) -> Specimen:
    sentence = opened.sentence or illustration.sentence
    return Specimen(opened.model, sentence, "", illustration.sampling)


def _clean_sentence(sentence: str) -> str:
    """A sentence in one line.

    Raises:
        InvalidParameter: it holds no word, or is too long.
    """
    cleaned = " ".join(clean_text(sentence).split())
    if not words_of(cleaned):
        raise InvalidParameter("I cannot find a word in your sentence; please write one.")
    if len(cleaned) > MAX_SENTENCE:
        raise InvalidParameter(
            f"Your sentence has {len(cleaned):,} characters; please shorten it to {MAX_SENTENCE} "
            "or fewer."
        )
    return cleaned
