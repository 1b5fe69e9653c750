"""`lectern finetune`, `runs` and `generate` from their words to a model that answers."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.domain.errors import BotError, InvalidParameter, ModelUnavailable, NotFound
from bot.finetune import training_in
from bot.run_papers import loss_sheet
from bot.sweep import Sweep
from bot.training.finetuning.grid import Cell
from bot.training.finetuning.trainer import NoNumber
from bot.training.run_record import Rightness, RunRecord
from bot.training.runs_folder import RunsFolder
from bot.tuning import Tuning
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


def record_of(config: Path, name: str = "dl-course") -> RunRecord:
    record = RunRecord.read(config.parent / "runs" / name)
    assert record is not None
    return record


def test_base_and_run_are_asked_what_training_never_asks(config: Path) -> None:
    said = finetune(config)
    record = record_of(config)
    asked = record.reworded
    assert asked is not None
    assert asked.questions == asked.by_code > 5
    assert f"of {asked.questions} questions that were held back" in said
    assert "Perplexity on documents that were held back" in said
    folder = config.parent / "runs" / "dl-course"
    lines = (folder / "questions.jsonl").read_text().splitlines()
    assert len(lines) == asked.questions
    card = (folder / "README.md").read_text()
    assert f"right from memory, {asked.questions} questions in other words" in card
    assert "were worded by code" in card
    assert f"% of {asked.questions}" in lectern(config, "runs", "list")
    assert "bits per byte" in lectern(config, "runs", "compare", "dl-course")
    again = lectern(
        config, "evaluate", str(folder / "questions.jsonl"), "--model", "dl-course", "--from-memory"
    )
    assert f"| worded by code | {asked.questions} |" in again


def test_no_topic_guard_stands_between_a_run_and_its_questions(config: Path) -> None:
    """The one that is configured is not even there."""
    config.write_text(
        config.read_text() + '[classifiers]\ntopic_guard = "gone"\ntopic_guard_mode = "refuse"\n'
    )
    finetune(config)
    assert record_of(config).reworded is not None


def test_files_of_questions_are_asked_beside_them(config: Path) -> None:
    row = {"id": "1", "question": "When is sheet 3 due?", "answerable": True, "must_mention": []}
    (config.parent / "asked.jsonl").write_text(json.dumps(row) + "\n")
    finetune(config, "--questions", str(config.parent / "asked.jsonl"))
    record = record_of(config)
    assert record.rightness == Rightness(1, 1.0, 1.0)
    assert record.reworded is not None
    card = (config.parent / "runs" / "dl-course" / "README.md").read_text()
    assert "1 questions of the files named" in card


def test_a_base_that_is_only_a_folder_is_asked_too(config: Path) -> None:
    folder = config.parent / "base"
    (config.parent / "other").mkdir()
    config.write_text(config.read_text().replace("models.tiny", "models.small"))
    config.write_text(config.read_text().replace('"tiny"', '"small"'))
    finetune(config, base=str(folder))
    assert record_of(config).base == "base"
    assert record_of(config).reworded is not None


def test_a_run_that_was_killed_while_it_was_asked_is_no_model_and_goes_on_there(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(*given: object) -> None:
        raise Killed

    monkeypatch.setattr("bot.measure.Contest.of_base", kill)
    with pytest.raises(Killed):
        finetune(config)
    assert "dl-course" not in lectern(config, "runs", "list")
    monkeypatch.undo()
    finetune(config)
    assert record_of(config).reworded is not None
    assert record_of(config).seconds > 0
    assert not (config.parent / "runs" / "dl-course" / "checkpoints").exists()


GRID = ("--sweep", "learning-rate=1e-4,1e-3 epochs=1,2")


def test_a_sweep_tries_every_combination_and_the_best_becomes_the_run(config: Path) -> None:
    said = finetune(config, *GRID)
    folder = config.parent / "runs" / "dl-course"
    cells = Cell.read_all(folder / "sweep.json")
    assert len(cells) == 4
    (best,) = [cell for cell in cells if cell.is_chosen]
    assert best.label in said
    record = record_of(config)
    assert (record.loss, record.reworded and record.reworded.run) == (best.loss, best.right)
    assert f"learning-rate={record.plan['learning_rate']:g}" in best.label
    card = (folder / "README.md").read_text()
    assert all(cell.label in card for cell in cells)
    assert f"{best.label} ← the run" in card
    assert not (folder / "sweep").exists()
    assert not (folder / "under-way.json").exists()
    answer = lectern(config, "ask", "Hm?", "--model", "dl-course", "--length", "short", "--json")
    assert json.loads(answer)["model"] == "dl-course"


def test_a_sweep_that_was_killed_does_not_repeat_what_is_finished(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    tried: list[str] = []
    try_one = Sweep._tried

    def dying(self: Sweep, label: str, *given: Any) -> Cell:
        tried.append(label)
        if len(tried) == 2:
            raise Killed
        return try_one(self, label, *given)

    monkeypatch.setattr(Sweep, "_tried", dying)
    small = ("--sweep", "epochs=1,2")
    with pytest.raises(Killed):
        finetune(config, *small)
    assert "dl-course" not in lectern(config, "runs", "list")
    for other in ((*small, "--seed", "9"), ()):
        with pytest.raises(InvalidParameter, match="other data or numbers is under way"):
            finetune(config, *other)
    assert finetune(config, *small, "--dry-run").count("done") == 1
    finetune(config, *small)
    assert tried == ["epochs=1", "epochs=2", "epochs=2"]
    assert record_of(config).loss is not None


def test_a_dry_sweep_prints_all_that_is_needed_and_writes_nothing(config: Path) -> None:
    said = finetune(config, *GRID, "--dry-run")
    assert said.count("learning-rate=") == 4
    assert "all, one after the other" in said
    assert not (config.parent / "runs" / "dl-course").exists()


def test_a_combination_that_loses_its_numbers_is_left_out(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = Tuning.trained

    def lost(self: Tuning, prepared: Any, folder: Path) -> RunRecord:
        if prepared.plan.learning_rate == 1e-3:
            raise NoNumber("The loss is not a number at step 3; lower it.")
        return train(self, prepared, folder)

    monkeypatch.setattr(Tuning, "trained", lost)
    said = finetune(config, "--sweep", "learning-rate=1e-4,1e-3")
    assert "The loss is not a number at step 3" in said
    assert "not a number" in (config.parent / "runs" / "dl-course" / "README.md").read_text()
    assert record_of(config).plan["learning_rate"] == 1e-4


def test_a_dry_run_prints_what_is_needed_and_writes_nothing(config: Path) -> None:
    said = finetune(config, "--dry-run")
    assert "memory in all" in said
    assert not (config.parent / "runs" / "dl-course").exists()


def test_one_process_at_a_time_trains_a_run(config: Path) -> None:
    folder = config.parent / "runs" / "dl-course"
    with (
        training_in(RunsFolder(folder.parent).new_folder("dl-course", [])),
        pytest.raises(InvalidParameter, match="dl-course is being trained by another process"),
    ):
        (folder / "checkpoints").mkdir()
        finetune(config)
    assert (folder / "checkpoints").is_dir()
    assert "let it answer" in finetune(config)


def test_names_of_models_and_of_finished_runs_are_taken(config: Path) -> None:
    with pytest.raises(InvalidParameter, match="a model called gpt2 already"):
        finetune(config, name="gpt2")
    finetune(config)
    with pytest.raises(InvalidParameter, match="a run called dl-course already"):
        finetune(config)


def test_a_model_of_the_hub_is_imported_at_a_revision(config: Path) -> None:
    """It is in the hub's cache here, where a fetch would put it."""
    revision = "a" * 40
    snapshot = config.parent / "hub" / "models--school--tiny" / "snapshots" / revision
    snapshot.parent.mkdir(parents=True)
    snapshot.symlink_to(config.parent / "base")
    cache = f'[generation]\nmodel_cache = "{config.parent / "hub"}"\n'
    config.write_text(config.read_text().replace("[generation]\n", cache))
    words = ("runs", "import", "school/tiny", "--name", "theirs", "--revision")
    said = lectern(config, *words, revision, "--template", "starter")
    assert "use it with /model switch theirs" in said
    answer = lectern(config, "ask", "Hm?", "--model", "theirs", "--length", "short", "--json")
    assert json.loads(answer)["model"] == "theirs"
    with pytest.raises(InvalidParameter, match="a run called theirs already"):
        lectern(config, *words, revision)


def test_a_run_that_somebody_placed_there_with_pickled_weights_is_refused(config: Path) -> None:
    folder = config.parent / "runs" / "theirs"
    save_model(folder)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    RunRecord("theirs", "starter", "2026-11-29", "starter", "full").write(folder)
    with pytest.raises(BotError, match="pickle"):
        lectern(config, "ask", "Hm?", "--model", "theirs")
    with pytest.raises(BotError, match="pickle"):
        lectern(config, "generate", "--run", "theirs", "Hm")
    with pytest.raises(ModelUnavailable, match="pickle"):
        finetune(config, base="theirs")
    with pytest.raises(ModelUnavailable, match="pickle"):
        lectern(config, "runs", "import", str(folder), "--name", "ours")


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


def test_a_stop_says_whether_there_is_a_checkpoint_to_go_on_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def told() -> str:
        with pytest.raises(KeyboardInterrupt), training_in(tmp_path):
            raise KeyboardInterrupt
        return capsys.readouterr().err

    (tmp_path / "checkpoints").mkdir()
    assert "the same command begins again" in told()
    (tmp_path / "checkpoints" / "checkpoint-10").mkdir()
    assert "the same command goes on at the last checkpoint" in told()


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
