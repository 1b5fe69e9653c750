"""What `lectern web` does: the page, until it is told to stop."""

import asyncio
import contextlib
import os
import signal
import sys

from bot.app import HARD_STOP_SECONDS, page_settings, running, settle, warm
from bot.config import Settings
from bot.log import configure_logging, log_bug
from bot.parts import new_id
from bot.web.server import serving


async def run_page(settings: Settings, *, opens_browser: bool) -> None:
    """Serve the page; its address is printed once it can be opened.

    The model loads beside it, so that the first question need not wait for all of it.

    Raises:
        ConfigurationError: the page cannot be where the configuration wants it.
    """
    configure_logging(settings.logging.level, settings.logging.format)
    wanted = page_settings(settings)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with (
        running(settings) as (services, pool),
        serving(services, wanted, log_bug, new_id) as address,
    ):
        settle()
        print(f"Lectern's page is at {address} – Ctrl-C ends it.", flush=True)  # noqa: T201
        async with asyncio.TaskGroup() as group:
            warming = group.create_task(warm(pool, settings.effective_default_model))
            opening = group.create_task(open_browser(address, is_wanted=opens_browser))
            await stopping.wait()
            # The system ends the process if the farewell takes longer than it may.
            signal.setitimer(signal.ITIMER_REAL, HARD_STOP_SECONDS)
            warming.cancel()
            opening.cancel()
    signal.setitimer(signal.ITIMER_REAL, 0)


def has_screen() -> bool:
    """Whether a browser with a window could open; those of terminals would take this one."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


async def open_browser(address: str, *, is_wanted: bool = True) -> None:
    """Show the page, where there is a browser; where there is none, nothing happens."""
    if not is_wanted or not has_screen():
        return
    quiet = asyncio.subprocess.DEVNULL
    with contextlib.suppress(OSError):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "webbrowser", address, stdin=quiet, stdout=quiet, stderr=quiet
        )
        await process.wait()
