"""Application commands: what the bot has registered, and the limits Discord holds it to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.discord_server.refusal import FormErrors

if TYPE_CHECKING:
    from tests.discord_server.guild import Guild
    from tests.discord_server.world import World

SLASH, USER, MESSAGE = 1, 2, 3
SUB_COMMAND, SUB_COMMAND_GROUP = 1, 2
CHOICE_TYPES = (3, 4, 10)
MAX_COMMANDS = {SLASH: 100, USER: 5, MESSAGE: 5}
MAX_OPTIONS, MAX_CHOICES, MAX_COMMAND_TEXT = 25, 25, 8000
NAME = re.compile(r"^[-_'\w]{1,32}$")


class Commands:
    """The registered commands, global and per guild, and how often they were sent."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._scopes: dict[int | None, list[dict[str, Any]]] = {}
        self.num_syncs = 0

    def registered(self, guild_id: int | None = None) -> list[dict[str, Any]]:
        """The commands of one guild, or the global ones."""
        return self._scopes.get(guild_id, [])

    @property
    def names(self) -> list[str]:
        """The names of the global commands."""
        return [command["name"] for command in self.registered()]

    def find(self, name: str, kind: int, guild: Guild | None) -> dict[str, Any] | None:
        """The command a person means; a guild's own one comes before a global one."""
        scopes = [None] if guild is None else [guild.id, None]
        for scope in scopes:
            for command in self.registered(scope):
                if command["name"] == name and command["type"] == kind:
                    return command
        return None

    def overwrite(
        self, bodies: list[dict[str, Any]], guild_id: int | None = None
    ) -> list[dict[str, Any]]:
        """Replace all commands of a scope; a command keeps its id as long as its name stays."""
        check_commands(bodies)
        earlier = {(c["type"], c["name"]): c for c in self.registered(guild_id)}
        stored = [self._store(body, guild_id, earlier) for body in bodies]
        self._scopes[guild_id] = stored
        self.num_syncs += 1
        self._world.changed()
        return stored

    def _store(
        self,
        body: dict[str, Any],
        guild_id: int | None,
        earlier: dict[tuple[int, str], dict[str, Any]],
    ) -> dict[str, Any]:
        kind = body.get("type") or SLASH
        known = earlier.get((kind, body["name"]))
        version = self._world.snowflakes.next()
        command: dict[str, Any] = {
            "nsfw": False,
            "name_localizations": None,
            "description_localizations": None,
            **body,
            "id": known["id"] if known else str(version),
            "application_id": str(self._world.application.id),
            "type": kind,
            "description": body.get("description") or "",
            "version": str(version),
        }
        needed = body.get("default_member_permissions")
        command["default_member_permissions"] = None if needed is None else str(needed)
        command["contexts"] = body.get("contexts")
        command["integration_types"] = body.get("integration_types") or [0]
        if guild_id is not None:
            command["guild_id"] = str(guild_id)
        if known and {**command, "version": known["version"]} == known:
            return known
        return command


def check_commands(bodies: list[dict[str, Any]]) -> None:
    """Refuse a set of commands the way Discord does."""
    errors = FormErrors()
    seen: set[tuple[int, str]] = set()
    counts: dict[int, int] = {}
    for index, body in enumerate(bodies):
        kind = body.get("type") or SLASH
        counts[kind] = counts.get(kind, 0) + 1
        name = body.get("name") or ""
        if (kind, name) in seen:
            errors.add(
                f"{index}.name",
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            )
        seen.add((kind, name))
        _check_command(body, kind, str(index), errors)
    for kind, count in counts.items():
        if count > MAX_COMMANDS.get(kind, 1):
            errors.add(
                "",
                "APPLICATION_COMMANDS_MAX_EXCEEDED",
                f"Maximum number of application commands reached ({MAX_COMMANDS.get(kind, 1)})",
            )
    errors.raise_if_any()


def _check_command(body: dict[str, Any], kind: int, path: str, errors: FormErrors) -> None:
    name = body.get("name") or ""
    if kind == SLASH:
        _check_name(name, f"{path}.name", errors)
        errors.check_length(f"{path}.description", body.get("description"), 100, 1)
        _check_options(body.get("options") or [], f"{path}.options", errors, depth=0)
        if command_text_size(body) > MAX_COMMAND_TEXT:
            errors.add(
                path,
                "APPLICATION_COMMAND_TOO_LARGE",
                f"Command exceeds maximum size ({MAX_COMMAND_TEXT})",
            )
        return
    errors.check_length(f"{path}.name", name, 32, 1)
    for forbidden in ("description", "options"):
        if body.get(forbidden):
            errors.add(
                f"{path}.{forbidden}",
                "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION",
                "Context menu commands cannot have a description or options",
            )


def _check_name(name: str, path: str, errors: FormErrors) -> None:
    if not 1 <= len(name) <= 32:
        errors.check_length(path, name, 32, 1)
    elif not NAME.match(name) or name != name.lower():
        errors.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _check_options(
    options: list[dict[str, Any]], path: str, errors: FormErrors, depth: int
) -> None:
    errors.check_length(path, options, MAX_OPTIONS)
    names: set[str] = set()
    optional_seen = False
    nested = [o.get("type") in (SUB_COMMAND, SUB_COMMAND_GROUP) for o in options]
    if any(nested) and not all(nested):
        errors.add(
            path,
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all "
            "other types",
        )
    for index, option in enumerate(options):
        where = f"{path}.{index}"
        name = option.get("name") or ""
        _check_name(name, f"{where}.name", errors)
        errors.check_length(f"{where}.description", option.get("description"), 100, 1)
        if name in names:
            errors.add(
                f"{where}.name",
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                "Option name already exists",
            )
        names.add(name)
        if option.get("type") in (SUB_COMMAND, SUB_COMMAND_GROUP):
            if depth + option["type"] > 2 and option["type"] == SUB_COMMAND_GROUP:
                errors.add(f"{where}.type", "BASE_TYPE_CHOICES", "Groups cannot be nested")
            _check_options(option.get("options") or [], f"{where}.options", errors, depth + 1)
            continue
        if option.get("required") and optional_seen:
            errors.add(
                where,
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional_seen = optional_seen or not option.get("required")
        _check_value_option(option, where, errors)


def _check_value_option(option: dict[str, Any], path: str, errors: FormErrors) -> None:
    choices = option.get("choices") or []
    errors.check_length(f"{path}.choices", choices, MAX_CHOICES)
    if choices and option.get("autocomplete"):
        errors.add(
            path,
            "APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_CHOICES",
            "Autocomplete and choices are mutually exclusive",
        )
    if choices and option.get("type") not in CHOICE_TYPES:
        errors.add(f"{path}.choices", "BASE_TYPE_CHOICES", "This type takes no choices")
    for index, choice in enumerate(choices):
        errors.check_length(f"{path}.choices.{index}.name", choice.get("name"), 100, 1)
        if isinstance(choice.get("value"), str):
            errors.check_length(f"{path}.choices.{index}.value", choice["value"], 100)
    for limit in ("min_length", "max_length"):
        value = option.get(limit)
        if value is not None and not 0 <= value <= 6000:
            errors.add(f"{path}.{limit}", "NUMBER_TYPE_MAX", "Must be between 0 and 6000.")


def command_text_size(body: dict[str, Any]) -> int:
    """The characters Discord counts against a command's limit."""
    size = len(body.get("name") or "") + len(body.get("description") or "")
    for choice in body.get("choices") or []:
        size += len(choice.get("name") or "") + len(str(choice.get("value")))
    return size + sum(command_text_size(option) for option in body.get("options") or [])
