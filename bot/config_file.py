"""The configuration file as text: finds the line of a key, so that errors can name it."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.errors import ConfigurationError


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
            text = path.read_text(encoding="utf-8-sig")  # some editors write a mark in front
        except FileNotFoundError:
            raise ConfigurationError(
                f"There is no configuration file {path}; copy config.example.toml there."
            ) from None
        except OSError as error:
            raise ConfigurationError(
                f"The configuration file {path} is unreadable: {error.strerror}."
            ) from None
        except UnicodeDecodeError:
            raise ConfigurationError(
                f"The configuration file {path} is unreadable: it is not UTF-8 text."
            ) from None
        try:
            return cls(path, text, tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            end = f"at line {text.rstrip().count(chr(10)) + 1}, where the file ends"
            problem = str(error).replace("at end of document", end)
            raise ConfigurationError(f"{path} is not valid TOML: {problem}.") from None

    def line_of(self, key: tuple[str, ...]) -> int | None:
        """The line, counted from 1, on which a key, or what is there of it, is first set."""
        for length in range(len(key), 0, -1):
            if _has(self.values, key[:length]):
                return self._first_line(key[:length])
        return None

    def _first_line(self, key: tuple[str, ...]) -> int | None:
        """Where the statement starts after which the file, read from its top, has the key.

        Asking the parser finds keys in inline tables and quotes, and nothing inside of texts.
        """
        lines = self.text.split("\n")
        complete = 0
        for number in range(1, len(lines) + 1):
            try:
                values = tomllib.loads("\n".join(lines[:number]).rstrip("\r"))
            except tomllib.TOMLDecodeError:
                continue  # in the middle of a value of several lines
            if _has(values, key):
                return complete + 1
            complete = number
        return None


def _has(values: Any, key: tuple[str, ...]) -> bool:
    """Whether nested tables hold a key."""
    for part in key:
        if not isinstance(values, dict) or part not in values:
            return False
        values = values[part]
    return True
