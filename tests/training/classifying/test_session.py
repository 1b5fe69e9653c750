"""A classifier on a tiny scale: trained, killed and resumed, refused, written."""

import errno
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer, GPT2ForSequenceClassification, pipeline

from bot.domain.errors import BotError, InvalidParameter, ModelUnavailable, NotEnoughMemory
from bot.training.classifying.preflight import preflight
from bot.training.classifying.reading import read_labelled
from bot.training.classifying.session import (
    PreparedClassifier,
    prepare_classifier,
    run_classifier,
)
from bot.training.classifying.text_rows import label_logits, text_batch
from bot.training.finetuning.base import Base
from bot.training.finetuning.plan import TuningMethod, Wishes
from bot.training.finetuning.stages import Stage
from bot.training.finetuning.trainer import RowTrainer
from bot.training.run_record import RunRecord
from tests.training.classifying.conftest import NETS_AND_MEALS, Writer, lines

NOW = datetime(2026, 11, 29, tzinfo=UTC)
PLENTY = 10**12
TEXTS = ("what is attention?", "cake", "i like soup a lot, and bread, and a salad of apples")


class Killed(BaseException):
    """Stands for the end of the process."""


def quietly(stage: Stage) -> None:
    """Nobody looks."""


def killing_at(step: int) -> Callable[[Stage], None]:
    def kill(stage: Stage) -> None:
        if stage.step == step:
            raise Killed

    return kill


def prepared(
    base_folder: Path, data: Path, method: str = "full", **changes: Any
) -> PreparedClassifier:
    base = Base.of("tiny", base_folder, "starter")
    wishes = Wishes(TuningMethod(method), epochs=4, batch=8, learning_rate=2e-3)
    return prepare_classifier(
        "guard", base, read_labelled([data]), replace(wishes, **changes), "cpu", PLENTY
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "runs" / "guard"
    made.mkdir(parents=True)
    return made


@pytest.mark.parametrize("method", ["full", "lora"])
def test_a_classifier_learns_and_transformers_reads_its_folder(
    base_folder: Path, write: Writer, folder: Path, method: str
) -> None:
    ready = prepared(base_folder, write(NETS_AND_MEALS), method, epochs=20, learning_rate=2e-3)
    record, confusion = run_classifier(ready, folder, NOW, quietly)
    assert record == RunRecord.read(folder)
    assert record.labels == ("meals", "nets")
    assert record.num_tested == confusion.total == 8
    assert record.accuracy is not None
    assert record.accuracy > 0.7
    assert record.baseline_accuracy == 0.5
    weights = load_file(folder / "model.safetensors")
    assert weights["score.weight"].shape == (2, 64)
    assert all(name.startswith(("transformer.", "score.")) for name in weights)
    tell = pipeline("text-classification", model=str(folder), device="cpu")
    assert [each["label"] for each in tell(["what is dropout?", "cheese again"])] == [
        "nets",
        "meals",
    ]


def test_a_batch_of_unequal_lengths_is_told_as_one_by_one_by_transformers_and_by_us(
    base_folder: Path, write: Writer, folder: Path
) -> None:
    run_classifier(prepared(base_folder, write(NETS_AND_MEALS)), folder, NOW, quietly)
    model = GPT2ForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    with torch.no_grad():
        together = model(**tokenizer(list(TEXTS), padding=True, return_tensors="pt")).logits
        apart = [model(**tokenizer(text, return_tensors="pt")).logits[0] for text in TEXTS]
        ids = [tokenizer(text)["input_ids"] for text in TEXTS]
        ours = label_logits(model, text_batch(ids, model.config.pad_token_id))
    assert len({len(each) for each in ids}) == 3
    torch.testing.assert_close(together, torch.stack(apart), atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(ours, together, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("method", ["full", "lora"])
def test_a_run_that_was_killed_ends_where_an_undisturbed_one_does(
    base_folder: Path, write: Writer, tmp_path: Path, method: str
) -> None:
    ready = prepared(base_folder, write(NETS_AND_MEALS), method)
    folders = [tmp_path / name for name in ("undisturbed", "killed")]
    for each in folders:
        each.mkdir()
    undisturbed, _ = run_classifier(ready, folders[0], NOW, quietly)
    with pytest.raises(Killed):
        run_classifier(ready, folders[1], NOW, killing_at(17))
    assert RunRecord.read(folders[1]) is None
    steps: list[int] = []
    resumed, _ = run_classifier(ready, folders[1], NOW, lambda stage: steps.append(stage.step))
    assert steps[0] == 11
    assert replace(resumed, seconds=0.0, train_loss=0.0) == replace(
        undisturbed, seconds=0.0, train_loss=0.0
    )
    weights = [load_file(each / "model.safetensors") for each in folders]
    assert all(torch.allclose(weights[0][k], weights[1][k], atol=1e-5) for k in weights[0])


def test_the_same_seed_gives_the_same_weights_and_another_one_others(
    base_folder: Path, write: Writer, tmp_path: Path
) -> None:
    data = write(NETS_AND_MEALS)
    found = []
    for number, seed in enumerate((7, 7, 8)):
        made = tmp_path / str(number)
        made.mkdir()
        run_classifier(prepared(base_folder, data, seed=seed, epochs=1), made, NOW, quietly)
        found.append(load_file(made / "model.safetensors")["score.weight"])
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])


def test_with_lora_the_head_is_trained_and_corrections_are_merged(
    base_folder: Path, write: Writer, folder: Path
) -> None:
    run_classifier(prepared(base_folder, write(NETS_AND_MEALS), "lora"), folder, NOW, quietly)
    old, new = (load_file(each / "model.safetensors") for each in (base_folder, folder))
    attention = "transformer.h.0.attn.c_attn"
    assert not torch.allclose(old[f"{attention}.weight"], new[f"{attention}.weight"])
    assert torch.equal(old["transformer.wte.weight"], new["transformer.wte.weight"])
    assert torch.equal(old[f"{attention}.bias"], new[f"{attention}.bias"])


def test_rare_labels_count_more_and_all_texts_one_on_average(
    base_folder: Path, write: Writer
) -> None:
    rows = [*NETS_AND_MEALS, *lines(["rain", "snow"], "weather")]
    ready = prepared(base_folder, write(rows))
    weights = dict(zip(ready.texts.labels, ready.readings.weights, strict=True))
    assert weights["weather"] == pytest.approx(2 * weights["nets"])
    counts = Counter(each.label for each in ready.split.learned)
    mean = sum(weights[label] * number for label, number in counts.items()) / counts.total()
    assert mean == pytest.approx(1.0)


def test_the_folder_says_what_was_learned_and_how_every_label_is_told(
    base_folder: Path, write: Writer, folder: Path
) -> None:
    again = {"text": "What is network", "label": "nets"}
    other = {"text": "what is soup", "label": "nets"}
    ready = prepared(base_folder, write([*NETS_AND_MEALS, again, other]))
    run_classifier(ready, folder, NOW, quietly)
    manifest = json.loads((folder / "data.json").read_text())
    assert manifest["files"][0]["name"] == "texts.jsonl"
    assert manifest["texts"] == 79
    assert manifest["held out"] == {"meals": 4, "nets": 4}
    assert manifest["duplicates left out"] == 1
    assert "what is soup" in manifest["contradictions left out"][0]
    history = json.loads((folder / "history.json").read_text())
    assert {"step", "eval_loss", "eval_accuracy"} <= set(history[0])
    assert not (folder / "checkpoints").exists()


def test_a_text_longer_than_a_row_loses_its_end(base_folder: Path, write: Writer) -> None:
    long = {"text": "soup " * 300, "label": "meals"}
    ready = prepared(base_folder, write([*NETS_AND_MEALS, long]))
    assert ready.plan.row_length == 128
    assert ready.num_cut == 1
    assert max(len(row.ids) for row in ready.readings.learned) == 128
    assert prepared(base_folder, write(NETS_AND_MEALS), row_length=9).plan.row_length == 9
    with pytest.raises(InvalidParameter, match="--context must be between 8 and 128"):
        prepared(base_folder, write(NETS_AND_MEALS), row_length=129)


def test_a_loss_that_is_no_number_stops_the_run_and_says_where(
    base_folder: Path, write: Writer, folder: Path
) -> None:
    ready = prepared(base_folder, write(NETS_AND_MEALS))
    poisoned = replace(ready, plan=replace(ready.plan, learning_rate=1e30))
    with pytest.raises(BotError, match=r"not a number at step \d+; .* lower --learning-rate"):
        run_classifier(poisoned, folder, NOW, quietly)
    assert RunRecord.read(folder) is None


def test_a_full_disk_keeps_the_last_whole_checkpoint(
    base_folder: Path, write: Writer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = prepared(base_folder, write(NETS_AND_MEALS))
    save = RowTrainer._save_optimizer_and_scheduler

    def full(self: RowTrainer, output_dir: str) -> None:
        if self.state.global_step > 10:
            raise OSError(errno.ENOSPC, "No space left on device")
        save(self, output_dir)

    monkeypatch.setattr(RowTrainer, "_save_optimizer_and_scheduler", full)
    with pytest.raises(BotError, match=r"No space left on device.*checkpoint-10 is kept"):
        run_classifier(ready, folder, NOW, quietly)
    assert [each.name for each in (folder / "checkpoints").iterdir()] == ["checkpoint-10"]


def test_a_full_disk_at_the_end_is_one_sentence_and_leaves_no_run(
    base_folder: Path, write: Writer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("bot.training.classifying.session.write_classifier", full)
    with pytest.raises(BotError, match="make room, and the same command goes on"):
        run_classifier(prepared(base_folder, write(NETS_AND_MEALS)), folder, NOW, quietly)
    assert RunRecord.read(folder) is None


def test_a_tokenizer_of_another_model_is_refused(base_folder: Path, write: Writer) -> None:
    config = json.loads((base_folder / "config.json").read_text())
    (base_folder / "config.json").write_text(json.dumps(config | {"vocab_size": 300}))
    with pytest.raises(ModelUnavailable, match="do not belong together"):
        prepared(base_folder, write(NETS_AND_MEALS))


def test_another_run_of_the_same_name_is_not_gone_on_with(
    base_folder: Path, write: Writer, folder: Path
) -> None:
    data = write(NETS_AND_MEALS)
    with pytest.raises(Killed):
        run_classifier(prepared(base_folder, data), folder, NOW, killing_at(12))
    with pytest.raises(InvalidParameter, match="other data or numbers is under way"):
        run_classifier(prepared(base_folder, data, seed=8), folder, NOW, quietly)


def test_what_cannot_fit_is_refused_before_anything_is_loaded(
    base_folder: Path, write: Writer
) -> None:
    base = Base.of("tiny", base_folder, "starter")
    texts = read_labelled([write(NETS_AND_MEALS)])
    with pytest.raises(NotEnoughMemory):
        prepare_classifier("guard", base, texts, Wishes(), "cpu", 1_000)


def test_the_preflight_says_what_is_learned_and_needed(base_folder: Path, write: Writer) -> None:
    other = {"text": "what is soup", "label": "NETS"}
    table = dict(preflight(prepared(base_folder, write([*NETS_AND_MEALS, other]))))
    assert table["labels"] == "2: meals (39), nets (40)"
    assert table["held back"] == "8 texts, a share of every label"
    assert table["two labels"].startswith("1 text left out: “what is soup?”")
    assert table["label spelled"] == "“NETS” is taken as “nets”"
    assert {"weights", "gradients", "optimiser", "activations", "time"} <= set(table)
