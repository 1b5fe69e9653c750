"""The file that tells whether the bot is well."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.heartbeat import beat, heartbeat_path

FAST = 0.005


@asynccontextmanager
async def beating(path: Path, is_healthy: Callable[[], bool] = lambda: True) -> AsyncIterator[None]:
    task = asyncio.create_task(beat(path, is_healthy, FAST))
    try:
        yield
        assert not task.done(), "it beats until it is cancelled"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(predicate: Callable[[], object]) -> None:
    for _ in range(1000):
        if predicate():
            return
        await asyncio.sleep(FAST)
    raise AssertionError("it did not happen")


def test_the_file_lies_beside_the_database() -> None:
    assert heartbeat_path("data/lectern.db") == Path("data/heartbeat")


async def test_a_healthy_bot_touches_the_file_and_another_does_not(tmp_path: Path) -> None:
    path = tmp_path / "heartbeat"
    is_healthy = False
    async with beating(path, lambda: is_healthy):
        await asyncio.sleep(10 * FAST)
        assert not path.exists()
        is_healthy = True
        await until(path.exists)


async def test_a_folder_that_goes_and_returns_is_logged_once_each(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with capture_logs() as lines:
        async with beating(folder / "heartbeat"):
            await until(lambda: len(lines) == 1)
            await asyncio.sleep(10 * FAST)
            assert [line["event"] for line in lines] == ["heartbeat cannot be written"]
            assert "No such file or directory" in lines[0]["reason"]
            folder.mkdir()
            await until(lambda: len(lines) == 2)
            await asyncio.sleep(10 * FAST)
    assert [line["event"] for line in lines[1:]] == ["heartbeat is written again"]


async def test_a_file_system_that_hangs_does_not_hold_up_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs, returned = threading.Event(), threading.Event()
    outcomes = []

    def hanging(self: Path) -> None:
        hangs.set()
        outcomes.append(returned.wait(10))

    monkeypatch.setattr(Path, "touch", hanging)
    async with beating(tmp_path / "heartbeat"):
        await until(hangs.is_set)
        returned.set()
        await until(lambda: outcomes)
    assert outcomes[0], "the loop went on while the file system hung"
