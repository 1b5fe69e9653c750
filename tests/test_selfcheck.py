"""The command `lectern selfcheck`: its lines, its sentences and its exit codes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bot.selfcheck as module
from bot.cli import app
from bot.config import load_settings
from bot.domain.errors import BotError, InvalidParameter, ModelUnavailable, NotEnoughMemory
from bot.generation.layout import Machine
from bot.selfcheck import run_selfcheck
from tests.models import TEXT, save_model


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    save_model(folder)
    return folder


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LECTERN_MODELS__TINY__SOURCE", str(tiny_folder))
    monkeypatch.setenv("LECTERN_GENERATION__THREADS", "1")
    monkeypatch.setenv("LECTERN_GENERATION__DEVICE", "cpu")
    monkeypatch.setenv("LECTERN_GENERATION__MODEL_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(module, "configure_logging", lambda level, form: None)


def selfcheck(
    name: str = "tiny",
    text: Path | None = None,
    stride: int | None = None,
    as_json: bool = False,
) -> bool:
    return run_selfcheck(load_settings(None), name, text=text, stride=stride, as_json=as_json)


def written(text: str | bytes) -> Path:
    path = Path("text.txt")
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_there_is_a_line_for_every_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert selfcheck(text=written(TEXT), stride=100)
    title, blank, heading, *lines = capsys.readouterr().out.splitlines()
    assert (title, blank) == ("tiny against transformers in float32", "")
    assert heading.split() == ["layout", "check", "expected", "got", "verdict"]
    assert [line.split()[0] for line in lines[:6]] == ["float32"] * 6
    assert "perplexity, stride 100" in lines[5]
    for line in lines:
        assert line.index("greedy" if "greedy" in line else line.split()[1]) <= 16
        assert line[106:].startswith("ok")
        assert line.endswith(" s")


def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert selfcheck(as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"model", "revision", "is_well", "checks"}
    assert (found["model"], found["is_well"]) == ("tiny", True)
    first = found["checks"][0]
    assert set(first) == {"layout", "name", "expected", "got", "verdict", "seconds", "note"}
    assert (first["layout"], first["verdict"]) == ("float32", "ok")


def test_damaged_weights_are_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Machine.packer
    monkeypatch.setattr(
        Machine,
        "packer",
        lambda self, layout: lambda matrix: real(self, layout)(matrix.roll(1, dims=0)),
    )
    done = CliRunner().invoke(app, ["selfcheck", "tiny"])
    assert (done.exit_code, done.stderr) == (1, "")
    assert "FAILED" in done.stdout
    last = done.stdout.splitlines()[-1]
    assert "checks FAILED: fetch the weights of tiny again" in last


@pytest.mark.parametrize(
    ("name", "options", "kind", "sentence"),
    [
        ("gpt2", {}, ModelUnavailable, "`lectern models download gpt2`"),
        ("gpt5", {}, BotError, "There is no model called gpt5; choose from"),
        ("tiny", {"stride": 5}, InvalidParameter, "add --text FILE"),
        ("tiny", {"text": Path("gone.txt")}, InvalidParameter, "gone.txt cannot be read"),
        ("tiny", {"text": Path(".")}, InvalidParameter, "cannot be read; name a file"),
        ("tiny", {"text": b"\xff\xfe"}, InvalidParameter, "is not UTF-8"),
        ("tiny", {"text": " \n"}, InvalidParameter, "is empty"),
        ("tiny", {"text": "a"}, InvalidParameter, "1 tokens, too few for a perplexity"),
        ("tiny", {"text": TEXT, "stride": 0}, InvalidParameter, "between 1 and 128"),
        ("tiny", {"text": TEXT, "stride": 129}, InvalidParameter, "between 1 and 128"),
    ],
)
def test_what_cannot_be_checked_is_one_sentence(
    name: str, options: dict[str, object], kind: type[BotError], sentence: str
) -> None:
    text = options.get("text")
    if isinstance(text, str | bytes):
        options = options | {"text": written(text)}
    with pytest.raises(kind) as refusal:
        selfcheck(name, **options)  # type: ignore[arg-type]
    assert sentence in refusal.value.text
    assert "\n" not in refusal.value.text


def test_a_model_that_fits_in_no_layout_proves_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module.SelfCheck, "_expected", lambda self: None)
    monkeypatch.setenv("LECTERN_GENERATION__MEMORY_BUDGET", "1000 B")
    with pytest.raises(NotEnoughMemory, match="tiny fits in no layout, so nothing was checked"):
        selfcheck()
    lines = capsys.readouterr().out.splitlines()[3:]
    assert all("skipped: needs 0.00 GB" in line for line in lines)


def test_texts_that_differ_late_are_shown_where_they_differ() -> None:
    start = "every word of this long text is the same until "
    shown = module._around_difference(start + "here", start + "there", 28)
    assert shown == ("…he same until here", "…he same until there")
    assert module._around_difference(" so\npowerful", " so weak", 28) == ("so powerful", "so weak")
    same = module._around_difference(start, start, 28)
    assert same == ("every word of this long tex…",) * 2
