"""An account on the loopback Discord, of a person or of the bot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(eq=False)
class User:
    """An account; the same in every guild."""

    id: int
    name: str
    is_bot: bool = False
    accepts_direct_messages: bool = True

    @property
    def mention(self) -> str:
        """The text that mentions this account."""
        return f"<@{self.id}>"

    def payload(self) -> dict[str, Any]:
        """The account as Discord sends it."""
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": None if self.is_bot else self.name.capitalize(),
            "discriminator": "0001" if self.is_bot else "0",
            "avatar": None,
            "avatar_decoration_data": None,
            "collectibles": None,
            "primary_guild": None,
            "public_flags": 0,
            "flags": 0,
            "bot": self.is_bot,
        }

    def __repr__(self) -> str:
        return f"<{self.name}>"
