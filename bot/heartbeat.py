"""The heartbeat: a file whose age tells whether the bot is well."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

HEARTBEAT_SECONDS = 20
"""How often a healthy bot touches the file that `lectern doctor --quick` looks at."""


def heartbeat_path(database: str) -> Path:
    """Where the file is: beside the database."""
    return Path(database).with_name("heartbeat")


async def beat(
    path: Path, is_healthy: Callable[[], bool], seconds: float = HEARTBEAT_SECONDS
) -> None:
    """Touch the file while the bot is healthy, until cancelled.

    A folder that is read-only or gone is logged once, and once more when it is back: the bot
    answers without it. The file system may hang, so a thread touches the file.
    """
    log = structlog.get_logger("lectern")
    is_failing = False
    while True:
        if is_healthy():
            try:
                await asyncio.to_thread(path.touch)
            except OSError as error:
                if not is_failing:
                    log.warning("heartbeat cannot be written", path=str(path), reason=str(error))
                is_failing = True
            else:
                if is_failing:
                    log.info("heartbeat is written again", path=str(path))
                is_failing = False
        await asyncio.sleep(seconds)
