"""Model folders that somebody or something damaged: one sentence each, never a traceback."""

import json
import shutil
import struct
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import ModelUnavailable
from bot.domain.model_spec import ModelSpec
from bot.generation.catalog import Catalog
from bot.generation.checkpoint import Checkpoint
from bot.generation.weight_files import INDEX_FILE, SINGLE_FILE, weight_files
from tests.generation.test_model_config import JSON

DAMAGED_INDEX = f"The weights of tiny are damaged or unreadable ({INDEX_FILE}); fetch them again."
one_folder = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def folder(tiny_folder: Path, tmp_path: Path) -> Path:
    """A copy of the small model that a test may damage."""
    return Path(shutil.copytree(tiny_folder, tmp_path / "model"))


@pytest.fixture
def sharded(folder: Path) -> Path:
    """A model whose weights are said to be where an index tells."""
    (folder / SINGLE_FILE).rename(folder / "model-00001-of-00001.safetensors")
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(ModelUnavailable) as caught:
        Checkpoint(folder, "tiny").load(torch.float32, torch.device("cpu"))
    return caught.value.text


@pytest.mark.parametrize(
    "index",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b"[]",
        b"null",
        b"{}",
        b'{"weight_map": null}',
        b'{"weight_map": []}',
        b'{"weight_map": {}}',
        b'{"weight_map": "model-00001-of-00001.safetensors"}',
        b'{"weight_map": {"a": null, "b": "model-00001-of-00001.safetensors"}}',
        b'{"weight_map": {"a": 1, "b": "model-00001-of-00001.safetensors"}}',
        b'{"weight_map": {"a": ["model-00001-of-00001.safetensors"]}}',
    ],
)
def test_an_index_of_the_wrong_form_is_damaged(sharded: Path, index: bytes) -> None:
    (sharded / INDEX_FILE).write_bytes(index)
    assert refusal(sharded) == DAMAGED_INDEX
    catalog = Catalog([ModelSpec("tiny", str(sharded), is_local=True)])
    assert not catalog.on_disk("tiny"), "listing the models goes on"


@pytest.mark.parametrize(
    "shard",
    [
        "../other.safetensors",
        "/etc/other.safetensors",
        "..",
        ".",
        "",
        "a/../other.safetensors",
        "..\\other.safetensors",
        "nul\0.safetensors",
        "lone \ud800.safetensors",
        "two\nlines.safetensors",
        "weights.bin",
        "x" * 5_000 + ".safetensors",
    ],
)
def test_an_index_cannot_lead_out_of_its_folder(sharded: Path, shard: str) -> None:
    shutil.copy(sharded / "model-00001-of-00001.safetensors", sharded.parent / "other.safetensors")
    (sharded / INDEX_FILE).write_text(json.dumps({"weight_map": {"wte.weight": shard}}))
    assert refusal(sharded) == DAMAGED_INDEX


@one_folder
@given(index=JSON | st.fixed_dictionaries({"weight_map": st.dictionaries(st.text(), JSON)}))
def test_whatever_stands_in_an_index_is_refused_in_one_sentence(
    sharded: Path, index: object
) -> None:
    (sharded / INDEX_FILE).write_text(json.dumps(index))
    with pytest.raises(ModelUnavailable) as caught:
        weight_files(sharded, "tiny")
    assert caught.value.text == DAMAGED_INDEX


def parts_of(path: Path) -> tuple[dict[str, dict[str, object]], bytes]:
    """The header and the numbers of a safetensors file."""
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    return json.loads(raw[8 : 8 + length]), raw[8 + length :]


def write_parts(path: Path, header: object, numbers: bytes) -> None:
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + numbers)


@pytest.mark.parametrize(
    "change",
    [
        {"shape": [-384, -64]},
        {"shape": [384, -64]},
        {"shape": [2**62, 2**62]},
        {"shape": 64},
        {"shape": None},
        {"data_offsets": [0, -1]},
        {"data_offsets": [5, 1]},
        {"data_offsets": [0, 2**60]},
        {"data_offsets": []},
        {"dtype": "PICKLE"},
        {"dtype": None},
    ],
    ids=str,
)
def test_a_header_that_lies_about_a_tensor_is_refused(
    folder: Path, change: dict[str, object]
) -> None:
    header, numbers = parts_of(folder / SINGLE_FILE)
    header["transformer.wte.weight"] |= change
    write_parts(folder / SINGLE_FILE, header, numbers)
    assert "damaged or unreadable (model.safetensors)" in refusal(folder)


@pytest.mark.parametrize(("dtype", "bits"), [("F8_E4M3", 8), ("F4", 4), ("C64", 64), ("I64", 64)])
def test_numbers_that_our_model_does_not_compute_with_are_refused(
    folder: Path, dtype: str, bits: int
) -> None:
    header, numbers = parts_of(folder / SINGLE_FILE)
    num_bytes = 128 * 64 * bits // 8
    # The old numbers must belong to somebody: a file has no holes.
    header["unused"] = header["transformer.wpe.weight"]
    header["transformer.wpe.weight"] = {
        "dtype": dtype,
        "shape": [128, 64],
        "data_offsets": [len(numbers), len(numbers) + num_bytes],
    }
    write_parts(folder / SINGLE_FILE, header, numbers + b"\0" * num_bytes)
    assert refusal(folder) == f"tiny cannot be run: wpe.weight is stored as {dtype}."


@one_folder
@given(length=st.integers(0, 4_000))
def test_a_file_that_ends_too_early_is_refused(
    tiny_folder: Path, folder: Path, length: int
) -> None:
    raw = (tiny_folder / SINGLE_FILE).read_bytes()
    (folder / SINGLE_FILE).write_bytes(raw[:length])
    assert "damaged or unreadable (model.safetensors)" in refusal(folder)


@one_folder
@given(position=st.integers(0, 3_000), byte=st.integers(0, 255))
def test_a_changed_byte_in_the_header_is_at_most_one_sentence(
    tiny_folder: Path, folder: Path, position: int, byte: int
) -> None:
    raw = bytearray((tiny_folder / SINGLE_FILE).read_bytes())
    raw[position] = byte
    (folder / SINGLE_FILE).write_bytes(raw)
    text = ""
    try:
        Checkpoint(folder, "tiny").load(torch.float32, torch.device("cpu"))
    except ModelUnavailable as refused:
        text = refused.text
    assert "\n" not in text
    assert text.encode().decode() == text
