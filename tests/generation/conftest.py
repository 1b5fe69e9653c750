"""Models shared by the tests of generation."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from transformers import GPT2LMHeadModel

from bot.domain.model_spec import ModelSpec
from bot.generation.catalog import Catalog
from bot.generation.checkpoint import Checkpoint
from bot.generation.gpt2 import GPT2
from tests.models import make_model, save_model

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small GPT-2 of window 128 and its tokenizer."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    save_model(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_model() -> GPT2LMHeadModel:
    """The same model as transformers runs it."""
    return make_model()


@pytest.fixture(scope="session")
def model(tiny_folder: Path) -> GPT2:
    """The same model as our engine runs it."""
    checkpoint = Checkpoint(tiny_folder, "tiny")
    return GPT2(checkpoint.config, checkpoint.load(torch.float32, torch.device("cpu")))


@pytest.fixture
def catalog(tiny_folder: Path, tmp_path: Path) -> Catalog:
    """A catalogue with three names for the small model, so that each loads on its own."""
    specs = [ModelSpec(name, str(tiny_folder), is_local=True) for name in ("tiny", "two", "three")]
    return Catalog(specs, cache_dir=tmp_path / "hub", starter_folder=tmp_path / "starter")


@pytest.fixture
def held_loads(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Loads wait, after their checks, until the event is set."""
    gate = threading.Event()
    real: Callable[..., object] = Checkpoint.load

    def held(self: Checkpoint, *args: object) -> object:
        assert gate.wait(10)
        return real(self, *args)

    monkeypatch.setattr(Checkpoint, "load", held)
    return gate
