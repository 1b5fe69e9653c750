"""Small models to look into, as transformers and as our engine run them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import torch
from transformers import GPT2LMHeadModel

from bot.domain.model_spec import ModelSpec
from bot.generation.catalog import Catalog
from bot.generation.pool import Pool
from bot.generation.tokenizer import Tokenizer
from bot.insight.explainer import Explainer
from tests.generation.pools import pool_of
from tests.models import VOCABULARY, make_model, save_model

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small GPT-2 of window 128 and its tokenizer."""
    folder = tmp_path_factory.mktemp("models") / "tiny"
    save_model(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_model() -> GPT2LMHeadModel:
    """The same model as transformers runs it, which tells its attention."""
    model = make_model()
    model.set_attn_implementation("eager")
    return model


@pytest.fixture(scope="session")
def tokenizer(tiny_folder: Path) -> Tokenizer:
    return Tokenizer(tiny_folder, "tiny", VOCABULARY, 0)


@pytest.fixture
def catalog(tiny_folder: Path, tmp_path: Path) -> Catalog:
    specs = [
        ModelSpec("tiny", str(tiny_folder), is_local=True),
        ModelSpec("pinned", str(tiny_folder), "1" * 40, is_local=True),
    ]
    return Catalog(specs, cache_dir=tmp_path / "hub", starter_folder=tmp_path / "starter")


@pytest.fixture
async def pool(catalog: Catalog) -> AsyncIterator[Pool]:
    async with pool_of(catalog) as pool:
        yield pool


@pytest.fixture
def explainer(pool: Pool) -> Explainer:
    return Explainer(pool)
