"""House rules that an import linter cannot see."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "bot").rglob("*.py"))
THREADED = {ROOT / "bot/generation/worker.py", ROOT / "bot/generation/pool.py"}
COMPOSING = {ROOT / "bot" / name for name in ("app.py", "cli.py", "commands.py", "doctor.py")}
MAX_LINES = 300


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def nested_imports(tree: ast.Module) -> Iterator[str]:
    for outer in ast.walk(tree):
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.If):
            for inner in ast.walk(outer):
                yield from imported(inner)


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", FILES, ids=names(FILES))
def test_a_file_keeps_the_house_rules(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "the first line says what the file is"
    assert len(text.splitlines()) <= MAX_LINES, "past 300 lines find the second noun"
    if path not in COMPOSING:
        assert not [name for name in nested_imports(tree) if name.startswith("bot.")]
    if path not in THREADED:
        everything = [name for node in ast.walk(tree) for name in imported(node)]
        threads = [
            name
            for name in everything
            if name.split(".")[0] in ("threading", "multiprocessing")
            or name.startswith(("concurrent.futures.ThreadPool", "concurrent.futures.ProcessPool"))
            or name.endswith("to_thread")
        ]
        assert not threads, "threads live in worker.py and pool.py"
        assert "to_thread" not in text
        if "run_in_executor" in text:
            pytest.fail("threads live in worker.py and pool.py")


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("bot.service.ask", ("torch", "transformers", "discord", "sqlalchemy")),
        ("bot.cli", ("torch", "transformers", "discord", "sqlalchemy", "alembic", "matplotlib")),
        ("bot.terminal.chat", ("torch", "transformers", "discord", "sqlalchemy")),
        ("bot.storage.database", ("torch", "transformers", "discord")),
        ("bot.generation.pool", ("discord", "sqlalchemy")),
    ],
)
def test_importing_a_room_loads_nothing_of_the_others(module: str, absent: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print(*(name for name in {absent!r} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == ""
