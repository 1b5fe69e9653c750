"""All use cases of one installation, as an edge receives them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.confidence import Calibration
from bot.domain.note_limits import NoteLimits
from bot.service.answering import Answering
from bot.service.ask import AskService
from bot.service.attempts import Attempts
from bot.service.ballot import BallotService
from bot.service.budgeting import BudgetService
from bot.service.classifier_ports import Classifiers, NoClassifiers
from bot.service.compare import CompareService
from bot.service.complete import CompleteService
from bot.service.courseware import Courseware
from bot.service.defaults import Defaults
from bot.service.delivery import DeliveryService
from bot.service.details import DetailsService
from bot.service.explain import ExplainService
from bot.service.explained import ExplainedTexts
from bot.service.feedback import FeedbackService
from bot.service.grounding import Grounding
from bot.service.insight_ports import Explainer, Painter
from bot.service.installation import InstallationService
from bot.service.learn import LearnService
from bot.service.models import ModelService
from bot.service.notes import NotesService
from bot.service.picture_ports import Illustrator
from bot.service.pictures import PictureService
from bot.service.ports import Clock, Decency, ModelPool, NoteReader, Retriever, Store
from bot.service.press import PressService
from bot.service.privacy import PrivacyService
from bot.service.quiz import QuizService
from bot.service.ranking import Ranking
from bot.service.recovery import RecoveryService
from bot.service.replay import ReplayService
from bot.service.screening import Screening
from bot.service.settings import SettingsService
from bot.service.statistics import StatisticsService
from bot.service.topic_guard import TopicGuard


@dataclass(frozen=True, slots=True)
class Services:
    """Built once by `bot.app`; edges keep no other way in."""

    answering: Answering
    ask: AskService
    press: PressService
    complete: CompleteService
    notes: NotesService
    feedback: FeedbackService
    models: ModelService
    settings: SettingsService
    delivery: DeliveryService
    recovery: RecoveryService
    installation: InstallationService
    details: DetailsService
    replay: ReplayService
    budget: BudgetService
    pictures: PictureService
    explain: ExplainService
    explained: ExplainedTexts
    privacy: PrivacyService
    learn: LearnService
    quiz: QuizService
    compare: CompareService
    ballot: BallotService
    statistics: StatisticsService

    @classmethod
    def over(
        cls,
        store: Store,
        models: ModelPool,
        clock: Clock,
        defaults: Defaults,
        report: Callable[[Exception], str],
        new_seed: Callable[[], int],
        retriever: Retriever,
        reader: NoteReader,
        note_limits: NoteLimits,
        calibrations: Mapping[str, Calibration],
        decency: Decency,
        illustrator: Illustrator | None = None,
        explainer: Explainer | None = None,
        painter: Painter | None = None,
        courseware: Courseware | None = None,
        classifiers: Classifiers | None = None,
    ) -> "Services":
        """All use cases over one store and one pool.

        `report` logs a bug once and returns its short error id; `new_seed` gives the seed of
        an answer whose asker named none. Without an `illustrator` no formulas are drawn, without
        an `explainer` and a `painter` nobody looks inside. `courseware` is what can be learned.
        Without `classifiers` no question is off topic and no draft is ranked.
        """
        taught = courseware or Courseware()
        answering = Answering(store, clock, report)
        screening = Screening(decency, defaults)
        grounding = Grounding(store, retriever, screening, calibrations)
        telling = classifiers or NoClassifiers()
        guard = TopicGuard(store, grounding, telling)
        attempts = Attempts(store, models, clock, grounding, screening, Ranking(telling))
        parts = (store, models, answering, attempts, clock, defaults, new_seed)
        compare = CompareService(
            store, models, grounding, screening, clock, defaults, new_seed, report, guard
        )
        return cls(
            answering=answering,
            ask=AskService(*parts, guard),
            press=PressService(*parts, guard),
            complete=CompleteService(*parts),
            notes=NotesService(store, clock, retriever, reader, defaults, note_limits),
            feedback=FeedbackService(store, clock, screening),
            models=ModelService(store, models, defaults),
            settings=SettingsService(store, models, defaults, telling),
            delivery=DeliveryService(store, clock),
            recovery=RecoveryService(store, clock),
            installation=InstallationService(store),
            details=DetailsService(store),
            replay=ReplayService(store, models, clock, screening),
            budget=BudgetService(store, models, grounding, clock, defaults),
            pictures=PictureService(illustrator),
            explain=ExplainService(store, explainer, painter, defaults, clock, screening),
            explained=ExplainedTexts(store, models, clock, defaults),
            privacy=PrivacyService(store, answering, compare),
            learn=LearnService(
                store, clock, defaults, screening, taught.syllabus, explainer, painter
            ),
            quiz=QuizService(store, clock, taught),
            compare=compare,
            ballot=BallotService(store, clock),
            statistics=StatisticsService(store, clock, painter),
        )
