"""The easel: where a child draws one picture after the other, as frames on its pipes ask.

The child ends when its input does, so it never outlives the bot, and it may not use more memory
than its limit.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, BinaryIO

from bot.domain.errors import UnsupportedFormula
from bot.figures.frames import Kind, frame, read_frame

if sys.platform != "win32":
    import resource

MAX_MEMORY = 1024**3
"""Address space; drawing takes about 300 MB of it."""
MAX_SECONDS = 30
"""When a picture that nobody waits for any more ends the child."""

NICENESS = 7
"""How far drawing steps back (Linux): beside a model that computes with every core it takes a
sixth of one, so that a picture never slows answers by more than that."""

Artist = Callable[[Mapping[str, Any]], bytes]
"""Draws a PNG of a description."""


def serve(artists: Mapping[str, Artist], requests: BinaryIO, replies: BinaryIO) -> None:
    """Draw until the requests end."""
    _say(replies, frame(Kind.READY))
    while (request := read_frame(requests)) is not None:
        _set_alarm(MAX_SECONDS)
        try:
            name, description = json.loads(request[1])
            reply = frame(Kind.PICTURE, artists[name](description))
        except UnsupportedFormula as error:
            reply = frame(Kind.REFUSED, error.text.encode())
        except Exception as error:  # noqa: BLE001 - the parent logs it and asks for the next one
            reply = frame(Kind.FAILED, _place(error).encode())
        _set_alarm(0)
        _say(replies, reply)


def work(artists: Mapping[str, Artist]) -> None:
    """Serve on this process's pipes; what else is printed goes to the error stream."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
        with suppress(OSError):
            os.nice(NICENESS)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        serve(artists, sys.stdin.buffer, replies)
    except BrokenPipeError:
        os._exit(0)  # nobody listens any more


def _place(error: Exception) -> str:
    """What an error is and where; its text may hold people's words, which no log may."""
    lines = traceback.format_tb(error.__traceback__)
    return f"{type(error).__name__}\n{''.join(lines)}"


def _say(replies: BinaryIO, reply: bytes) -> None:
    replies.write(reply)
    replies.flush()


def _set_alarm(seconds: int) -> None:
    """End this process after so many seconds; 0 takes it back."""
    if sys.platform != "win32":
        signal.alarm(seconds)
