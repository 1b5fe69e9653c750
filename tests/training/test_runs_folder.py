"""The folder of runs: names, clashes, copies."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.errors import InvalidParameter, ModelUnavailable, NotFound
from bot.training.run_record import Rightness, RunRecord
from bot.training.runs_folder import RunsFolder
from tests.models import save_model

NOW = datetime(2026, 11, 29, tzinfo=UTC)
RECORD = RunRecord(
    "dl-course", "starter", NOW.isoformat(), "starter", "full", base_loss=5.0, loss=2.0
)


@pytest.fixture
def runs(tmp_path: Path) -> RunsFolder:
    folder = RunsFolder(tmp_path / "runs")
    save_model(folder.root / "dl-course")
    RECORD.write(folder.root / "dl-course")
    return folder


def test_finished_runs_are_listed_and_nothing_else(runs: RunsFolder) -> None:
    (runs.root / "under-way" / "checkpoints").mkdir(parents=True)
    save_model(runs.root / "renamed")
    RECORD.write(runs.root / "renamed")
    (runs.root / "broken").mkdir()
    (runs.root / "broken" / "run.json").write_text("{")
    assert [run.name for run in runs.all()] == ["dl-course"]
    assert RunsFolder(runs.root / "nowhere").all() == []


def test_a_run_that_is_not_there_is_named_with_those_that_are(runs: RunsFolder) -> None:
    with pytest.raises(NotFound, match="no run called other; there are dl-course"):
        runs.get("other")


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "-x", "a b", "x" * 51])
def test_names_that_lead_out_of_the_folder_are_refused(runs: RunsFolder, name: str) -> None:
    with pytest.raises(InvalidParameter, match="A run's name is"):
        runs.remove(name)


def test_a_name_that_is_taken_is_refused(runs: RunsFolder) -> None:
    with pytest.raises(InvalidParameter, match="already; choose another --name"):
        runs.new_folder("dl-course", [])
    with pytest.raises(InvalidParameter, match="a model called gpt2 already"):
        runs.new_folder("gpt2", ["gpt2"])


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidParameter, match=r"cannot be written.*training\.runs"):
        RunsFolder(tmp_path / "file").new_folder("dl-course", [])


def test_a_run_is_exported_and_imported_under_another_name(
    runs: RunsFolder, tmp_path: Path
) -> None:
    (runs.root / "dl-course" / "checkpoints").mkdir()
    runs.export("dl-course", tmp_path / "out")
    assert not (tmp_path / "out" / "checkpoints").exists()
    with pytest.raises(InvalidParameter, match="is there already"):
        runs.export("dl-course", tmp_path / "out")
    runs.import_from(tmp_path / "out", "again", "base", NOW, [])
    assert runs.get("again").loss == 2.0
    assert runs.get("again").template == "starter"


def test_a_model_from_elsewhere_is_imported_without_figures(
    runs: RunsFolder, tmp_path: Path
) -> None:
    save_model(tmp_path / "theirs")
    (tmp_path / "theirs" / "training_args.bin").write_bytes(b"pickle")
    folder = runs.import_from(tmp_path / "theirs", "theirs", "alpaca", NOW, [])
    assert not (folder / "training_args.bin").exists()
    assert (runs.get("theirs").template, runs.get("theirs").figures) == (
        "alpaca",
        "It was imported, so nobody measured here whether it is better than its base.",
    )


def test_pickled_weights_are_refused(runs: RunsFolder, tmp_path: Path) -> None:
    save_model(tmp_path / "theirs")
    (tmp_path / "theirs" / "model.safetensors").rename(tmp_path / "theirs" / "pytorch_model.bin")
    with pytest.raises(ModelUnavailable, match="only pickled weights"):
        runs.import_from(tmp_path / "theirs", "theirs", "base", NOW, [])
    assert not (runs.root / "theirs").exists()


def test_what_is_no_model_is_refused(runs: RunsFolder, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no weights"):
        runs.import_from(tmp_path, "theirs", "base", NOW, [])
    with pytest.raises(ModelUnavailable, match="There is no folder"):
        runs.import_from(tmp_path / "nowhere", "theirs", "base", NOW, [])


def test_a_folder_of_another_kind_of_model_is_refused_and_leaves_nothing(
    runs: RunsFolder, tmp_path: Path
) -> None:
    save_model(tmp_path / "theirs")
    config = tmp_path / "theirs" / "config.json"
    sound = json.loads(config.read_text())
    classifier = {"architectures": ["GPT2ForSequenceClassification"], "id2label": {"a": "b"}}
    for written, told in (
        ("{", "theirs has no config.json that can be read"),
        (json.dumps(sound | {"model_type": "bert"}), "theirs is not a GPT-2"),
        (json.dumps(sound | classifier), "names no labels by their numbers"),
    ):
        config.write_text(written)
        with pytest.raises(ModelUnavailable, match=told):
            runs.import_from(tmp_path / "theirs", "theirs", "base", NOW, [])
    assert not (runs.root / "theirs").exists()


def test_nothing_is_imported_over_a_run_under_way(runs: RunsFolder, tmp_path: Path) -> None:
    save_model(tmp_path / "theirs")
    (runs.root / "under-way" / "checkpoints").mkdir(parents=True)
    with pytest.raises(InvalidParameter, match="under-way is under way; choose another --name"):
        runs.import_from(tmp_path / "theirs", "under-way", "base", NOW, [])
    assert (runs.root / "under-way" / "checkpoints").is_dir()


def test_a_folder_that_cannot_be_deleted_is_one_sentence(
    runs: RunsFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("bot.training.runs_folder.shutil.rmtree", refuse)
    with pytest.raises(InvalidParameter, match=r"dl-course cannot be deleted: Permission denied\."):
        runs.remove("dl-course")


def test_a_run_that_was_trained_anew_has_another_revision() -> None:
    again = replace(RECORD, created="2026-11-30T00:00:00+00:00")
    assert RECORD.revision == replace(RECORD).revision != again.revision
    assert len(RECORD.revision) == 40


def test_a_removed_run_is_gone_also_one_under_way(runs: RunsFolder) -> None:
    (runs.root / "under-way" / "checkpoints").mkdir(parents=True)
    runs.remove("under-way")
    runs.remove("dl-course")
    assert not list(runs.root.iterdir())
    with pytest.raises(NotFound):
        runs.remove("dl-course")


def test_figures_say_whether_it_is_better(runs: RunsFolder) -> None:
    assert runs.get("dl-course").figures == (
        "Perplexity on documents that were held back: 148 (starter) → 7.39."
    )
    shares = Rightness(128, 0.02, 0.4)
    asked = RunRecord("a", "base", "", "gpt2", reworded=shares)
    assert asked.figures == (
        "Right from memory: 2% (gpt2) → 40% of 128 questions that were held back."
    )
    asked = RunRecord("a", "base", "", "gpt2", reworded=Rightness(9, 0, 0), rightness=shares)
    assert asked.figures.endswith("40% of 128 questions of the files named.")


def test_figures_of_a_classifier_stand_beside_those_of_its_most_common_label() -> None:
    told = RunRecord(
        "guard",
        "starter",
        "",
        "starter",
        task="classify",
        labels=("off topic", "on topic"),
        num_tested=40,
        accuracy=0.975,
        macro_f1=0.9749,
        baseline_accuracy=0.55,
    )
    assert told.figures == (
        "Right: 97.5% of 40 texts that were held back (always the most common label: 55.0%); "
        "macro-F1 0.975."
    )
    assert RunRecord("guard", "base", "", task="classify").figures == ""


def test_a_classifier_is_read_as_it_was_written(runs: RunsFolder) -> None:
    folder = runs.root / "guard"
    folder.mkdir()
    guard = RunRecord("guard", "starter", "", "starter", task="classify", labels=("a", "b"))
    guard.write(folder)
    assert runs.get("guard") == guard


def test_a_record_of_a_later_version_is_read_as_far_as_it_is_known(runs: RunsFolder) -> None:
    path = runs.root / "dl-course" / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"news": 1}))
    assert runs.get("dl-course") == RECORD
