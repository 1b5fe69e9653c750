"""Studios: one that draws, and one whose child can sleep, die and eat memory."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.figures.studio import Limits, Studio

SLOW_CHILD = (sys.executable, str(Path(__file__).with_name("slow_child.py")))
QUICK = Limits(picture_seconds=1.5)


@pytest.fixture
async def studio() -> AsyncIterator[Studio]:
    async with Studio() as opened:
        yield opened


@pytest.fixture
async def slow_studio(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Studio]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    monkeypatch.setenv("DISCORD_TOKEN", "a-secret")
    async with Studio(QUICK, SLOW_CHILD) as opened:
        yield opened
