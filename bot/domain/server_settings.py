"""What admins of one server can set."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.conversation import Length
from bot.domain.decency import DecencyLevel
from bot.domain.rate_limit import Limit
from bot.domain.topic_guard import GuardMode


class ThreadsMode(StrEnum):
    """Whether an answer opens a thread: always, by a button, or never."""

    AUTO = "auto"
    BUTTON = "button"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """The three rate limits that a question is charged to."""

    person: Limit = Limit(6, 60)
    channel: Limit = Limit(20, 60)
    server: Limit = Limit(60, 60)


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Settings of one server; None means the installation's default.

    Roles are role ids as text; `blocked` are words and phrases that are never shown here.
    """

    threads: ThreadsMode | None = None
    model: str | None = None
    admin_role: str | None = None
    exempt_role: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    length: Length | None = None
    person_limit: Limit | None = None
    channel_limit: Limit | None = None
    server_limit: Limit | None = None
    handbook: bool | None = None
    assistant_role: str | None = None
    decency: DecencyLevel | None = None
    blocked: tuple[str, ...] = ()
    topic_guard: GuardMode | None = None
