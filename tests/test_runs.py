"""`lectern finetune`, `runs` and `generate` from their words to a model that answers."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.domain.errors import BotError, InvalidParameter, ModelUnavailable, NotFound
from bot.finetune import loss_sheet
from tests.models import save_model

RULES = "\n\n".join(
    f"Rule {number} of the course says that sheet {number} is due in week {number} before noon."
    for number in range(12)
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    save_model(tmp_path / "base", n_positions=512)
    path = tmp_path / "config.toml"
    path.write_text(
        f'[database]\nurl = "sqlite:///{tmp_path / "lectern.db"}"\n'
        f'[training]\nruns = "{tmp_path / "runs"}"\n'
        f'[models.tiny]\nsource = "{tmp_path / "base"}"\ntemplate = "starter"\n'
        '[generation]\ndefault_model = "tiny"\nquantization = "none"\nthreads = 1\n'
    )
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "rules.md").write_text("# Rules\n\n" + RULES)
    (tmp_path / "notes" / "more.md").write_text("# More\n\n" + RULES.replace("Rule", "Law"))
    return path


def lectern(config: Path, *words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--config", str(config)], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def finetune(config: Path, *more: str, name: str = "dl-course", base: str = "tiny") -> str:
    data = str(config.parent / "notes")
    words = ("--data", data, "--name", name, "--base", base, "--epochs", "2", "--context", "128")
    return lectern(config, "finetune", *words, "--batch", "8", *more)


def test_a_run_is_made_listed_shown_compared_asked_and_removed(config: Path) -> None:
    said = finetune(config)
    assert "held back" in said
    assert "let it answer: /model switch dl-course" in said
    folder = config.parent / "runs" / "dl-course"
    names = {each.name for each in folder.iterdir()}
    assert {"README.md", "run.json", "data.json", "history.json", "loss.png"} <= names
    assert (folder / "loss.png").read_bytes().startswith(b"\x89PNG")
    assert "Is it better?" in lectern(config, "runs", "show", "dl-course")
    assert "dl-course" in lectern(config, "models", "list")
    answer = json.loads(
        lectern(config, "ask", "Hm?", "--model", "dl-course", "--length", "short", "--json")
    )
    assert answer["model"] == "dl-course"
    assert "Question:" in lectern(config, "generate", "--run", "dl-course", "--samples", "1")
    finetune(config, "--seed", "8", "--method", "lora", name="other", base="dl-course")
    compared = lectern(config, "runs", "compare", "dl-course", "other")
    assert "seed: 7 | 8" in compared
    assert "method: full | lora" in compared
    lectern(config, "runs", "export", "other", str(config.parent / "out"))
    lectern(config, "runs", "import", str(config.parent / "out"), "--name", "third")
    assert "third" in lectern(config, "runs", "list")
    lectern(config, "runs", "remove", "dl-course")
    with pytest.raises(NotFound):
        lectern(config, "runs", "show", "dl-course")


def test_a_dry_run_prints_what_is_needed_and_writes_nothing(config: Path) -> None:
    said = finetune(config, "--dry-run")
    assert "memory in all" in said
    assert not (config.parent / "runs" / "dl-course").exists()


def test_names_of_models_and_of_finished_runs_are_taken(config: Path) -> None:
    with pytest.raises(InvalidParameter, match="a model called gpt2 already"):
        finetune(config, name="gpt2")
    finetune(config)
    with pytest.raises(InvalidParameter, match="a run called dl-course already"):
        finetune(config)


def test_words_that_cannot_be_are_one_sentence(config: Path) -> None:
    with pytest.raises(InvalidParameter, match="full or lora"):
        finetune(config, "--method", "half")
    with pytest.raises(ModelUnavailable, match="not downloaded"):
        finetune(config, base="gpt2-xl")
    with pytest.raises(BotError, match="There is no model called nothing"):
        finetune(config, base="nothing")
    with pytest.raises(ModelUnavailable, match="no folder nowhere"):
        lectern(config, "runs", "import", "nowhere", "--name", "x")
    assert not (config.parent / "runs" / "dl-course").exists()


def test_without_the_extra_it_says_what_to_install(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.finetune.NEEDED", ("accelerate", "no_such_package"))
    with pytest.raises(ModelUnavailable, match="no_such_package; install"):
        finetune(config)


def test_the_plot_shows_means_since_the_last_look_and_what_was_held_back() -> None:
    history = [{"step": 0, "eval_loss": 5.0}, *({"step": n, "loss": float(n)} for n in range(1, 5))]
    history += [{"step": 2, "eval_loss": 4.0}, {"step": 4, "eval_loss": 3.0}]
    (chart,) = loss_sheet("a", history).charts
    assert chart.labels == ("step 2", "step 4")
    assert [series.values for series in chart.series] == [(1.5, 3.5), (4.0, 3.0)]
