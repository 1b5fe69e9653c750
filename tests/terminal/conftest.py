"""`lectern` as a command, on a small real GPT-2, in an empty folder."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from bot.__main__ import main
from tests.models import save_model

ROOT = Path(__file__).resolve().parents[2]
Lectern = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    save_model(folder, n_positions=1024)
    return folder


@pytest.fixture
def environment(tmp_path: Path, tiny_model: Path) -> dict[str, str]:
    """Variables under which the small model answers."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "LECTERN_MODELS__TINY__SOURCE": str(tiny_model),
        "LECTERN_GENERATION__DEFAULT_MODEL": "tiny",
        "LECTERN_GENERATION__THREADS": "1",
    }


@pytest.fixture
def lectern(tmp_path: Path, environment: dict[str, str]) -> Lectern:
    """Run a command; its text comes back. Without `stdin` its standard input is closed."""

    def run(
        *words: str, stdin: str | IO[str] | None = "", timeout: float = 90, **more: str
    ) -> subprocess.CompletedProcess[str]:
        closed = () if stdin is not None else ("sh", "-c", 'exec "$@" <&-', "sh")
        return subprocess.run(
            [*closed, sys.executable, "-m", "bot", *words],
            **({"input": stdin} if isinstance(stdin, str) else {"stdin": stdin}),
            capture_output=True,
            text=True,
            timeout=timeout,
            cwd=tmp_path,
            env=environment | more,
        )

    return run


@pytest.fixture
def command(
    tmp_path: Path,
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Lectern:
    """Run a command in this process, which has loaded torch already.

    It is for what a command says and how it ends. It reads no standard input and logs nothing.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LECTERN_GENERATION__MODEL_CACHE", str(tmp_path / "hub"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for module in ("app", "commands"):
        monkeypatch.setattr(f"bot.{module}.configure_logging", lambda level, form: None)

    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        capfd.readouterr()
        with monkeypatch.context() as patch:
            for name, value in more.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["lectern", *words])
            with pytest.raises(SystemExit) as end:
                main()
        shown = capfd.readouterr()
        return subprocess.CompletedProcess(words, end.value.code or 0, shown.out, shown.err)

    return run
