"""A child without pictures that can sleep, wait, die and eat memory, for tests of the studio."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.figures.easel import work


def sleep(description: Mapping[str, Any]) -> bytes:
    time.sleep(description["seconds"])
    return b"slept"


def wait(description: Mapping[str, Any]) -> bytes:
    """Until a file is there that somebody else makes."""
    Path(description["begun"]).touch()
    while not Path(description["wanted"]).exists():
        time.sleep(0.01)
    return b"it came"


def die(description: Mapping[str, Any]) -> bytes:
    os._exit(description["status"])


def eat(description: Mapping[str, Any]) -> bytes:
    return bytes(bytearray(description["bytes"]))[:1]


def show(description: Mapping[str, Any]) -> bytes:
    print("this must not stand between the frames", flush=True)
    return "\n".join(os.environ).encode()


if __name__ == "__main__":
    work({"sleep": sleep, "wait": wait, "die": die, "eat": eat, "show": show})
