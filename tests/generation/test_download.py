"""Fetching models, from a hub on this machine."""

from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from bot.domain.errors import ModelUnavailable
from bot.domain.model_spec import ModelSpec
from bot.domain.progress import LoadProgress
from bot.generation.catalog import Catalog
from bot.generation.download import DownloadProgress
from bot.generation.pool import Pool, PoolOptions
from tests.generation.loopback_hub import COMMIT, REPOSITORY, LoopbackHub, serve_hub

NEEDED = ("model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json")
SPEC = ModelSpec("mine", REPOSITORY, COMMIT)


@pytest.fixture
def hub(tiny_folder: Path) -> Iterator[LoopbackHub]:
    files = {name: (tiny_folder / name).read_bytes() for name in NEEDED}
    others = {"pytorch_model.bin": b"pickle", "README.md": b"hello", "onnx/model.safetensors": b"x"}
    with serve_hub(files | others) as hub:
        yield hub


@pytest.fixture
def catalog(hub: LoopbackHub, tmp_path: Path) -> Catalog:
    return Catalog([SPEC], cache_dir=tmp_path / "cache", endpoint=hub.url)


def test_only_what_is_needed_is_fetched_and_every_byte_is_counted(
    hub: LoopbackHub, catalog: Catalog, tiny_folder: Path
) -> None:
    seen: list[DownloadProgress] = []
    folder = catalog.download("mine", seen.append)
    assert sorted(hub.fetched) == sorted(NEEDED)
    assert hub.fetched[-1] == "config.json"
    total = sum((tiny_folder / name).stat().st_size for name in NEEDED)
    done = [progress.done_bytes for progress in seen]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, total)
    assert {progress.total_bytes for progress in seen} == {total}
    assert seen[-1].share == 1
    assert catalog.on_disk("mine")
    assert catalog.folder("mine") == folder


def test_what_is_here_is_not_fetched_again(hub: LoopbackHub, catalog: Catalog) -> None:
    folder = catalog.download("mine")
    num_fetched = len(hub.fetched)
    assert catalog.download("mine") == folder
    (folder / "config.json").unlink()
    seen: list[DownloadProgress] = []
    catalog.download("mine", seen.append)
    assert hub.fetched[num_fetched:] in ([], ["config.json"])
    assert seen[-1].share == 1


def test_shards_are_fetched_with_their_index(hub: LoopbackHub, catalog: Catalog) -> None:
    del hub.files["model.safetensors"]
    for name in ("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"):
        hub.files[name] = name.encode()
    hub.files["model.safetensors.index.json"] = b'{"weight_map": {}}'
    catalog.download("mine")
    assert len([name for name in hub.fetched if name.startswith("model")]) == 3
    assert "onnx/model.safetensors" not in hub.fetched


def test_a_repository_without_safetensors_is_refused(hub: LoopbackHub, catalog: Catalog) -> None:
    del hub.files["model.safetensors"]
    del hub.files["onnx/model.safetensors"]
    with pytest.raises(ModelUnavailable, match="has no weights as safetensors"):
        catalog.download("mine")
    assert hub.fetched == []


def test_an_unknown_repository_or_revision_is_named(hub: LoopbackHub, tmp_path: Path) -> None:
    spec = ModelSpec("other", REPOSITORY, "f" * 40)
    catalog = Catalog([spec], cache_dir=tmp_path, endpoint=hub.url)
    with pytest.raises(ModelUnavailable, match=f"The hub has no {REPOSITORY} at revision ffff"):
        catalog.download("other")


def test_a_hub_that_cannot_be_reached_is_one_sentence(tmp_path: Path) -> None:
    catalog = Catalog([SPEC], cache_dir=tmp_path, endpoint="http://127.0.0.1:9")
    with pytest.raises(ModelUnavailable, match="mine cannot be downloaded now: the hub did not"):
        catalog.download("mine")


def test_a_disk_that_is_too_small_is_noticed_before(
    catalog: Catalog, hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage(10, 10, 0))
    with pytest.raises(ModelUnavailable, match=r"mine needs 0\.0 GB on disk, but .* has 0\.0 GB"):
        catalog.download("mine")
    assert hub.fetched == []


async def test_a_lease_fetches_a_missing_model_where_that_is_allowed(catalog: Catalog) -> None:
    seen: list[LoadProgress] = []
    strict = Pool(catalog, PoolOptions(device="cpu", dtype="float32"))
    with pytest.raises(ModelUnavailable, match="not downloaded"):
        async with strict.lease("mine"):
            pass
    pool = Pool(catalog, PoolOptions(device="cpu", dtype="float32", download_missing=True))
    async with pool.lease("mine", seen.append) as lease:
        assert lease.window == 128
    await pool.close()
    assert {progress.stage for progress in seen} == {"download", "load", "ready"}


def test_the_weights_survive_the_way(catalog: Catalog, tiny_folder: Path, tmp_path: Path) -> None:
    folder = catalog.download("mine")
    save_file(load_file(folder / "model.safetensors"), tmp_path / "copy.safetensors")
    original = (tiny_folder / "model.safetensors").read_bytes()
    assert (folder / "model.safetensors").read_bytes() == original
