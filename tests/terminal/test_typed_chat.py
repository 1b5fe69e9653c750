"""`lectern chat` at a real terminal, with a keyboard."""

import os
import pty
import select
import subprocess
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import Iterator
from pathlib import Path

import pytest

SECONDS = 60.0
CTRL_C = "\x03"


class Terminal:
    """A terminal with the chat in its foreground."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._screen, self._keyboard = pty.openpty()
        # Opened by the leader of a new session it is the terminal whose Ctrl-C arrives.
        script = 'exec "$@" <"$0" >"$0" 2>&1'
        words = (sys.executable, "-m", "bot", "chat")
        self.process = subprocess.Popen(
            ["sh", "-c", script, os.ttyname(self._keyboard), *words],
            cwd=folder,
            env=environment | {"TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"},
            start_new_session=True,
        )
        self._decoder = getincrementaldecoder("utf-8")()
        self.shown = ""
        self._num_read = 0

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._screen, keys.encode())

    def until(self, text: str) -> None:
        """Read the screen up to the next place where `text` stands."""
        deadline = time.monotonic() + SECONDS
        while (place := self.shown.find(text, self._num_read)) < 0:
            left = max(0, deadline - time.monotonic())
            assert select.select([self._screen], [], [], left)[0], self.shown
            self.shown += self._decoder.decode(os.read(self._screen, 65_536))
        self._num_read = place + len(text)

    def close(self) -> None:
        """Take the terminal away."""
        self.process.kill()
        self.process.wait()
        os.close(self._screen)
        os.close(self._keyboard)


@pytest.fixture
def terminal(tmp_path: Path, environment: dict[str, str]) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path, environment)
    yield terminal
    terminal.close()


def test_a_chat_with_a_slip_of_the_finger_ends_well(terminal: Terminal) -> None:
    terminal.until("you ›")
    terminal.press("half a line" + CTRL_C)
    terminal.press("/model nosuch\r")
    terminal.until("There is no model called nosuch")
    terminal.until("you ›")
    terminal.press("What is dropout?\r")
    terminal.until("tiny › ")
    terminal.until("you ›")
    terminal.press(CTRL_C)
    assert terminal.process.wait(SECONDS) == 0, terminal.shown
