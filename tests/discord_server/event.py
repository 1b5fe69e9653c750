"""One gateway event, before it is decided which session may see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.discord_server.intents import Intent


@dataclass(frozen=True)
class Event:
    """What happened, the intents of which one is needed to hear of it, and a version without
    message content for sessions that may not read it (None: everyone may)."""

    name: str
    data: dict[str, Any]
    intents: Intent = Intent.NONE
    without_content: dict[str, Any] | None = field(default=None)

    def for_session(self, intents: Intent) -> dict[str, Any] | None:
        """The data this session receives, or None when it did not ask for such events."""
        if self.intents and not intents & self.intents:
            return None
        if self.without_content is not None and not intents & Intent.MESSAGE_CONTENT:
            return self.without_content
        return self.data
