"""The recipe on a tiny scale, and the model that ships."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer, GPT2LMHeadModel

from bot.domain.errors import BotError
from bot.domain.template import STARTER
from bot.generation.catalog import STARTER_FOLDER
from bot.handbook import load_topics
from bot.training.bpe import train_tokenizer
from bot.training.corpus import (
    ANSWERING,
    END_OF_TEXT,
    READING,
    Corpus,
    Stage,
    turn,
)
from bot.training.evaluation import held_out_losses
from bot.training.progress import TrainProgress
from bot.training.recipe import Recipe
from bot.training.starter import TrainResult, train_starter
from bot.training.wording import UNSEEN_FORMS, names

TOPICS = load_topics()[:6]
TINY = Recipe(
    num_layers=1,
    width=32,
    num_heads=2,
    vocabulary=400,
    window=256,
    short_row=32,
    batch_tokens=256,
    reading_steps=6,
    answering_steps=6,
    warm_up_steps=2,
    checkpoint_every=4,
)


STAGES = (READING, ANSWERING)


def text(corpus: Corpus, chance: random.Random, stage: Stage) -> str:
    return "".join(segment.text for segment in corpus.document(chance, stage))


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """Threads that wait for each other are slow where others use the processor, too."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class Killed(Exception):
    """Stands for the end of the process."""


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "model.safetensors")


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def train_until_killed(folder: Path, step: int) -> None:
    def kill(progress: TrainProgress) -> None:
        if progress.step == step:
            raise Killed

    with pytest.raises(Killed):
        train_starter(TOPICS, folder, seed=1, recipe=TINY, on_progress=kill)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> TrainResult:
    """A run that nothing stopped, with seed 1."""
    return train_starter(TOPICS, tmp_path_factory.mktemp("whole"), seed=1, recipe=TINY)


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(
    whole: TrainResult, tmp_path: Path
) -> None:
    for name, seed in (("same", 1), ("other", 2)):
        train_starter(TOPICS, tmp_path / name, seed=seed, recipe=TINY)
    assert same(weights(tmp_path / "same"), weights(whole.folder))
    assert not same(weights(tmp_path / "other"), weights(whole.folder))


@pytest.mark.parametrize("step", [1, 5, 8, 11])
def test_a_killed_run_goes_on_to_the_same_weights(
    whole: TrainResult, tmp_path: Path, step: int
) -> None:
    train_until_killed(tmp_path, step)
    resumed = train_starter(TOPICS, tmp_path, seed=1, recipe=TINY)
    assert same(weights(whole.folder), weights(resumed.folder))
    assert resumed.evaluation == whole.evaluation


def test_another_runs_checkpoint_is_refused(tmp_path: Path) -> None:
    train_until_killed(tmp_path, 5)
    with pytest.raises(BotError, match="of a run with other numbers or another handbook"):
        train_starter(TOPICS, tmp_path, seed=2, recipe=TINY)


def test_a_checkpoint_of_another_handbook_is_refused_and_a_fresh_start_is_not(
    tmp_path: Path,
) -> None:
    train_until_killed(tmp_path, 5)
    with pytest.raises(BotError, match="or another handbook; start afresh"):
        train_starter(TOPICS[1:], tmp_path, seed=1, recipe=TINY)
    train_starter(TOPICS[1:], tmp_path, seed=1, recipe=TINY, is_resumed=False)
    assert (tmp_path / "model.safetensors").is_file()


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BotError, match="cannot be written"):
        train_starter(TOPICS, tmp_path / "file" / "model", seed=1, recipe=TINY)


def test_no_topics_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BotError, match="no topics"):
        train_starter([], tmp_path, seed=1, recipe=TINY)


def test_a_rate_that_is_not_a_number_stops_with_the_step(tmp_path: Path) -> None:
    with pytest.raises(BotError, match="not a number at step"):
        train_starter(TOPICS, tmp_path, seed=1, recipe=replace(TINY, reading_rate=float("inf")))


def test_held_out_pairs_and_unseen_wordings_never_reach_training() -> None:
    topics = load_topics()
    corpus = Corpus.of(topics)
    assert len(corpus.held_out) >= 20
    chance = random.Random(1)
    read = "".join(text(corpus, chance, stage) for stage in STAGES for _ in range(3_000))
    for pair in corpus.held_out:
        assert pair.answer not in read
    for topic in topics:
        for form in UNSEEN_FORMS:
            assert f"Question: {form.format(names(topic)[0])}\n" not in read


def test_documents_are_the_same_for_the_same_chance_and_end_in_the_end_of_text() -> None:
    corpus = Corpus.of(TOPICS)
    one, other = random.Random("7:3"), random.Random("7:3")
    for _ in range(50):
        for stage in STAGES:
            document = text(corpus, one, stage)
            assert document == text(corpus, other, stage)
            assert document.endswith(END_OF_TEXT)


def test_in_the_second_stage_only_answers_count() -> None:
    chance = random.Random(3)
    corpus = Corpus.of(TOPICS)
    for _ in range(200):
        for segment in corpus.document(chance, ANSWERING):
            assert segment.is_learned != segment.text.startswith("Question: ")


def test_turns_are_written_as_the_chat_writes_them() -> None:
    assert turn("Why?", "So.") == STARTER.open("Why?") + " So." + STARTER.separator


def test_every_position_of_the_window_is_trained(tmp_path: Path) -> None:
    corpus = Corpus.of(TOPICS)
    tokenizer = train_tokenizer(corpus.texts(), 400, tmp_path)
    seen = torch.zeros(TINY.window, dtype=torch.bool)
    for step in range(TINY.num_steps * 4):
        batch = TINY.batch(corpus, tokenizer, 1, step)
        assert batch.ids.shape == batch.labels.shape == batch.positions.shape
        assert (batch.positions.diff(dim=1) == 1).all()
        seen[batch.positions.flatten()] = True
    assert seen.all()


@pytest.fixture(scope="module")
def shipped() -> GPT2LMHeadModel:
    return AutoModelForCausalLM.from_pretrained(STARTER_FOLDER, dtype=torch.float32).eval()


def test_the_shipped_model_is_small(shipped: GPT2LMHeadModel) -> None:
    assert shipped.num_parameters() <= 5_000_000
    assert sum(path.stat().st_size for path in STARTER_FOLDER.iterdir()) <= 8_000_000


def test_the_shipped_model_answers_what_the_handbook_answers(shipped: GPT2LMHeadModel) -> None:
    tokenizer = AutoTokenizer.from_pretrained(STARTER_FOLDER)
    prompt = tokenizer("Question: What is dropout?\nAnswer:", return_tensors="pt")
    written = shipped.generate(**prompt, max_new_tokens=60, do_sample=False, pad_token_id=0)
    answer = tokenizer.decode(written[0, prompt["input_ids"].shape[1] :]).split("\n")[0]
    assert "regularisation" in answer
    assert "random" in answer or "zero" in answer


def test_the_card_states_the_held_out_loss_of_the_shipped_weights(
    shipped: GPT2LMHeadModel,
) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(STARTER_FOLDER / "tokenizer.json"))
    loss, _ = held_out_losses(shipped, tokenizer, Corpus.of(load_topics()).held_out)
    card = (STARTER_FOLDER / "README.md").read_text()
    line = next(line for line in card.splitlines() if "held-out turns, nats" in line)
    stated = float(line.split("|")[2])
    assert abs(loss - stated) < 0.1
    assert "and nothing else" in card
