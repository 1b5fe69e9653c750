"""Rows of a classifier: the ids of a text and its label, their loss, and what is told of them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from bot.training.classifying.labelled import Labelled
from bot.training.finetuning.vocabulary import Vocabulary
from bot.training.wording import carelessly

TEXTS_AT_ONCE = 16
STEPS_TOGETHER = 16


@dataclass(frozen=True, slots=True)
class TextRow:
    """Ids of a text, and which label it has."""

    ids: tuple[int, ...]
    label: int


@dataclass(frozen=True, slots=True)
class TextRows:
    """Makes rows of at most `length` tokens; a longer text loses its end.

    A question says what it is about early, and so do `Question: …` and most texts.
    """

    vocabulary: Vocabulary
    labels: tuple[str, ...]
    length: int

    def of(self, texts: Sequence[Labelled], chance: random.Random | None = None) -> list[TextRow]:
        """A row for each text, in the order of `texts`; with `chance` in another order.

        With `chance`, what is typed in a hurry has other slips every time.
        """
        index = {label: number for number, label in enumerate(self.labels)}
        drawn = list(texts)
        if chance is not None:
            chance.shuffle(drawn)
        return [TextRow(self.ids(self._typed(each, chance)), index[each.label]) for each in drawn]

    def ids(self, text: str) -> tuple[int, ...]:
        """What the model reads of a text."""
        return tuple(self.vocabulary.placed(text)[0][: self.length])

    def _typed(self, each: Labelled, chance: random.Random | None) -> str:
        return carelessly(each.text, chance) if chance and each.is_typed else each.text


@dataclass(frozen=True, slots=True)
class TextReadings:
    """The rows of a run, for the trainer. `weights` of the labels have a mean of 1 over texts."""

    learned: Sequence[TextRow]
    validated: Sequence[TextRow]
    padding: int
    weights: tuple[float, ...]

    def batch(self, rows: Sequence[TextRow]) -> dict[str, Tensor]:
        """Rows as tensors; see `text_batch`."""
        labels = torch.tensor([row.label for row in rows])
        return text_batch([row.ids for row in rows], self.padding) | {"labels": labels}

    def summed_loss(self, model: Any, batch: dict[str, Tensor]) -> Tensor:
        """Weighted nats over all texts of a batch."""
        logits = label_logits(model, batch)
        weights = torch.tensor(self.weights, device=logits.device)
        return functional.cross_entropy(logits, batch["labels"], weight=weights, reduction="sum")

    def look(self, model: Any) -> dict[str, float]:
        """Loss and share of right labels of what is held back."""
        if not self.validated:
            return {}
        logits = torch.cat(list(all_logits(model, self.validated, self.padding)))
        truths = torch.tensor([row.label for row in self.validated])
        return {
            "eval_loss": float(functional.cross_entropy(logits, truths)),
            "eval_accuracy": float((logits.argmax(-1) == truths).float().mean()),
        }


def alike_together(rows: Sequence[TextRow], batch: int, chance: random.Random) -> list[TextRow]:
    """The same rows so that those of a step are about as long: half of all padding is saved.

    They are sorted among the next few steps only, and the steps shuffled: which rows come
    together is drawn anew in every epoch.
    """
    ordered: list[TextRow] = []
    stretch = batch * STEPS_TOGETHER
    for start in range(0, len(rows), stretch):
        some = sorted(rows[start : start + stretch], key=lambda row: len(row.ids))
        steps = [some[at : at + batch] for at in range(0, len(some), batch)]
        whole = [step for step in steps if len(step) == batch]
        chance.shuffle(whole)
        ordered += [row for step in whole for row in step]
        ordered += steps[-1] if len(steps[-1]) < batch else []
    return ordered


def text_batch(texts: Sequence[Sequence[int]], padding: int) -> dict[str, Tensor]:
    """Ids (texts, length of the longest), padded at their right, and the place of each last one.

    Causal attention never looks to the right: no text sees what pads it.
    """
    length = max(len(ids) for ids in texts)
    tokens = torch.full((len(texts), length), padding)
    for number, ids in enumerate(texts):
        tokens[number, : len(ids)] = torch.tensor(ids)
    return {"input_ids": tokens, "last": torch.tensor([len(ids) - 1 for ids in texts])}


def label_logits(model: Any, batch: dict[str, Tensor]) -> Tensor:
    """Logits (texts, labels) at the last real token of each text; LoRA may wrap the model."""
    gpt2 = model.get_base_model() if hasattr(model, "get_base_model") else model
    states = gpt2.transformer(input_ids=batch["input_ids"], use_cache=False).last_hidden_state
    last = states[torch.arange(len(states), device=states.device), batch["last"]]
    logits: Tensor = gpt2.score(last).float()
    return logits


@torch.no_grad()
def all_logits(model: Any, rows: Sequence[TextRow], padding: int) -> list[Tensor]:
    """Logits of all rows in their order, without dropout, a batch at a time."""
    was_training = model.training
    model.eval()
    device = next(model.parameters()).device
    found = []
    for start in range(0, len(rows), TEXTS_AT_ONCE):
        some = [row.ids for row in rows[start : start + TEXTS_AT_ONCE]]
        batch = {name: each.to(device) for name, each in text_batch(some, padding).items()}
        found.append(label_logits(model, batch).cpu())
    model.train(was_training)
    return found
