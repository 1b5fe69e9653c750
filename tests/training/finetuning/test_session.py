"""A run on a tiny scale: trained, killed and resumed, refused, written."""

import errno
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from transformers import GPT2LMHeadModel

from bot.domain.errors import BotError, InvalidParameter, ModelUnavailable, NotEnoughMemory
from bot.training.finetuning.base import Base
from bot.training.finetuning.losses import batch_of, mean_loss, summed_loss
from bot.training.finetuning.plan import Plan, TuningMethod, Wishes, plan_for
from bot.training.finetuning.preflight import preflight
from bot.training.finetuning.prepared import Prepared
from bot.training.finetuning.reading import read_material
from bot.training.finetuning.rows import Row
from bot.training.finetuning.session import prepare, run
from bot.training.finetuning.stages import Stage
from bot.training.finetuning.trainer import NoNumber, RowTrainer
from bot.training.run_record import RunRecord

NOW = datetime(2026, 11, 29, tzinfo=UTC)
PLENTY = 10**12


class Killed(BaseException):
    """Stands for the end of the process."""


def quietly(stage: Stage) -> None:
    """Nobody looks."""


def killing_at(step: int) -> Callable[[Stage], None]:
    def kill(stage: Stage) -> None:
        if stage.step == step:
            raise Killed

    return kill


def plan(base: Base, method: str = "full", **changes: Any) -> Plan:
    wishes = Wishes(
        TuningMethod(method), epochs=10, row_length=128, batch=2, wordings=2, learning_rate=2e-3
    )
    return plan_for(base.shape, replace(wishes, **changes))


async def prepared(
    base_folder: Path, course: Path, method: str = "full", **changes: Any
) -> Prepared:
    base = Base.of("tiny", base_folder, "starter")
    material = await read_material([course])
    return prepare("dl-course", base, material, plan(base, method, **changes), "cpu", PLENTY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "runs" / "dl-course"
    made.mkdir(parents=True)
    return made


@pytest.mark.parametrize("method", ["full", "lora"])
async def test_a_run_that_was_killed_ends_where_an_undisturbed_one_does(
    base_folder: Path, course: Path, tmp_path: Path, method: str
) -> None:
    ready = await prepared(base_folder, course, method)
    assert ready.num_steps > 20
    folders = [tmp_path / name for name in ("undisturbed", "killed")]
    for each in folders:
        each.mkdir()
    undisturbed = run(ready, folders[0], NOW, quietly)
    with pytest.raises(Killed):
        run(ready, folders[1], NOW, killing_at(17))
    assert RunRecord.read(folders[1]) is None
    steps: list[int] = []
    resumed = run(ready, folders[1], NOW, lambda stage: steps.append(stage.step))
    assert steps[0] == 11
    assert resumed.loss == pytest.approx(undisturbed.loss, abs=1e-3)
    weights = [load_file(each / "model.safetensors") for each in folders]
    assert all(torch.allclose(weights[0][k], weights[1][k], atol=1e-5) for k in weights[0])
    assert resumed.num_steps == undisturbed.num_steps == ready.num_steps


async def test_a_run_learns_and_its_folder_is_a_model(
    base_folder: Path, course: Path, folder: Path
) -> None:
    ready = await prepared(base_folder, course, learning_rate=5e-3)
    record = run(ready, folder, NOW, quietly)
    history = json.loads((folder / "history.json").read_text())
    losses = [entry["loss"] for entry in history if "loss" in entry]
    assert sum(losses[-3:]) / 3 < 0.7 * losses[0]
    assert record == RunRecord.read(folder)
    assert record.base_loss == pytest.approx(history[0]["eval_loss"])
    model = GPT2LMHeadModel.from_pretrained(folder, use_safetensors=True)
    again = mean_loss(model.eval(), ready.readings.validated, ready.readings.padding)
    assert again == pytest.approx(record.loss, abs=1e-3)
    assert not list(folder.glob("checkpoints*"))
    manifest = json.loads((folder / "data.json").read_text())
    assert [file["name"] for file in manifest["files"]] == ["exam.md", "labs.md", "more/rules.txt"]
    assert len(manifest["held out"]) == 1


async def test_a_tiny_run_reads_papers_in_one_epoch_of_eight(
    base_folder: Path, course: Path
) -> None:
    counts = []
    for epochs in (1, 8, 9):
        ready = await prepared(base_folder, course, epochs=epochs)
        counts.append(sum(row.ids == row.labels for row in ready.readings.learned))
    assert counts[0] > 0
    assert counts == [counts[0], counts[0], 2 * counts[0]]


async def test_the_same_seed_reads_the_same_rows_and_another_one_others(
    base_folder: Path, course: Path
) -> None:
    one, same = [await prepared(base_folder, course) for _ in range(2)]
    other = await prepared(base_folder, course, seed=8)
    assert list(one.readings.learned) == list(same.readings.learned)
    assert one.readings.validated == same.readings.validated
    assert one.fingerprint == same.fingerprint != other.fingerprint
    assert list(one.readings.learned) != list(other.readings.learned)
    assert one.split.held_out == other.split.held_out


async def test_corrections_are_merged_into_the_weights(
    base_folder: Path, course: Path, folder: Path
) -> None:
    run(await prepared(base_folder, course, "lora", learning_rate=1e-2), folder, NOW, quietly)
    old, new = (load_file(each / "model.safetensors") for each in (base_folder, folder))
    old = {name.removeprefix("transformer."): weight for name, weight in old.items()}
    new = {name.removeprefix("transformer."): weight for name, weight in new.items()}
    assert old.keys() == new.keys()
    assert not torch.allclose(old["h.0.attn.c_attn.weight"], new["h.0.attn.c_attn.weight"])
    assert torch.equal(old["wte.weight"], new["wte.weight"])
    assert torch.equal(old["h.0.attn.c_attn.bias"], new["h.0.attn.c_attn.bias"])


async def test_parts_of_a_step_add_up_to_the_whole_step(
    base_folder: Path, course: Path, tmp_path: Path
) -> None:
    ready = await prepared(base_folder, course, epochs=2)
    parts = replace(ready, plan=replace(ready.plan, rows_at_once=2, recomputes=True))
    losses = []
    for name, each in (("whole", ready), ("parts", parts)):
        (tmp_path / name).mkdir()
        losses.append(run(each, tmp_path / name, NOW, quietly).loss)
    assert losses[0] == pytest.approx(losses[1], abs=1e-3)


async def test_a_loss_that_is_no_number_stops_the_run_and_says_where(
    base_folder: Path, course: Path, folder: Path
) -> None:
    ready = await prepared(base_folder, course, learning_rate=0.9)
    poisoned = replace(ready, plan=replace(ready.plan, learning_rate=1e30))
    with pytest.raises(BotError, match=r"not a number at step \d+; .*lower.* begins again"):
        run(poisoned, folder, NOW, quietly)
    assert RunRecord.read(folder) is None


async def test_a_run_without_numbers_goes_on_at_its_checkpoint_with_another_rate(
    base_folder: Path, course: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = await prepared(base_folder, course)
    calm = await prepared(base_folder, course, learning_rate=1e-3)
    compute = RowTrainer.compute_loss

    def lost(self: RowTrainer, *given: Any, **named: Any) -> Any:
        if self.state.global_step == 16:
            raise self._no_number(17)
        return compute(self, *given, **named)

    monkeypatch.setattr(RowTrainer, "compute_loss", lost)
    with pytest.raises(NoNumber, match=r"step 17; .* lower .* than 0.002 goes on at checkpoint-10"):
        run(ready, folder, NOW, quietly)
    monkeypatch.undo()
    with pytest.raises(InvalidParameter, match="other data or numbers is under way"):
        run(await prepared(base_folder, course, seed=8), folder, NOW, quietly)
    steps: list[int] = []
    record = run(calm, folder, NOW, lambda stage: steps.append(stage.step))
    assert steps[0] == 11
    assert record.plan["learning_rate"] == 1e-3
    (folder.parent / "other").mkdir()
    run(calm, folder.parent / "other", NOW, quietly)
    one, whole = (rates(each) for each in (folder, folder.parent / "other"))
    assert one[10:] == pytest.approx(whole[10:])
    assert one[:10] == pytest.approx([2 * rate for rate in whole[:10]])


def rates(folder: Path) -> list[float]:
    history = json.loads((folder / "history.json").read_text())
    return [entry["learning_rate"] for entry in history if "learning_rate" in entry]


async def test_weights_that_are_no_numbers_are_no_checkpoint(
    base_folder: Path, course: Path, folder: Path
) -> None:
    ready = await prepared(base_folder, course)
    poisoned = replace(ready, plan=replace(ready.plan, learning_rate=1e30))
    model = ready.base.load(0.0)
    with torch.no_grad():
        model.transformer.ln_f.bias[0] = torch.nan
    with pytest.raises(NoNumber, match="step 0"):
        RowTrainer(
            model, poisoned.readings, poisoned.plan, folder, "cpu", 10, quietly
        )._save_checkpoint(model, None)
    assert list(folder.iterdir()) == []


async def test_a_full_disk_keeps_the_last_whole_checkpoint_and_the_run_goes_on_there(
    base_folder: Path, course: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = await prepared(base_folder, course)
    write = RowTrainer._save_optimizer_and_scheduler

    def full(self: RowTrainer, output_dir: str) -> None:
        if self.state.global_step > 10:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, output_dir)

    monkeypatch.setattr(RowTrainer, "_save_optimizer_and_scheduler", full)
    with pytest.raises(BotError, match=r"No space left on device.*checkpoint-10 is kept"):
        run(ready, folder, NOW, quietly)
    assert [each.name for each in (folder / "checkpoints").iterdir()] == ["checkpoint-10"]
    monkeypatch.undo()
    steps: list[int] = []
    run(ready, folder, NOW, lambda stage: steps.append(stage.step))
    assert steps[0] == 11


async def test_a_disk_that_is_full_at_the_end_leaves_no_half_of_a_model(
    base_folder: Path, course: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = await prepared(base_folder, course)

    def half(weights: Any, path: Path, metadata: Any) -> None:
        path.write_bytes(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("bot.training.finetuning.run_files.save_file", half)
    with pytest.raises(BotError, match=r"No space left on device.*goes on at its last checkpoint"):
        run(ready, folder, NOW, quietly)
    assert not list(folder.glob("*.safetensors*"))
    assert RunRecord.read(folder) is None
    monkeypatch.undo()
    steps: list[int] = []
    record = run(ready, folder, NOW, lambda stage: steps.append(stage.step))
    assert (steps, record.num_steps) == ([], ready.num_steps)


async def test_a_half_written_checkpoint_is_not_gone_on_from(
    base_folder: Path, course: Path, folder: Path
) -> None:
    ready = await prepared(base_folder, course)
    with pytest.raises(Killed):
        run(ready, folder, NOW, killing_at(12))
    half = folder / "checkpoints" / "unfinished" / "checkpoint-20"
    half.mkdir(parents=True)
    (half / "model.safetensors").write_bytes(b"half")
    steps: list[int] = []
    run(ready, folder, NOW, lambda stage: steps.append(stage.step))
    assert steps[0] == 11


async def test_another_run_of_the_same_name_is_not_gone_on_with(
    base_folder: Path, course: Path, folder: Path
) -> None:
    with pytest.raises(Killed):
        run(await prepared(base_folder, course), folder, NOW, killing_at(12))
    with pytest.raises(InvalidParameter, match="other data or numbers is under way"):
        run(await prepared(base_folder, course, seed=8), folder, NOW, quietly)


async def test_too_little_to_learn_is_refused(base_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "tiny.txt").write_text("There is one short sentence in here.")
    with pytest.raises(InvalidParameter, match="too little to learn from"):
        await prepared(base_folder, tmp_path / "tiny.txt")


async def test_what_cannot_fit_is_refused_before_anything_is_loaded(
    base_folder: Path, course: Path
) -> None:
    base = Base.of("tiny", base_folder, "starter")
    with pytest.raises(NotEnoughMemory):
        prepare("a", base, await read_material([course]), plan(base), "cpu", 1_000)


async def test_the_preflight_says_what_is_read_and_needed(base_folder: Path, course: Path) -> None:
    table = dict(preflight(await prepared(base_folder, course)))
    assert table["held back"].startswith("1 document, ")
    assert "trained (full)" in table["parameters"]
    assert table["asked after"].endswith("worded by code")
    assert {"weights", "gradients", "optimiser", "activations", "time"} <= set(table)


def test_a_tokenizer_of_another_model_is_refused(base_folder: Path) -> None:
    config = json.loads((base_folder / "config.json").read_text())
    (base_folder / "config.json").write_text(json.dumps(config | {"vocab_size": 300}))
    with pytest.raises(ModelUnavailable, match="do not belong together"):
        Base.of("tiny", base_folder, "starter").vocabulary()


def test_a_base_of_pickled_weights_or_of_another_kind_is_refused(base_folder: Path) -> None:
    (base_folder / "model.safetensors").rename(base_folder / "pytorch_model.bin")
    with pytest.raises(ModelUnavailable, match="pickled"):
        Base.of("tiny", base_folder, "starter")
    (base_folder / "config.json").write_text('{"model_type": "llama"}')
    with pytest.raises(ModelUnavailable, match="not a GPT-2"):
        Base.of("tiny", base_folder, "starter")


def test_the_loss_is_that_of_transformers(base_folder: Path) -> None:
    model = Base.of("tiny", base_folder, "starter").load(0.0).eval().requires_grad_(False)
    rows = [Row((5, 6, 7, 8), (5, 6, 7, 8)), Row((9, 10, 11), (-100, -100, 11))]
    batch = batch_of(rows, 0)
    theirs = model(**batch).loss * 4
    assert float(summed_loss(model, batch)) == pytest.approx(float(theirs), rel=1e-5)
