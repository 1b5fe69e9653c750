"""Refusals: errors whose text is the reply that the person reads."""

from datetime import datetime


class BotError(Exception):
    """A person's mistake or a limit that was met.

    The text is one plain sentence that says what to do. Edges show it as it is and do not
    log it as a bug; every other exception is one.
    """

    @property
    def text(self) -> str:
        """The sentence for the person."""
        return str(self)


class QuestionRefused(BotError):
    """The question itself cannot be answered: empty, too long, asked twice."""


class NotDecent(QuestionRefused):
    """The question, or every try of an answer to it, is not fit for this server."""


class OffTopic(QuestionRefused):
    """The question is not about deep learning, which is all that its server wants answered."""


class HelpOffered(BotError):
    """Who asks needs people and no answer; edges tell it to them alone where they can."""


class SmallTalk(BotError):
    """The message only greets or thanks; the reply is as friendly, and no answer."""


class AlreadyAccepted(BotError):
    """The same event was delivered twice; edges keep silent about it."""


class InvalidParameter(BotError):
    """A sampling or command parameter is out of range."""


class NotAllowed(BotError):
    """The person may not do this."""


class NotFound(BotError):
    """The answer or thing that the person named is not there (any more)."""


class NoteRefused(BotError):
    """A file cannot become a note: empty, too big, locked, damaged, of an unknown kind."""


class RateLimited(BotError):
    """A rate limit was met.

    `retry_at` is when the same request would pass (UTC).
    """

    def __init__(self, text: str, retry_at: datetime) -> None:
        super().__init__(text)
        self.retry_at = retry_at


class QueueFull(BotError):
    """Too many answers are waiting already."""


class PromptTooLong(BotError):
    """Prompt and answer do not fit the model's context window."""


class UnknownModel(BotError):
    """No model of that name is in the catalogue."""


class ModelUnavailable(BotError):
    """The model cannot be had now: not downloaded, wrong folder, corrupt weights, hub away."""


class NotEnoughMemory(ModelUnavailable):
    """Loading the model would exceed the memory budget or the machine's memory."""


class UnsupportedFormula(BotError):
    """A formula cannot be drawn: its source is shown instead."""


class PictureUnavailable(BotError):
    """No picture can be drawn now: it took too long or too much memory, or drawing ended."""


class ConfigurationError(BotError):
    """The configuration cannot be used; names the key and, where known, the line."""


class ExtraMissing(BotError):
    """A part of Lectern that is installed on wish only is not here."""

    def __init__(self, extra: str) -> None:
        super().__init__(
            f"This needs the extra {extra}, which is not installed: pip install "
            f"'lectern[{extra}]', or start with make run."
        )


class DatabaseUnusable(BotError):
    """The database cannot be opened, written, or is from a newer version."""
