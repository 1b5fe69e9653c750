"""Classifiers in the pool: transformers' verdicts, the budget, and how they fail."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import GPT2ForSequenceClassification

from bot.domain.classifier import Use
from bot.domain.errors import ModelUnavailable, NotEnoughMemory, UnknownModel
from bot.generation.catalog import Catalog
from bot.generation.classification import read_head
from bot.generation.classifier_folder import ClassifierFolder
from bot.generation.classifiers import Classifiers
from bot.generation.tokenizer import Tokenizer
from tests.classifiers import save_classifier
from tests.generation.pools import last, pool_of
from tests.models import TEXT, VOCABULARY

TEXTS = (
    "x",
    "What is dropout?",
    "Who won the world cup?",
    "Überanpassung 🙂",
    *TEXT.splitlines(),
    TEXT * 3,  # does not fit the window
)
GUARD = Use.TOPIC_GUARD
ASKED = ["What is dropout?"]


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, GPT2ForSequenceClassification]:
    folder = tmp_path_factory.mktemp("runs") / "guard"
    return folder, save_classifier(folder)


@pytest.fixture
def folders(guard: tuple[Path, GPT2ForSequenceClassification]) -> dict[Use, ClassifierFolder]:
    return {GUARD: ClassifierFolder.read(guard[0], "guard")}


def reference(folder: Path, model: GPT2ForSequenceClassification, texts: list[str]) -> torch.Tensor:
    """The logits of transformers for a padded batch of texts."""
    tokenizer = Tokenizer(folder, "guard", VOCABULARY, 0)
    rows = [tokenizer.encode(text)[:128] for text in texts]
    longest = max(map(len, rows))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    with torch.inference_mode():
        logits: torch.Tensor = model(ids, attention_mask=mask).logits
    return logits


async def test_verdicts_are_those_of_transformers(
    catalog: Catalog,
    folders: dict[Use, ClassifierFolder],
    guard: tuple[Path, GPT2ForSequenceClassification],
) -> None:
    expected = reference(*guard, list(TEXTS))
    logits: list[torch.Tensor] = []
    async with pool_of(catalog) as pool, Classifiers(pool, folders) as classifiers:
        found = await classifiers.probabilities(GUARD, TEXTS)
        known = classifiers._known[GUARD]
        lease = await known.lease()
        for text in TEXTS:
            tokens = tuple(lease.tokenizer.encode(text)[:128])
            logits.append(await lease.examine(partial(known._read, tokens)))
    torch.testing.assert_close(torch.stack(logits), expected, atol=1e-4, rtol=0)
    # "on topic" is the first label of the use and the second of the classifier.
    shares = torch.softmax(expected.double(), dim=-1)[:, 1]
    torch.testing.assert_close(torch.tensor(found, dtype=torch.float64), shares, atol=1e-4, rtol=0)
    assert shares.max() - shares.min() > 0.3


async def test_it_takes_its_part_of_the_budget_from_its_first_use_to_the_end(
    catalog: Catalog, folders: dict[Use, ClassifierFolder]
) -> None:
    weights = (folders[GUARD].folder / "model.safetensors").stat().st_size
    async with pool_of(catalog) as pool:
        async with Classifiers(pool, folders) as classifiers:
            assert pool.used_bytes == 0
            await classifiers.load()
            used = pool.used_bytes
            assert weights * 0.9 < used < weights * 2
            await classifiers.probabilities(GUARD, ASKED)
            assert pool.used_bytes == used
            # Held: nobody else's model makes it leave.
            assert not await pool.unload("the classifier guard")
        assert await pool.unload("the classifier guard")
        assert pool.used_bytes == 0


async def test_a_budget_without_room_for_it_is_a_sentence(
    catalog: Catalog, folders: dict[Use, ClassifierFolder], caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        pool_of(catalog, memory_budget=10_000) as pool,
        Classifiers(pool, folders) as classifiers,
    ):
        with pytest.raises(NotEnoughMemory, match="the classifier guard needs"):
            await classifiers.probabilities(GUARD, ASKED)
        caplog.set_level("WARNING")
        await classifiers.load()
        assert "the classifier of topic_guard is not loaded: the classifier guard" in caplog.text


async def test_models_answer_beside_it_and_nobody_can_ask_it(
    catalog: Catalog, folders: dict[Use, ClassifierFolder]
) -> None:
    async with pool_of(catalog) as pool, Classifiers(pool, folders) as classifiers:
        async with pool.lease("tiny") as lease:
            answer, found = await asyncio.gather(
                last(lease, "What is"), classifiers.probabilities(GUARD, TEXTS)
            )
        assert answer.num_new_tokens
        assert len(found) == len(TEXTS)
        with pytest.raises(UnknownModel):
            async with pool.lease("the classifier guard"):
                pytest.fail("it is no model")
        assert "guard" not in str([each.spec.name for each in await pool.statuses()])


async def test_what_is_asked_at_once_is_loaded_once(
    catalog: Catalog, folders: dict[Use, ClassifierFolder]
) -> None:
    async with pool_of(catalog) as pool, Classifiers(pool, folders) as classifiers:
        many = await asyncio.gather(*(classifiers.probabilities(GUARD, ASKED) for _ in range(8)))
        assert len({tuple(each) for each in many}) == 1


def rewrite(folder: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> None:
    path = folder / "model.safetensors"
    tensors = load_file(path)
    change(tensors)
    save_file(tensors, path, metadata={"format": "pt"})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda t: t.pop("score.weight"), "guard is no classifier: its weights have no score"),
        (
            lambda t: t.update({"score.weight": torch.zeros(3, 64)}),
            "score.weight is 3 × 64 and should be 2 × 64.",
        ),
    ],
)
async def test_a_head_that_is_missing_or_of_another_shape_is_named(
    catalog: Catalog,
    tmp_path: Path,
    change: Callable[[dict[str, torch.Tensor]], object],
    sentence: str,
) -> None:
    folder = tmp_path / "guard"
    save_classifier(folder)
    rewrite(folder, change)
    folders = {GUARD: ClassifierFolder.read(folder, "guard")}
    async with pool_of(catalog) as pool, Classifiers(pool, folders) as classifiers:
        with pytest.raises(ModelUnavailable, match=sentence):
            await classifiers.probabilities(GUARD, ASKED)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    save_classifier(tmp_path)
    path = tmp_path / "model.safetensors"
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(ModelUnavailable, match="damaged or unreadable"):
        read_head(tmp_path, "guard", 2, 64)


async def test_a_bug_is_a_sentence_with_an_id(
    catalog: Catalog,
    folders: dict[Use, ClassifierFolder],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(*words: object) -> object:
        raise RuntimeError("a wire is loose")

    monkeypatch.setattr("bot.generation.classifiers.read_head", broken)
    async with pool_of(catalog) as pool, Classifiers(pool, folders) as classifiers:
        with pytest.raises(ModelUnavailable, match="tell an admin the error id"):
            await classifiers.probabilities(GUARD, ASKED)
    assert "a wire is loose" in caplog.text


async def test_it_is_none_for_what_nobody_named(catalog: Catalog) -> None:
    async with pool_of(catalog) as pool, Classifiers(pool, {}) as classifiers:
        assert not classifiers.has(GUARD)
        await classifiers.load()
        assert pool.used_bytes == 0
