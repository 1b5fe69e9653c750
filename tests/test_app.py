"""The part that introduces all others."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bot.app import _warm, settle
from bot.domain.errors import NotEnoughMemory


class FailingPool:
    """A pool whose models cannot be loaded."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    @asynccontextmanager
    async def lease(self, name: str) -> AsyncIterator[None]:
        raise self._error
        yield


@pytest.mark.parametrize(
    ("error", "event", "detail"),
    [
        (NotEnoughMemory("tiny needs 9 GB."), "default model not available", "tiny needs 9 GB."),
        (RuntimeError("no one foresaw this"), "bug", "no one foresaw this"),
    ],
)
async def test_a_default_model_that_cannot_be_loaded_is_logged_and_no_more(
    error: Exception, event: str, detail: str
) -> None:
    with capture_logs() as lines:
        await _warm(FailingPool(error), "tiny")  # type: ignore[arg-type]
    assert [line["event"] for line in lines] == [event]
    assert detail in str(lines[0])


def test_what_is_there_after_the_start_is_not_walked_through_again() -> None:
    try:
        settle()
        num_walked, num_frozen = len(gc.get_objects()), gc.get_freeze_count()
        assert num_frozen > 10 * num_walked
    finally:
        gc.unfreeze()
