"""Names, and what is on disk."""

from pathlib import Path

import pytest

from bot.domain.errors import ConfigurationError, ModelUnavailable, UnknownModel
from bot.domain.model_spec import OFFICIAL_MODELS, ModelShape, ModelSpec
from bot.generation.catalog import Catalog


def test_official_models_the_starter_and_configured_ones_are_known(
    tiny_folder: Path, tmp_path: Path
) -> None:
    mine = ModelSpec("course", str(tiny_folder), template="alpaca", is_local=True)
    catalog = Catalog([mine], cache_dir=tmp_path)
    names = [spec.name for spec in catalog.specs]
    assert names == [*(spec.name for spec in OFFICIAL_MODELS), "starter", "course"]
    assert catalog.spec("course") is mine
    assert catalog.spec("starter").template == "starter"
    assert catalog.spec("starter").is_local


def test_a_configured_model_replaces_an_official_one(tiny_folder: Path) -> None:
    mine = ModelSpec("gpt2", str(tiny_folder), is_local=True)
    assert Catalog([mine]).spec("gpt2") is mine


def test_the_starters_shape_is_read_where_it_is(tiny_folder: Path, tmp_path: Path) -> None:
    there = Catalog(starter_folder=tiny_folder)
    assert there.spec("starter").shape == ModelShape(2, 64, 4, 384, 128)
    assert there.on_disk("starter")
    missing = Catalog(starter_folder=tmp_path / "gone")
    assert missing.spec("starter").shape is None
    assert not missing.on_disk("starter")


def test_the_shape_of_a_configured_model_is_read_from_its_folder(catalog: Catalog) -> None:
    assert catalog.spec("tiny").shape is None
    assert catalog.shape("tiny") == ModelShape(2, 64, 4, 384, 128)
    assert catalog.shape("gpt2") == catalog.spec("gpt2").shape
    assert catalog.shape("starter") is None


def test_the_size_on_disk_is_that_of_the_files_or_of_the_download(
    catalog: Catalog, tiny_folder: Path, tmp_path: Path
) -> None:
    assert catalog.disk_bytes("tiny") == (tiny_folder / "model.safetensors").stat().st_size
    assert catalog.disk_bytes("gpt2") == catalog.spec("gpt2").disk_bytes
    assert catalog.disk_bytes("starter") is None
    here = Catalog([ModelSpec("gpt2", str(tiny_folder), disk_bytes=1, is_local=True)])
    assert here.disk_bytes("gpt2") == catalog.disk_bytes("tiny")


def test_an_unknown_name_is_refused_everywhere(catalog: Catalog) -> None:
    looks = (catalog.spec, catalog.folder, catalog.on_disk, catalog.shape, catalog.disk_bytes)
    for call in (*looks, catalog.download):
        with pytest.raises(UnknownModel):
            call("gpt5")


def test_an_unknown_name_is_told_in_one_message_however_many_there_are(tiny_folder: Path) -> None:
    many = [
        ModelSpec(f"{'course' * 10}-{number:02}", str(tiny_folder), is_local=True)
        for number in range(40)
    ]
    with pytest.raises(UnknownModel) as caught:
        Catalog(many).spec("gpt5")
    text = caught.value.text
    assert len(text) < 1_500
    assert text.startswith("There is no model called gpt5; choose from coursecourse")
    assert text.endswith(" more in the list of models.")
    num_left = int(text.split(" more in")[0].rsplit(" ", 1)[1])
    assert text.count("course-") + num_left == len(Catalog(many).specs)


def test_what_is_not_downloaded_names_the_command(catalog: Catalog) -> None:
    assert not catalog.on_disk("gpt2")
    with pytest.raises(ModelUnavailable) as caught:
        catalog.folder("gpt2")
    assert caught.value.text == (
        "gpt2 is not downloaded; the operator can fetch it with `lectern models download gpt2`."
    )


def test_a_model_in_the_hub_cache_is_found_without_a_network(
    tiny_folder: Path, tmp_path: Path
) -> None:
    revision = "a" * 40
    spec = ModelSpec("mine", "school/tiny", revision)
    snapshot = tmp_path / "models--school--tiny" / "snapshots" / revision
    snapshot.parent.mkdir(parents=True)
    snapshot.symlink_to(tiny_folder)
    catalog = Catalog([spec], cache_dir=tmp_path, endpoint="http://127.0.0.1:9")
    assert catalog.on_disk("mine")
    assert catalog.folder("mine") == snapshot
    assert catalog.download("mine") == snapshot


def test_a_half_downloaded_model_is_not_on_disk(tiny_folder: Path, tmp_path: Path) -> None:
    revision = "a" * 40
    snapshot = tmp_path / "models--school--tiny" / "snapshots" / revision
    snapshot.mkdir(parents=True)
    for name in ("config.json", "tokenizer.json"):
        (snapshot / name).symlink_to(tiny_folder / name)
    catalog = Catalog([ModelSpec("mine", "school/tiny", revision)], cache_dir=tmp_path)
    with pytest.raises(ModelUnavailable, match="not downloaded"):
        catalog.folder("mine")
    (snapshot / "pytorch_model.bin").touch()
    assert catalog.folder("mine") == snapshot  # whose weights are then refused as pickled
    assert not catalog.on_disk("mine")


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        (ModelSpec("m", "nowhere"), "models.m.source is nowhere, which is neither a folder"),
        (ModelSpec("m", "a/b/../c"), "models.m.source"),
        (ModelSpec("m", "school/tiny"), "models.m.revision must be the 40 hexadecimal digits"),
        (ModelSpec("m", "school/tiny", "main"), "models.m.revision must be the 40 hexadecimal"),
    ],
)
def test_a_source_that_could_change_or_is_none_is_refused(spec: ModelSpec, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Catalog([spec])
    assert sentence in caught.value.text


def test_runs_are_found_as_they_come_and_take_nobodys_name(tiny_folder: Path) -> None:
    runs = [ModelSpec("starter", "elsewhere", is_local=True)]
    catalog = Catalog(find_runs=lambda: runs)
    assert catalog.spec("starter").source != "elsewhere"
    runs.append(ModelSpec("dl-course", str(tiny_folder), is_local=True, figures="Better."))
    assert catalog.spec("dl-course").figures == "Better."
    assert [spec.name for spec in catalog.specs][-1] == "dl-course"
    assert catalog.on_disk("dl-course")
    runs.clear()
    with pytest.raises(UnknownModel):
        catalog.spec("dl-course")


def test_a_classifier_is_no_model_and_says_so_to_who_asks_for_it() -> None:
    catalog = Catalog(find_classifiers=lambda: ["topic-guard"])
    with pytest.raises(UnknownModel, match=r"topic-guard is a classifier: .*; choose from distil"):
        catalog.spec("topic-guard")
    assert "topic-guard" not in [spec.name for spec in catalog.specs]
