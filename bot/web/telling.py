"""Refusals and bugs as one sentence on the page."""

from collections.abc import Callable
from html import escape

from bot.domain.errors import BotError


class Teller:
    """Turns errors into the sentence that a person reads; `report` logs a bug."""

    def __init__(self, report: Callable[[Exception], str]) -> None:
        self._report = report

    def notice(self, error: Exception) -> str:
        """HTML of what went wrong."""
        if isinstance(error, BotError):
            return notice(error.text)
        return notice(
            "Something went wrong on my side; please try again, and if it happens again tell "
            f"whoever runs this page the error id {self._report(error)}."
        )


def notice(*sentences: str) -> str:
    """HTML of sentences, a paragraph each."""
    return "".join(f"<p>{escape(each)}</p>" for each in sentences)
