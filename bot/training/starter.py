"""The recipe of the starter model from the handbook to a folder that can be served."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer

from bot.domain.errors import BotError
from bot.domain.handbook import Topic
from bot.training.bpe import train_tokenizer
from bot.training.card import model_card
from bot.training.corpus import Corpus
from bot.training.evaluation import Evaluation, evaluate
from bot.training.loop import CHECKPOINT, GELU, Trained, train
from bot.training.progress import TrainProgress
from bot.training.recipe import Recipe


@dataclass(frozen=True, slots=True)
class TrainResult:
    """A finished run."""

    folder: Path
    num_parameters: int
    evaluation: Evaluation


def train_starter(
    topics: Sequence[Topic],
    folder: Path,
    *,
    seed: int,
    recipe: Recipe | None = None,
    is_resumed: bool = True,
    on_progress: Callable[[TrainProgress], None] = lambda progress: None,
) -> TrainResult:
    """Train on `topics` and write weights, configuration, tokenizer and card to `folder`.

    A run that was killed goes on at its last checkpoint unless `is_resumed` is false. The
    same seed gives the same weights on the same machine.

    Raises:
        BotError: no topics, a folder that cannot be written, another run's checkpoint.
    """
    chosen = recipe or Recipe()
    if not topics:
        raise BotError("There are no topics to train on; see bot/handbook/FORMAT.md.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".probe").touch()
        (folder / ".probe").unlink()
    except OSError as error:
        raise BotError(f"The folder {folder} cannot be written: {error.strerror}.") from error
    corpus = Corpus.of(topics)
    tokenizer = train_tokenizer(corpus.texts(), chosen.vocabulary, folder)
    chosen = replace(chosen, vocabulary=tokenizer.get_vocab_size())
    trained = train(
        chosen,
        corpus,
        tokenizer,
        folder,
        seed=seed,
        is_resumed=is_resumed,
        on_progress=on_progress,
    )
    return finish(trained, tokenizer, chosen, corpus, folder, seed=seed)


def finish(
    trained: Trained,
    tokenizer: Tokenizer,
    recipe: Recipe,
    corpus: Corpus,
    folder: Path,
    *,
    seed: int,
) -> TrainResult:
    """Round the weights to float16, measure exactly those, and write everything."""
    model = trained.model
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(weight.to(torch.float16).float())
    model.train(False)
    weights = {
        name: weight.to(torch.float16).contiguous()
        for name, weight in model.state_dict().items()
        if name != "lm_head.weight"  # shared with the token embedding
    }
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    model.config.dtype = torch.float16
    model.config.activation_function = GELU
    model.config.save_pretrained(folder)
    evaluation = evaluate(model, tokenizer, corpus)
    num_parameters = sum(weight.numel() for weight in weights.values())
    card = model_card(
        recipe,
        corpus,
        evaluation,
        seed=seed,
        num_parameters=num_parameters,
        num_threads=torch.get_num_threads(),
        seconds=trained.seconds,
    )
    (folder / "README.md").write_text(card, encoding="utf-8")
    (folder / CHECKPOINT).unlink(missing_ok=True)
    return TrainResult(folder, num_parameters, evaluation)
