"""What is wrong with a configuration, as one sentence with the key and its place."""

import difflib
import os
from collections.abc import Collection, Mapping

from pydantic_core import ErrorDetails

from bot.config_file import ConfigFile
from bot.redaction import redact_text

PREFIX = "LECTERN_"
SEPARATOR = "__"
MAX_SHOWN = 60
SECRETS = (("web", "auth"),)
"""Keys whose values are never shown, not even wrong ones."""
_NO_SECTION = ("model_type", "model_attributes_type", "dict_type")


def sentence(
    problem: ErrorDetails, file: ConfigFile | None, known: Mapping[str, Collection[str]]
) -> str:
    """The problem with its key, its place, and what would be right.

    `known` are the keys of each section. Values are shown, but never those of whole
    sections, which may hold secrets.
    """
    key = tuple(str(part) for part in problem["loc"])
    at = place(key, file)
    if problem["type"] == "extra_forbidden":
        candidates = known if len(key) == 1 else known.get(key[0], ())
        close = difflib.get_close_matches(key[-1], candidates, 1)
        return f"{at}: there is no such key{f'; did you mean {close[0]}?' if close else '.'}"
    if problem["type"] == "missing":
        return f"{at} is missing; set it there or as {variable_of(key)}."
    if problem["type"] in _NO_SECTION:
        return f"{at} should be a section with keys of its own."
    if key in SECRETS:
        return f"{at} {_plain(problem)}."
    return f"{at} {_plain(problem)}, but is {_shown(problem['input'])}."


def _plain(problem: ErrorDetails) -> str:
    """What is wrong, in the words that follow the key."""
    message = problem["msg"].removeprefix("Value error, ").split(", unable to")[0]
    return (message[0].lower() + message[1:]).removeprefix("input ")


def place(key: tuple[str, ...], file: ConfigFile | None) -> str:
    """Where a key was set: its variable, or file, line and dotted name."""
    wanted = variable_of(key)
    for variable in os.environ:
        if f"{variable.upper()}{SEPARATOR}".startswith(wanted + SEPARATOR):
            return f"The environment variable {variable}"
    if file is None:
        return ".".join(key)
    line = file.line_of(key)
    return f"{file.path}{f', line {line}' if line else ''}: {'.'.join(key)}"


def variable_of(key: tuple[str, ...]) -> str:
    """The environment variable that sets a key."""
    return PREFIX + SEPARATOR.join(key).upper()


def _shown(value: object) -> str:
    """A value that was given, short, and hidden where it looks like a secret."""
    text = redact_text(repr(value))
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
