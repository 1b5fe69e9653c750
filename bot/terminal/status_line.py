"""A line in the terminal that is written over until something better is known."""

from types import TracebackType
from typing import Self

from rich.console import Console


class StatusLine:
    """Shows one text at a time; leaving the block clears it. A pipe sees nothing of it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.clear()

    def show(self, text: str) -> None:
        """Replace what stands there."""
        if text == self._shown or not self._console.is_terminal:
            return
        self._write(text + " " * (len(self._shown) - len(text)))
        self._shown = text

    def clear(self) -> None:
        """Take away what stands there."""
        if self._shown:
            self._write(" " * len(self._shown))
            self._shown = ""

    def _write(self, text: str) -> None:
        self._console.print(text, style="dim", end="\r", markup=False, highlight=False)
