"""The page on the command line: when it is what opens, and what it needs."""

import asyncio
import os
import stat
from importlib.util import find_spec
from typing import TextIO

from bot.config import Settings
from bot.domain.errors import ExtraMissing


def is_page_wanted(stdin: TextIO | None) -> bool:
    """Whether the page is what opens for whoever named nothing.

    Lines that come through a pipe or from a file are for the chat in the terminal.
    """
    return find_spec("gradio") is not None and not is_piped(stdin)


def is_piped(stdin: TextIO | None) -> bool:
    """Whether lines come from a pipe, a socket or a file; a terminal and /dev/null are none."""
    if stdin is None or stdin.closed:
        return False
    mode = os.fstat(stdin.fileno()).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISREG(mode)


def require_page() -> None:
    """Refuse where Gradio is not installed.

    Raises:
        ExtraMissing: names what to install.
    """
    if find_spec("gradio") is None:
        raise ExtraMissing("web")


def serve_page(settings: Settings, *, opens_browser: bool) -> None:
    """Serve the page until a signal.

    Raises:
        ExtraMissing: Gradio is not installed.
    """
    require_page()
    from bot.page import run_page

    asyncio.run(run_page(settings, opens_browser=opens_browser))
