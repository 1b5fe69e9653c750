"""Perplexity: which tokens count, and that it is transformers'."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch.nn import functional
from transformers import GPT2LMHeadModel

from bot.domain.errors import InvalidParameter
from bot.generation.layout import Machine
from bot.generation.perplexity import Window, perplexity, windows
from bot.generation.resident import ModelFiles, ServingLimits
from bot.generation.scoring import distributions, scorer
from tests.models import VOCABULARY, make_model, save_model

WINDOW = 128


def random_ids(length: int) -> tuple[int, ...]:
    generator = torch.Generator().manual_seed(length)
    return tuple(torch.randint(0, VOCABULARY, (length,), generator=generator).tolist())


@torch.inference_mode()
def expected(model: GPT2LMHeadModel, ids: tuple[int, ...], stride: int) -> float:
    """The loop of transformers' documentation: labels of -100 do not count."""
    total, count, last_end = 0.0, 0, 0
    for begin in range(0, len(ids), stride):
        end = min(begin + WINDOW, len(ids))
        tokens = torch.tensor([ids[begin:end]])
        labels = tokens.clone()
        labels[:, : -(end - last_end)] = -100
        shifted = labels[0, 1:]
        logits = model(tokens).logits[0, :-1]
        total += functional.cross_entropy(logits, shifted, reduction="sum").item()
        count += int((shifted != -100).sum())
        last_end = end
        if end == len(ids):
            break
    return math.exp(total / count)


@pytest.mark.parametrize(
    ("length", "stride"),
    [(2, 1), (129, 1), (100, 64), (128, 128), (129, 128), (300, 50), (300, 64), (385, 128)],
)
def test_the_perplexity_is_transformers(
    tiny_folder: Path, tiny_model: GPT2LMHeadModel, length: int, stride: int
) -> None:
    files = ModelFiles(
        tiny_folder, "tiny", Machine(torch.device("cpu"), "float32"), ServingLimits()
    )
    score = scorer(files.load(lambda share: None, lambda: False))
    ids = random_ids(length)
    found = perplexity(score, ids, WINDOW, stride)
    assert found == pytest.approx(expected(tiny_model, ids, stride), rel=1e-4)


def test_every_token_but_the_first_counts_once() -> None:
    for length, window, stride in ((10, 4, 2), (10, 4, 3), (11, 5, 1), (3, 8, 2)):
        counted = [
            token
            for each in windows(length, window, stride)
            for token in range(each.first_counted, each.stop)
        ]
        assert counted == list(range(1, length))


def test_windows_side_by_side_leave_their_first_tokens_out() -> None:
    assert list(windows(9, 4, 4)) == [Window(0, 4, 1), Window(4, 8, 5), Window(8, 9, 9)]


def test_a_model_that_knows_nothing_hesitates_between_all_tokens() -> None:
    def score(tokens: tuple[int, ...]) -> Iterator[torch.Tensor]:
        for start in range(0, len(tokens), 3):  # blocks that end inside a window
            yield torch.full((len(tokens[start : start + 3]), 7), -math.log(7))

    assert perplexity(score, (1, 2, 3, 4, 5, 6, 0, 1, 2), 4, 2) == pytest.approx(7)


@pytest.mark.parametrize("stride", [-1, 0, 129])
def test_a_stride_out_of_range_is_one_sentence(stride: int) -> None:
    with pytest.raises(InvalidParameter, match=r"between 1 and 128, the model's context window"):
        next(windows(1000, WINDOW, stride))


@pytest.mark.parametrize("length", [0, 1])
def test_a_text_without_anything_to_predict_is_refused(length: int) -> None:
    with pytest.raises(InvalidParameter, match="two tokens"):
        perplexity(lambda tokens: iter(()), random_ids(length), WINDOW, 64)


def test_scores_of_a_text_longer_than_a_step_are_those_of_one_pass(
    wide: Path, wide_model: GPT2LMHeadModel
) -> None:
    files = ModelFiles(wide, "tiny", Machine(torch.device("cpu"), "float32"), ServingLimits())
    engine = files.load(lambda share: None, lambda: False)
    ids = random_ids(300)
    found = distributions(scorer(engine), ids)
    with torch.inference_mode():
        wanted = torch.log_softmax(wide_model(torch.tensor([ids])).logits[0], dim=-1)
    torch.testing.assert_close(found, wanted, atol=2e-4, rtol=1e-4)
    again = distributions(scorer(engine), ids)
    torch.testing.assert_close(again, found, atol=0, rtol=0)


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose window is longer than a step."""
    folder = tmp_path_factory.mktemp("models") / "wide"
    save_model(folder, seed=3, n_positions=512)
    return folder


@pytest.fixture(scope="module")
def wide_model() -> GPT2LMHeadModel:
    """The same as transformers runs it."""
    return make_model(seed=3, n_positions=512)
