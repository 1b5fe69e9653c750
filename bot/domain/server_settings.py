"""What admins of one server can set."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.rate_limit import Limit


class ThreadsMode(StrEnum):
    """Whether an answer opens a thread: always, by a button, or never."""

    AUTO = "auto"
    BUTTON = "button"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """Rate limits of a server."""

    person: Limit = Limit(6, 60)
    channel: Limit = Limit(20, 60)
    server: Limit = Limit(60, 60)


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Settings of one server; None means the configuration's default.

    Roles are role ids as text.
    """

    threads: ThreadsMode = ThreadsMode.AUTO
    model: str | None = None
    admin_role: str | None = None
    exempt_role: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    length: str | None = None
    limits: LimitSettings = field(default_factory=LimitSettings)
