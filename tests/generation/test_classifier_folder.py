"""Folders of classifiers: what is read of one, and why others are refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain.errors import ModelUnavailable
from bot.generation.classifier_folder import ClassifierFolder
from tests.classifiers import change_config, save_classifier
from tests.models import save_model, save_tokenizer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_classifier(tmp_path / "guard")
    return tmp_path / "guard"


def refusal(folder: Path) -> str:
    with pytest.raises(ModelUnavailable) as refused:
        ClassifierFolder.read(folder, "guard")
    return refused.value.text


def test_its_labels_stand_in_the_order_of_its_outputs(folder: Path) -> None:
    assert ClassifierFolder.read(folder, "guard").labels == ("off topic", "on topic")


def test_labels_that_a_use_wants_may_come_in_any_order_and_no_others(folder: Path) -> None:
    read = ClassifierFolder.read(folder, "guard")
    read.require(("on topic", "off topic"))
    with pytest.raises(ModelUnavailable) as refused:
        read.require(("good", "bad"))
    assert refused.value.text == (
        "guard tells “off topic” and “on topic” apart and not “good” and “bad”; name a run that "
        "was trained on those labels."
    )


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone") == f"The folder of guard is not there: {tmp_path}/gone."


def test_pickled_weights_are_refused(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    assert "guard has only pickled weights (.bin), which can run code" in refusal(folder)


def test_a_tokenizer_of_another_base_is_refused(folder: Path) -> None:
    change_config(folder, vocab_size=300)
    assert "tokens, but its model knows 300." in refusal(folder)


def test_a_model_that_writes_is_no_classifier(tmp_path: Path) -> None:
    save_model(tmp_path / "guard", pad_token_id=0)
    change_config(tmp_path / "guard", id2label=None)
    assert "guard is no classifier: its config.json names no labels" in refusal(tmp_path / "guard")


@pytest.mark.parametrize(
    "labels",
    [{}, {"0": "on topic"}, {"1": "a", "2": "b"}, {"0": "a", "1": "a"}, {"0": 1, "1": 2}, ["a"]],
)
def test_labels_that_make_no_sense_are_none(folder: Path, labels: object) -> None:
    change_config(folder, id2label=labels)
    assert "names no labels (id2label)" in refusal(folder)


@pytest.mark.parametrize("padding", [None, -1, 384, "0", True])
def test_a_padding_that_is_no_token_is_refused(folder: Path, padding: object) -> None:
    change_config(folder, pad_token_id=padding)
    assert "has no pad_token_id of its 384 tokens" in refusal(folder)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda folder: (folder / "config.json").write_text("{"), "cannot be read"),
        (lambda folder: (folder / "config.json").unlink(), "has no config.json"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "has no tokenizer"),
        (lambda folder: (folder / "model.safetensors").unlink(), "has no weights"),
        (lambda folder: change_config(folder, model_type="bert"), "is not a GPT-2"),
    ],
)
def test_what_is_missing_or_damaged_is_named(
    folder: Path, damage: Callable[[Path], object], sentence: str
) -> None:
    damage(folder)
    assert sentence in refusal(folder)


def test_the_test_tokenizer_fits_its_model(folder: Path) -> None:
    save_tokenizer(folder)
    assert ClassifierFolder.read(folder, "guard")
