"""What a person types into a slash command, checked the way Discord's own app checks it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.discord_server.attachment import Upload
from tests.discord_server.channel import Channel
from tests.discord_server.guild import Role
from tests.discord_server.refusal import NotPossible
from tests.discord_server.user import User
from tests.discord_server.world import World

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = (
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
)
SUB_COMMAND, SUB_COMMAND_GROUP = 1, 2
MAX_TEXT = 6000


def enter(command: dict[str, Any], path: list[str]) -> list[dict[str, Any]]:
    """The options of the (sub-)command that `path` leads to."""
    options: list[dict[str, Any]] = command.get("options") or []
    for word in path:
        nested = [o for o in options if o["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP)]
        found = next((option for option in nested if option["name"] == word), None)
        if found is None:
            names = [option["name"] for option in nested]
            raise NotPossible(f"/{command['name']} has no {word!r}, only {names}")
        options = found.get("options") or []
    if any(option["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP) for option in options):
        raise NotPossible(f"/{command['name']} {' '.join(path)} needs a sub-command")
    return options


def nest(command: dict[str, Any], path: list[str], values: list[dict[str, Any]]) -> list[Any]:
    """The values inside their sub-command and group."""
    kinds = []
    options = command.get("options") or []
    for word in path:
        option = next(option for option in options if option["name"] == word)
        kinds.append(option["type"])
        options = option.get("options") or []
    nested: list[Any] = values
    for word, kind in zip(reversed(path), reversed(kinds), strict=True):
        nested = [{"name": word, "type": kind, "options": nested}]
    return nested


@dataclass
class Typed:
    """Typed values on their way into an interaction."""

    world: World
    person: User
    channel: Channel
    resolved: dict[str, dict[str, Any]] = field(default_factory=dict)

    def read(
        self, schema: list[dict[str, Any]], given: dict[str, Any], focused: str | None = None
    ) -> list[dict[str, Any]]:
        """The option list of an interaction; `focused` names the one still being typed."""
        left = dict(given)
        options = []
        for option in schema:
            name = option["name"]
            key = name if name in left else name.replace("-", "_")
            if key in left:
                value = left.pop(key)
                if value is None:
                    continue
                being_typed = name == focused
                read = value if being_typed else self.resolve(option, value)
                entry = {"name": name, "type": option["type"], "value": read}
                options.append({**entry, "focused": True} if being_typed else entry)
            elif option.get("required") and focused is None:
                raise NotPossible(f"the option {name!r} is required")
        if left:
            names = [option["name"] for option in schema]
            raise NotPossible(f"there is no option {', '.join(left)}, only {names}")
        return options

    def resolve(self, option: dict[str, Any], value: Any) -> Any:
        """The value as an interaction carries it; refuses what does not fit the option."""
        kind = option["type"]
        if kind in (STRING, INTEGER, NUMBER) and option.get("choices"):
            return self._choice(option, value)
        if kind == STRING:
            return self._text(option, value)
        if kind in (INTEGER, NUMBER):
            return self._number(option, value)
        if kind == BOOLEAN and isinstance(value, bool):
            return value
        if kind in (USER, MENTIONABLE) and isinstance(value, User):
            return self.resolve_user(value)
        if kind in (ROLE, MENTIONABLE) and isinstance(value, Role):
            return self._resolve("roles", value.id, value.payload())
        if kind == CHANNEL and isinstance(value, Channel):
            return self._channel(option, value)
        if kind == ATTACHMENT and isinstance(value, Upload):
            stored = self.world.store(value, None, ephemeral=True)
            return self._resolve("attachments", stored.id, stored.payload())
        raise NotPossible(f"{value!r} does not fit the option {option['name']!r} of type {kind}")

    @staticmethod
    def _choice(option: dict[str, Any], value: Any) -> Any:
        for choice in option["choices"]:
            if value in (choice["name"], choice["value"]):
                return choice["value"]
        names = [choice["name"] for choice in option["choices"]]
        raise NotPossible(f"{option['name']!r} offers {names}, not {value!r}")

    @staticmethod
    def _text(option: dict[str, Any], value: Any) -> str:
        if not isinstance(value, str):
            raise NotPossible(f"{option['name']!r} takes text, not {value!r}")
        text = value.strip()
        shortest = option.get("min_length") or (1 if option.get("required") else 0)
        longest = option.get("max_length") or MAX_TEXT
        if not shortest <= len(text) <= longest:
            raise NotPossible(f"{option['name']!r} takes {shortest} to {longest} characters")
        return text

    @staticmethod
    def _number(option: dict[str, Any], value: Any) -> int | float:
        fits = isinstance(value, int) or (option["type"] == NUMBER and isinstance(value, float))
        if isinstance(value, bool) or not fits or abs(value) > 2**53:
            raise NotPossible(f"{option['name']!r} takes a number, not {value!r}")
        least, most = option.get("min_value"), option.get("max_value")
        if (least is not None and value < least) or (most is not None and value > most):
            raise NotPossible(f"{option['name']!r} takes {least} to {most}, not {value!r}")
        return value  # type: ignore[no-any-return]

    def resolve_user(self, user: User) -> str:
        """Add an account, as a member where it is one, and return its id."""
        guild = self.channel.guild
        if guild is not None and (member := guild.members.get(user.id)):
            permissions = str(int(self.channel.permissions_of(user)))
            payload = {**member.payload(with_user=False), "permissions": permissions}
            self._resolve("members", user.id, payload)
        return self._resolve("users", user.id, user.payload())

    def _channel(self, option: dict[str, Any], channel: Channel) -> str:
        types = option.get("channel_types")
        if types and channel.type not in types:
            raise NotPossible(f"{option['name']!r} takes channels of type {types}")
        return self._resolve("channels", channel.id, channel.partial_payload(self.person))

    def _resolve(self, kind: str, number: int, payload: dict[str, Any]) -> str:
        self.resolved.setdefault(kind, {})[str(number)] = payload
        return str(number)
