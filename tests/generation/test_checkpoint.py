"""Loading weights: what works, and the sentence for everything that does not."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import GPT2LMHeadModel

from bot.domain.errors import ModelUnavailable
from bot.generation import checkpoint
from bot.generation.checkpoint import Checkpoint, LoadCancelled, expected_shapes
from bot.generation.weight import DenseWeight, Weight, Weights

CPU = torch.device("cpu")


@pytest.fixture
def folder(tiny_folder: Path, tmp_path: Path) -> Path:
    """A copy of the small model that a test may damage."""
    return Path(shutil.copytree(tiny_folder, tmp_path / "model"))


def change(folder: Path, edit: Callable[[dict[str, torch.Tensor]], None]) -> None:
    """Edit the tensors of a folder's single file."""
    tensors = load_file(folder / "model.safetensors")
    edit(tensors)
    save_file(tensors, folder / "model.safetensors")


def refusal(folder: Path) -> str:
    with pytest.raises(ModelUnavailable) as caught:
        Checkpoint(folder, "tiny").load(torch.float32, CPU)
    return caught.value.text


def dense(weight: Weight) -> torch.Tensor:
    assert isinstance(weight, DenseWeight)
    return weight.matrix


def numbers_of(weights: Weights) -> list[torch.Tensor]:
    return [*weights.tensors.values(), *map(dense, weights.matrices.values())]


def test_weights_arrive_with_conv1d_transposed(folder: Path, tiny_model: GPT2LMHeadModel) -> None:
    loaded = Checkpoint(folder, "tiny")
    weights = loaded.load(torch.float32, CPU)
    block = tiny_model.transformer.h[1]
    assert {*weights.tensors, *weights.matrices} == set(expected_shapes(loaded.config))
    assert torch.equal(
        dense(weights.matrices["h.1.attn.c_attn.weight"]), block.attn.c_attn.weight.t()
    )
    assert torch.equal(weights.tensors["wte.weight"], tiny_model.transformer.wte.weight)
    assert all(weight.is_contiguous() for weight in numbers_of(weights))
    assert loaded.num_parameters == tiny_model.num_parameters()


def test_names_without_the_prefix_and_stored_buffers_are_understood(folder: Path) -> None:
    before = Checkpoint(folder, "tiny").load(torch.float32, CPU)

    def edit(tensors: dict[str, torch.Tensor]) -> None:
        for name in list(tensors):
            tensors[name.removeprefix("transformer.")] = tensors.pop(name)
        tensors["h.0.attn.bias"] = torch.ones(1, 1, 128, 128, dtype=torch.uint8)
        tensors["h.0.attn.masked_bias"] = torch.tensor(-1e4)
        tensors["lm_head.weight"] = tensors["wte.weight"].clone()

    change(folder, edit)
    after = Checkpoint(folder, "tiny").load(torch.float32, CPU)
    assert before.tensors.keys() == after.tensors.keys()
    assert all(torch.equal(each, after.tensors[name]) for name, each in before.tensors.items())
    assert before.matrices.keys() == after.matrices.keys()
    for name, weight in before.matrices.items():
        assert torch.equal(dense(weight), dense(after.matrices[name]))


def test_shards_with_an_index_are_read(folder: Path, tiny_model: GPT2LMHeadModel) -> None:
    (folder / "model.safetensors").unlink()
    tiny_model.save_pretrained(folder, max_shard_size="200KB")
    assert not (folder / "model.safetensors").exists()
    weights = Checkpoint(folder, "tiny").load(torch.float32, CPU)
    assert torch.equal(weights.tensors["ln_f.bias"], tiny_model.transformer.ln_f.bias)
    next(folder.glob("model-00002*")).unlink()
    assert "tiny is incomplete: model-00002" in refusal(folder)


def test_half_precision_files_are_converted(folder: Path) -> None:
    wanted = Checkpoint(folder, "tiny").load(torch.float32, CPU)
    change(folder, lambda t: t.update({name: weight.half() for name, weight in t.items()}))
    weights = Checkpoint(folder, "tiny").load(torch.bfloat16, CPU)
    assert {weight.dtype for weight in numbers_of(weights)} == {torch.bfloat16}
    torch.testing.assert_close(
        weights.tensors["wpe.weight"].float(), wanted.tensors["wpe.weight"], atol=0.01, rtol=0.01
    )


def test_the_file_is_opened_anew_before_much_of_it_is_mapped(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    real = checkpoint._opened

    def counting(path: Path, name: str) -> checkpoint.safe_open:
        opened.append(path)
        return real(path, name)

    loaded = Checkpoint(folder, "tiny")
    monkeypatch.setattr(checkpoint, "_opened", counting)
    monkeypatch.setattr(checkpoint, "MAPPED_BYTES", 100_000)
    loaded.load(torch.float32, CPU)
    assert len(opened) >= 4 * loaded.num_parameters // 200_000


def test_progress_rises_to_one_and_a_cancelled_load_stops(folder: Path) -> None:
    shares: list[float] = []
    Checkpoint(folder, "tiny").load(torch.float32, CPU, shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    with pytest.raises(LoadCancelled):
        Checkpoint(folder, "tiny").load(torch.float32, CPU, is_cancelled=lambda: True)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone") == f"The folder of tiny is not there: {tmp_path}/gone."


def test_missing_weights_are_named(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    assert "tiny has no weights (model.safetensors)" in refusal(folder)


def test_pickled_weights_are_refused(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    assert "only pickled weights (.bin), which can run code when opened" in refusal(folder)


def test_a_truncated_file_is_refused(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1000])
    assert refusal(folder) == (
        "The weights of tiny are damaged or unreadable (model.safetensors); fetch them again."
    )


def test_a_file_of_noise_is_refused(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\xff" * 500)
    assert "damaged or unreadable" in refusal(folder)


def test_a_missing_tensor_is_named(folder: Path) -> None:
    change(folder, lambda t: t.__delitem__("transformer.h.1.mlp.c_fc.bias"))
    assert refusal(folder) == (
        "tiny is incomplete: 1 of 28 tensors are missing, the first is h.1.mlp.c_fc.bias."
    )


def test_a_tensor_of_another_shape_is_named(folder: Path) -> None:
    change(folder, lambda t: t.update({"transformer.wpe.weight": torch.zeros(64, 64)}))
    assert refusal(folder) == (
        "tiny does not fit its config.json: wpe.weight is 64 × 64 and should be 128 × 64."
    )


def test_quantised_tensors_are_refused(folder: Path) -> None:
    change(
        folder,
        lambda t: t.update({"transformer.wpe.weight": torch.zeros(128, 64, dtype=torch.int8)}),
    )
    assert refusal(folder) == "tiny cannot be run: wpe.weight is stored as I8."
