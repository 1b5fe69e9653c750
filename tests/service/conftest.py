"""Services over a real database file and scripted models."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.sampling import SamplingParams
from bot.service.answering import Answering
from bot.service.ask import AskService
from bot.service.complete import CompleteService
from bot.service.defaults import Defaults
from bot.service.delivery import DeliveryService
from bot.service.installation import InstallationService
from bot.service.models import ModelService
from bot.service.press import PressService
from bot.service.recovery import RecoveryService
from bot.service.services import Services
from bot.service.settings import SettingsService
from bot.storage.database import Database
from tests.scripted_models import ScriptedPool, SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def pool() -> ScriptedPool:
    return ScriptedPool()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(f"sqlite+aiosqlite:///{tmp_path}/lectern.db") as database:
        yield database


@pytest.fixture
def bugs() -> list[Exception]:
    """What was reported as a bug."""
    return []


@pytest.fixture
def services(
    store: Database, pool: ScriptedPool, clock: SetClock, bugs: list[Exception]
) -> Services:
    def report(bug: Exception) -> str:
        bugs.append(bug)
        return f"bug{len(bugs)}"

    seeds = itertools.count(100)
    defaults = Defaults(model="small", sampling=SamplingParams(temperature=0.7, top_p=0.9))
    answering = Answering(store, pool, clock, report)

    def new_seed() -> int:
        return next(seeds)

    return Services(
        answering=answering,
        ask=AskService(store, pool, answering, clock, defaults, new_seed),
        press=PressService(store, pool, answering, clock, defaults, new_seed),
        complete=CompleteService(store, pool, answering, clock, defaults, new_seed),
        models=ModelService(store, pool, defaults),
        settings=SettingsService(store, pool, defaults),
        delivery=DeliveryService(store, clock),
        recovery=RecoveryService(store, clock),
        installation=InstallationService(store),
    )
