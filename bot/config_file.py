"""The configuration file as text: finds the line of a key, so that errors can name it."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.errors import ConfigurationError

_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(#.*)?$")
_KEY = re.compile(r"\s*([\w\-\"'.]+)\s*=")


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A TOML file, parsed, with its text."""

    path: Path
    text: str
    values: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> "ConfigFile":
        """Read and parse.

        Raises:
            ConfigurationError: unreadable, or not TOML (names the line).
        """
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise ConfigurationError(
                f"There is no configuration file {path}; copy config.example.toml there."
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"The configuration file {path} is unreadable: {error}."
            ) from None
        try:
            return cls(path, text, tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise ConfigurationError(f"{path} is not valid TOML: {error}.") from None

    def line_of(self, key: tuple[str, ...]) -> int | None:
        """The line, counted from 1, on which a dotted key or its section stands."""
        section: tuple[str, ...] = ()
        section_line: int | None = None
        for number, line in enumerate(self.text.splitlines(), 1):
            if header := _HEADER.match(line):
                section = _parts(header[1])
                if section == key[: len(section)] and section_line is None:
                    section_line = number
            elif (found := _KEY.match(line)) and (*section, *_parts(found[1])) == key:
                return number
        return section_line


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))
