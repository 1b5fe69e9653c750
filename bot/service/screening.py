"""What may be asked on a server, and what of an answer may be shown there."""

from dataclasses import dataclass

from bot.domain.decency import (
    BLOCKED,
    HELP,
    NOT_CONTINUED,
    NOT_CORRECTED,
    REFUSAL,
    UNSEEMLY,
    DecencyLevel,
    Reason,
)
from bot.domain.errors import HelpOffered, NotDecent
from bot.domain.server_settings import ServerSettings
from bot.service.decency_ports import Decency
from bot.service.defaults import Defaults
from bot.service.screened import Screen

_AGAINST_PEOPLE = (Reason.THREAT, Reason.HARASSMENT, Reason.SLUR, Reason.SEXUAL)
_CONTEXT_CHARACTERS = 200
"""How much of what stands before a text is judged with it: phrases are shorter."""


@dataclass(frozen=True, slots=True)
class Screening:
    """Checks questions before anything is stored, and makes the screens of their answers."""

    decency: Decency
    defaults: Defaults

    def check_question(self, text: str, settings: ServerSettings) -> None:
        """Refuse what is aimed at people or what the server does not want.

        Swearing is the person's own way of asking, unless the server is strict. Who speaks of
        harming themselves is helped at every level.

        Raises:
            HelpOffered, NotDecent.
        """
        if self.decency.needs_help(text):
            raise HelpOffered(HELP)
        level = self.defaults.decency_for(settings)
        reason = self.decency.judge(text, level, settings.blocked).reason
        if reason is Reason.BLOCKED:
            raise NotDecent(BLOCKED)
        if level is DecencyLevel.OFF:
            return
        if reason in _AGAINST_PEOPLE or self.decency.aims_at_people(text):
            raise NotDecent(REFUSAL)
        if reason is not None and level is DecencyLevel.STRICT:
            raise NotDecent(UNSEEMLY)

    def check_beginning(self, text: str, settings: ServerSettings) -> None:
        """The same for a text to be continued, which is shown as a part of the answer.

        Raises:
            HelpOffered, NotDecent.
        """
        self.check_question(text, settings)
        if not self.may_show(text, settings):
            raise NotDecent(NOT_CONTINUED)

    def check_correction(self, question: str, text: str, settings: ServerSettings) -> None:
        """Refuse an answer by people, which is shown with its question to all who ask.

        Raises:
            NotDecent.
        """
        if not (self.may_show(question, settings) and self.may_show(text, settings)):
            raise NotDecent(NOT_CORRECTED)

    def may_show(self, text: str, settings: ServerSettings) -> bool:
        """Whether a whole text may be shown on a server."""
        level = self.defaults.decency_for(settings)
        return self.decency.judge(text, level, settings.blocked).is_decent

    def screen(
        self, settings: ServerSettings, *, before: str = "", allowed: tuple[str, ...] = ()
    ) -> Screen:
        """The screen of one answer; `before` is what its text goes on from."""
        level = self.defaults.decency_for(settings)
        return Screen(self.decency, level, settings.blocked, _last_words(before), allowed)


def _last_words(text: str) -> str:
    """The end of a text, in whole words."""
    if len(text) <= _CONTEXT_CHARACTERS:
        return text
    cut = text[-_CONTEXT_CHARACTERS:]
    return cut[cut.find(" ") + 1 :]
