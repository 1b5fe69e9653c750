"""House rules that an import linter cannot see."""

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "bot").rglob("*.py"))
THREADED = {ROOT / f"bot/generation/{name}.py" for name in ("worker", "pooled_model", "pool")}
THREADED.add(ROOT / "bot/heartbeat.py")  # a file system may hang
COMPOSING = {
    ROOT / "bot" / f"{name}.py"
    for name in (
        "__main__",
        "app",
        "classify",
        "cli",
        "cli_notes",
        "cli_page",
        "cli_training",
        "commands",
        "doctor",
        "finetune",
        "selfcheck",
    )
}
MAX_LINES = 300


# What each room may import from outside; what is not listed here imports from everywhere.
STANDARD = frozenset(sys.stdlib_module_names)
OUTSIDE = {
    "domain": set(),
    "service": set(),
    "decency": {"glin_profanity"},
    "handbook": set(),
    "evaluation": set(),
    "figures": {"matplotlib", "PIL"},
    "insight": {"torch"},
    "storage": {"sqlalchemy", "alembic", "aiosqlite"},
    "generation": {
        "torch",
        "safetensors",
        "tokenizers",
        "huggingface_hub",
        "psutil",
        "transformers",  # for comparison only: see below
        "numpy",
        "numba",  # in `compiled` only, and so is what it brings along
        "llvmlite",
    },
    "recall": {"fsrs"},
    "retrieval": {"pypdf", "bs4", "docx"},
    "training": {
        "torch",
        "transformers",
        "safetensors",
        "tokenizers",
        "rich",
        "psutil",
        "datasets",
        "peft",  # late: only LoRA needs it
    },
    "cogs": {"discord", "aiohttp", "yarl", "structlog"},
    "terminal": {"rich", "prompt_toolkit"},
    "web": {"gradio", "fastapi", "starlette", "uvicorn"},
}
COMPILER = {"numba", "llvmlite"}
NEEDS_COMPILER = {
    f"bot.generation.compiled.{name}"
    for name in ("attention_rows.AttentionRows", "few_rows.FewRows")
}
"""May be imported late: the compiler takes half a second, and not every system has it."""
THREADS = ("threading", "_thread", "multiprocessing", "concurrent", "queue")


def imported(node: ast.AST) -> list[str]:
    """Dotted names that a statement imports; relative ones start with a dot."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        origin = "." * node.level + (node.module or "")
        return [f"{origin}.{alias.name}" for alias in node.names]
    return []


def every_import(tree: ast.Module) -> list[str]:
    return [name for node in ast.walk(tree) for name in imported(node)]


def late_imports(tree: ast.Module) -> list[str]:
    """Imports of our own modules that are not statements of the module itself."""
    early = Counter(name for node in tree.body for name in imported(node))
    late = Counter(every_import(tree)) - early
    return [name for name in late if name.split(".")[0] in ("bot", "")]


def starts_threads(tree: ast.Module) -> list[str]:
    """Imports and calls that start threads; a type such as Executor is none."""
    found = [
        name
        for name in every_import(tree)
        if name.split(".")[0] in THREADS and name != "concurrent.futures.Executor"
    ]
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {name.rpartition(".")[2] for name in every_import(tree)}
    return found + sorted(used & {"to_thread", "run_in_executor"})


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", FILES, ids=names(FILES))
def test_a_file_keeps_the_house_rules(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "the first line says what the file is"
    assert len(text.splitlines()) <= MAX_LINES, "past 300 lines find the second noun"
    assert not [name for name in every_import(tree) if name.startswith(".")], "say bot.…"
    if path not in COMPOSING:
        late = set(late_imports(tree)) - NEEDS_COMPILER
        assert not late, "only what composes imports late"
    if path not in THREADED:
        assert not starts_threads(tree), "threads live with the models"
    allowed = OUTSIDE.get(path.relative_to(ROOT / "bot").parts[0])
    origins = {name.split(".")[0] for name in every_import(tree)}
    assert path.parent.name == "compiled" or not origins & COMPILER, "see NEEDS_COMPILER"
    if allowed is not None:
        assert origins - STANDARD - {"bot"} <= allowed, "see the table of rooms"


def test_every_room_is_in_the_table() -> None:
    rooms = {path.parent.name for path in (ROOT / "bot").glob("*/__init__.py")}
    assert rooms == set(OUTSIDE)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("import threading", ["threading"]),
        ("import concurrent.futures", ["concurrent.futures"]),
        ("from concurrent.futures import Executor", []),
        ("from asyncio import to_thread", ["to_thread"]),
        ("asyncio.to_thread(f)", ["to_thread"]),
        ("loop.run_in_executor(None, f)", ["run_in_executor"]),
    ],
)
def test_threads_are_found(code: str, found: list[str]) -> None:
    assert starts_threads(ast.parse(code)) == found


@pytest.mark.parametrize(
    "code",
    [
        "def f():\n    import bot.app",
        "if TYPE_CHECKING:\n    from bot import app",
        "try:\n    import bot\nexcept ImportError:\n    pass",
        "class A:\n    from . import b",
    ],
)
def test_late_imports_are_found(code: str) -> None:
    assert late_imports(ast.parse(f"import sys\n{code}"))


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("bot.service.ask", ("torch", "transformers", "discord", "sqlalchemy")),
        (
            "bot.cli",
            (
                "torch",
                "numba",
                "transformers",
                "discord",
                "gradio",
                "sqlalchemy",
                "alembic",
                "matplotlib",
            ),
        ),
        ("bot.terminal.chat", ("torch", "transformers", "discord", "gradio", "sqlalchemy")),
        ("bot.web.page", ("torch", "transformers", "discord", "sqlalchemy")),
        ("bot.app", ("discord", "gradio", "fastapi", "uvicorn")),
        ("bot.storage.database", ("torch", "transformers", "discord")),
        ("bot.generation.pool", ("discord", "sqlalchemy", "transformers", "numba")),
        ("bot.selfcheck", ("discord", "transformers")),
        ("bot.retrieval.child", ("torch", "discord", "sqlalchemy", "transformers", "structlog")),
        ("bot.retrieval.reader_process", ("pypdf", "bs4", "docx", "torch", "sqlalchemy")),
    ],
)
def test_importing_a_room_loads_nothing_of_the_others(module: str, absent: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print(*(name for name in {absent!r} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == ""
