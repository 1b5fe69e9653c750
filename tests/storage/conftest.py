"""Real database files."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.storage.database import Database


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/data/lectern.db"


@pytest.fixture
async def store(url: str) -> AsyncIterator[Database]:
    async with Database.open(url) as database:
        yield database
