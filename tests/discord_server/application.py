"""The bot's application as it is set up in the developer portal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.discord_server.intents import APPLICATION_FLAGS, Intent
from tests.discord_server.user import User


@dataclass(eq=False)
class Application:
    """Name, token, and the privileged intents its owner has switched on."""

    id: int
    name: str
    token: str
    owner: User
    bot: User
    privileged_intents: Intent = Intent.NONE

    @property
    def may_read_content(self) -> bool:
        """Whether the message content intent is switched on for the application."""
        return bool(self.privileged_intents & Intent.MESSAGE_CONTENT)

    @property
    def flags(self) -> int:
        """The application's flags, which name its privileged intents."""
        flags = 0
        for intent, flag in APPLICATION_FLAGS.items():
            flags |= flag if self.privileged_intents & intent else 0
        return flags

    def payload(self) -> dict[str, Any]:
        """The application as its own bot may read it."""
        return {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "description": "",
            "type": None,
            "bot": self.bot.payload(),
            "bot_public": False,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": self.flags,
            "flags_new": str(self.flags),
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "role_connections_verification_url": None,
            "owner": self.owner.payload(),
            "approximate_guild_count": 1,
            "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0,
            "team": None,
            "eligible_oauth2_scopes": [],
        }
