"""Services over a real database file and scripted models."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.service.services import Services
from bot.storage.database import Database
from tests.scripted_models import ScriptedPool, SetClock
from tests.scripted_services import scripted_services


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
def bugs() -> list[BaseException]:
    """What was reported as a bug."""
    return []


@pytest.fixture
def services(
    store: Database, pool: ScriptedPool, clock: SetClock, bugs: list[BaseException]
) -> Services:
    return scripted_services(store, pool, clock, bugs)
