"""The services over scripted models, with seeds that a test knows: 100, 101 and so on."""

import itertools

from bot.decency.guard import Guard
from bot.domain.deck import Deck
from bot.domain.note_limits import NoteLimits
from bot.domain.syllabus import Syllabus
from bot.handbook import load_lessons, load_topics
from bot.recall.fsrs_schedule import FsrsSchedule
from bot.retrieval.index import Index
from bot.retrieval.reader import Reader
from bot.service.courseware import Courseware
from bot.service.defaults import Defaults
from bot.service.insight_ports import Explainer, Painter
from bot.service.picture_ports import Illustrator
from bot.service.ports import Classifiers, Clock, Store
from bot.service.services import Services
from tests.bugs import reporting_to
from tests.scripted_models import ScriptedPool

PLAIN = {
    "temperature": 0.7,
    "top_p": 0.9,
    "repetition_penalty": 1.0,
    "no_repeat_ngram": 0,
    "num_drafts": 1,
}
"""A sampling that a test need not think of."""
GUARD = Guard()
SYLLABUS, DECK = Syllabus(load_topics(), load_lessons()), Deck(load_topics())


def scripted_services(
    store: Store,
    pool: ScriptedPool,
    clock: Clock,
    bugs: list[BaseException],
    illustrator: Illustrator | None = None,
    explainer: Explainer | None = None,
    painter: Painter | None = None,
    classifiers: Classifiers | None = None,
) -> Services:
    """All use cases; what goes wrong in them is added to `bugs`."""
    defaults = Defaults(model="small", sampling=PLAIN)
    seeds = itertools.count(100)
    return Services.over(
        store,
        pool,
        clock,
        defaults,
        reporting_to(bugs),
        lambda: next(seeds),
        Index(),
        Reader(),
        NoteLimits(),
        {},
        GUARD,
        illustrator,
        explainer,
        painter,
        Courseware(SYLLABUS, DECK, FsrsSchedule()),
        classifiers,
    )
