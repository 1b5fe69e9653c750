"""Mentions: who a message names, and who of them allowed_mentions lets it ping."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.discord_server.refusal import FormErrors

CODE = re.compile(r"```.*?```|``.*?``|`[^`\n]+`", re.DOTALL)
USER = re.compile(r"<@!?(\d+)>")
ROLE = re.compile(r"<@&(\d+)>")
EVERYONE = re.compile(r"@(everyone|here)\b")
KINDS = ("users", "roles", "everyone")


@dataclass(frozen=True)
class AllowedMentions:
    """What a message may ping; without a word about it, everything."""

    parse: frozenset[str] = frozenset(KINDS)
    users: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    replied_user: bool = True

    @classmethod
    def from_body(cls, body: dict[str, Any] | None, errors: FormErrors) -> AllowedMentions:
        """Read the allowed_mentions of a message body."""
        if body is None:
            return cls()
        parse = body.get("parse") or []
        for index, kind in enumerate(parse):
            if kind not in KINDS:
                errors.add(
                    f"allowed_mentions.parse.{index}",
                    "BASE_TYPE_CHOICES",
                    "Value must be one of {'users', 'roles', 'everyone'}.",
                )
        for kind in ("users", "roles"):
            if kind in parse and body.get(kind):
                errors.add(
                    "allowed_mentions",
                    "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                    f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
                )
            errors.check_length(f"allowed_mentions.{kind}", body.get(kind) or [], 100)
        return cls(
            parse=frozenset(parse),
            users=frozenset(int(user) for user in body.get("users") or []),
            roles=frozenset(int(role) for role in body.get("roles") or []),
            replied_user=bool(body.get("replied_user", False)),
        )


@dataclass(frozen=True)
class Mentions:
    """Whom a message highlights."""

    user_ids: tuple[int, ...] = field(default=())
    role_ids: tuple[int, ...] = field(default=())
    everyone: bool = False


def find_mentions(text: str, allowed: AllowedMentions, *, may_ping_everyone: bool) -> Mentions:
    """The mentions in a text outside of code, as far as they are allowed."""
    plain = CODE.sub(" ", text)
    users = dict.fromkeys(int(found) for found in USER.findall(plain))
    roles = dict.fromkeys(int(found) for found in ROLE.findall(plain))
    return Mentions(
        tuple(user for user in users if "users" in allowed.parse or user in allowed.users),
        tuple(role for role in roles if "roles" in allowed.parse or role in allowed.roles),
        may_ping_everyone and "everyone" in allowed.parse and bool(EVERYONE.search(plain)),
    )
