"""The README knows every command, every make target and every key of the configuration."""

import re
from pathlib import Path

import pytest
import typer

from bot.cli import app
from bot.config import Settings

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    group = typer.main.get_command(app)
    found = []
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [f"lectern {name} {each}" for each in inner] if inner else [f"lectern {name}"]
    return found


def make_targets() -> list[str]:
    text = (ROOT / "Makefile").read_text()
    return re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split()  # type: ignore[index]


def keys() -> list[str]:
    return [
        f"{section}.{key}"
        for section, field in Settings.model_fields.items()
        if section not in ("file", "models")
        for key in field.annotation.model_fields  # type: ignore[union-attr]
        if key != "token"
    ] + ["models.NAME"]


SLASH_COMMANDS = (
    "/ask",
    "/complete",
    "/model list",
    "/model show",
    "/model switch",
    "/model default",
    "/settings show",
    "/settings set",
    "/settings reset",
    "/settings block add",
    "/settings block remove",
    "/settings block list",
    "/limits show",
    "/limits set",
    "/notes add",
    "/notes list",
    "/notes show",
    "/notes remove",
    "/notes search",
    "/notes answers",
    "/notes take-back",
    "/reset",
    "/help",
    "/about",
    "/about prompt",
    "/replay",
    "/learn",
    "/quiz",
    "/explain",
    "/privacy show",
    "/privacy delete",
    "Ask about this message",
)


@pytest.mark.parametrize("command", commands())
def test_a_command_stands_in_the_readme(command: str) -> None:
    assert f"`{command}" in README


@pytest.mark.parametrize("target", make_targets())
def test_a_make_target_stands_in_the_readme(target: str) -> None:
    assert f"make {target}" in README


@pytest.mark.parametrize("key", keys())
def test_a_key_stands_in_the_readme(key: str) -> None:
    assert f"`{key}`" in README


@pytest.mark.parametrize("command", SLASH_COMMANDS)
def test_a_slash_command_stands_in_the_readme(command: str) -> None:
    assert command in README


def test_every_dependency_stands_in_the_readme_with_its_why() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    block = re.search(r"^dependencies = \[(.*?)^\]", text, re.MULTILINE | re.DOTALL)
    assert block is not None
    names = re.findall(r'"([A-Za-z0-9._-]+)', block[1])
    assert len(names) > 10
    rows = [line.lower() for line in README.splitlines() if line.startswith("|")]
    for name in names:
        assert any(f"| {name.lower()} |" in row for row in rows), name


def test_the_readme_starts_with_the_two_commands() -> None:
    first_screen = README[:2_000]
    assert first_screen.index("make run") < first_screen.index("make test")
