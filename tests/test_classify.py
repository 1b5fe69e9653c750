"""`lectern finetune --task classify` and `lectern classify` from their words to told labels."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.classify import TOPIC_GUARD, confusion_sheet
from bot.cli import app
from bot.domain.errors import BotError, InvalidParameter, UnknownModel
from bot.training.classifying.confusion import Confusion
from tests.models import save_model
from tests.training.classifying.conftest import NETS_AND_MEALS


@pytest.fixture
def config(tmp_path: Path) -> Path:
    save_model(tmp_path / "base")
    path = tmp_path / "config.toml"
    path.write_text(
        f'[database]\nurl = "sqlite:///{tmp_path / "lectern.db"}"\n'
        f'[training]\nruns = "{tmp_path / "runs"}"\n'
        f'[models.tiny]\nsource = "{tmp_path / "base"}"\ntemplate = "starter"\n'
        '[generation]\ndefault_model = "tiny"\nquantization = "none"\nthreads = 1\n'
    )
    (tmp_path / "texts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in NETS_AND_MEALS))
    return path


def lectern(config: Path, *words: str) -> str:
    result = CliRunner().invoke(app, [*words, "--config", str(config)], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def finetune(config: Path, *more: str, name: str = "dishes", data: str = "") -> str:
    file = data or str(config.parent / "texts.jsonl")
    words = ("--task", "classify", "--data", file, "--name", name, "--base", "tiny")
    return lectern(config, "finetune", *words, "--epochs", "8", "--batch", "8", *more)


def test_a_classifier_is_made_listed_shown_compared_copied_and_tells_labels(config: Path) -> None:
    said = finetune(config, "--learning-rate", "2e-3")
    assert "of 8 texts that were held back (always the most common label: 50.0%)" in said
    assert 'try it: lectern classify --run dishes "…"' in said
    folder = config.parent / "runs" / "dishes"
    for name in ("loss.png", "confusion.png"):
        assert (folder / name).read_bytes().startswith(b"\x89PNG")
    card = lectern(config, "runs", "show", "dishes")
    assert "| label | precision | recall | F1 | texts |" in card
    assert "![Confusion matrix](confusion.png)" in card
    assert "| meals | 36 | 4 | 1.00 |" in card
    told = lectern(config, "classify", "--run", "dishes", "what is a network?").split()
    assert {told[0], told[2]} == {"nets", "meals"}
    assert float(told[1].rstrip("%")) + float(told[3].rstrip("%")) == pytest.approx(100, abs=0.2)
    lectern(config, "runs", "export", "dishes", str(config.parent / "out"))
    lectern(config, "runs", "import", str(config.parent / "out"), "--name", "again")
    listed = lectern(config, "runs", "list")
    assert "right labels" in listed
    assert "50.0% →" in listed
    assert "again" in listed
    assert "dishes" in lectern(config, "runs", "compare", "dishes", "again")
    lectern(config, "runs", "remove", "dishes")
    assert not folder.exists()


def test_a_classifier_of_transformers_is_imported_with_its_labels(config: Path) -> None:
    finetune(config, "--epochs", "1")
    lectern(config, "runs", "export", "dishes", str(config.parent / "theirs"))
    for name in ("run.json", "README.md", "data.json"):
        (config.parent / "theirs" / name).unlink()
    said = lectern(config, "runs", "import", str(config.parent / "theirs"), "--name", "theirs")
    assert "use it with lectern classify --run theirs" in said
    assert "nets" in lectern(config, "classify", "--run", "theirs", "soup")


def test_a_file_of_texts_is_told_line_by_line_and_a_labelled_one_with_figures(
    config: Path,
) -> None:
    finetune(config, "--epochs", "1")
    texts = config.parent / "lines.txt"
    texts.write_text("soup and bread\n\nwhat is a loss?\n")
    told = lectern(config, "classify", "--run", "dishes", "--file", str(texts)).splitlines()
    assert [line.split("  ")[-1] for line in told] == ["soup and bread", "what is a loss?"]
    labelled = str(config.parent / "texts.jsonl")
    said = lectern(config, "classify", "--run", "dishes", "--file", labelled)
    assert "of 80 texts, macro-F1" in said
    assert "always “nets”: 50.0%" in said
    texts.with_suffix(".csv").write_text("text,label\nsoup,stews\n")
    with pytest.raises(InvalidParameter, match="line 2 has the label “stews”, which dishes does"):
        lectern(config, "classify", "--run", "dishes", "--file", str(texts.with_suffix(".csv")))
    texts.write_text("\n")
    with pytest.raises(InvalidParameter, match="There is no text in"):
        lectern(config, "classify", "--run", "dishes", "--file", str(texts))


def test_a_classifier_writes_nothing_and_is_no_base_and_no_model(config: Path) -> None:
    finetune(config, "--epochs", "1")
    with pytest.raises(InvalidParameter, match="is a classifier and writes nothing; try it with"):
        lectern(config, "generate", "--run", "dishes")
    assert "dishes" not in lectern(config, "models", "list")
    with pytest.raises(UnknownModel, match="dishes is a classifier: it tells labels"):
        lectern(config, "ask", "Hm?", "--model", "dishes")
    for base in ("dishes", str(config.parent / "runs" / "dishes")):
        with pytest.raises(BotError, match="is a classifier"):
            finetune(config, "--base", base, name="other")
    assert not (config.parent / "runs" / "other").exists()


def test_a_dry_run_prints_what_is_needed_and_writes_nothing(config: Path) -> None:
    said = finetune(config, "--dry-run")
    assert "2: meals (40), nets (40)" in said
    assert "memory in all" in said
    assert not (config.parent / "runs" / "dishes").exists()


def test_labels_that_look_like_markup_are_printed_as_they_are(config: Path) -> None:
    rows = [{**row, "label": f"[/{row['label']}]|"} for row in NETS_AND_MEALS]
    path = config.parent / "odd.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert "[/meals]| (40)" in finetune(config, "--epochs", "1", data=str(path))
    assert "| [/meals]\\| |" in lectern(config, "runs", "show", "dishes")
    assert "[/nets]|" in lectern(config, "classify", "--run", "dishes", "soup")
    said = lectern(config, "classify", "--run", "dishes", "--file", str(path))
    assert "[/nets]|" in said


def test_names_that_are_taken_and_words_that_cannot_be_are_one_sentence(config: Path) -> None:
    with pytest.raises(InvalidParameter, match="--task is write or classify"):
        finetune(config, "--task", "paint")
    with pytest.raises(InvalidParameter, match="are for --task write"):
        finetune(config, "--wordings", "2")
    with pytest.raises(InvalidParameter, match="full or lora"):
        finetune(config, "--method", "half")
    with pytest.raises(InvalidParameter, match="a model called gpt2 already"):
        finetune(config, name="gpt2")
    finetune(config, "--epochs", "1")
    with pytest.raises(InvalidParameter, match="a run called dishes already"):
        finetune(config)
    with pytest.raises(InvalidParameter, match="either a text or --file"):
        lectern(config, "classify", "--run", "dishes")


def test_a_run_that_writes_tells_no_labels(config: Path) -> None:
    lectern(config, "runs", "import", str(config.parent / "base"), "--name", "writer")
    with pytest.raises(InvalidParameter, match="writer writes text and tells no labels"):
        lectern(config, "classify", "--run", "writer", "soup")


def test_the_topic_guards_own_data_is_named_by_a_word(config: Path) -> None:
    said = finetune(config, "--dry-run", data=TOPIC_GUARD)
    assert "labels" in said
    assert "off topic (" in said


def test_the_picture_has_a_row_for_each_label_of_texts() -> None:
    confusion = Confusion.of(("a", "b"), [("a", "a"), ("a", "b"), ("b", "b")])
    (chart,) = confusion_sheet("guard", confusion).charts
    assert chart.rows == chart.columns == ("a", "b")
    assert chart.values == ((50.0, 50.0), (0.0, 100.0))
    assert chart.written == (("1", "1"), ("0", "1"))
    assert chart.title == "66.7% of 3 texts are told rightly"
