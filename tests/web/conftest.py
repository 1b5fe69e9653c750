"""One Chromium and one page for each file of tests; everybody in it has a browser profile."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.scripted_models import Script
from tests.web.campus import Campus, campus
from tests.web.chromium import EXECUTABLE, chromium


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    if EXECUTABLE is None:
        pytest.skip("no Chromium is installed (apt-get install chromium)")
    async with chromium() as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def open_campus(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Campus]:
    async with campus(Path(tmp_path_factory.mktemp("page")), browser) as opened:
        yield opened
        assert opened.bugs == []


@pytest_asyncio.fixture(loop_scope="module")
async def here(open_campus: Campus) -> AsyncIterator[Campus]:
    """The page, with a model that answers at once and nobody in front of it."""
    open_campus.says(Script())
    open_campus.explainer.found = None
    yield open_campus
    await open_campus.stack.aclose()
