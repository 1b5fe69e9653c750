"""The services over scripted models, with seeds that a test knows: 100, 101 and so on."""

import itertools

from bot.decency.guard import Guard
from bot.domain.note_limits import NoteLimits
from bot.domain.sampling import SamplingParams
from bot.retrieval.index import Index
from bot.retrieval.reader import Reader
from bot.service.defaults import Defaults
from bot.service.ports import Clock, Store
from bot.service.services import Services
from tests.bugs import reporting_to
from tests.scripted_models import ScriptedPool

GUARD = Guard()


def scripted_services(
    store: Store, pool: ScriptedPool, clock: Clock, bugs: list[BaseException]
) -> Services:
    """All use cases; what goes wrong in them is added to `bugs`."""
    defaults = Defaults(model="small", sampling=SamplingParams(temperature=0.7, top_p=0.9))
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
    )
