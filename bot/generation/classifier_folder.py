"""A classifier on disk: a folder as transformers' GPT2ForSequenceClassification is saved.

It is a GPT-2 without its head, and beside it `score.weight` (labels, width). What is checked
here needs no torch, so that a bot can refuse a folder before anything is loaded.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.errors import ModelUnavailable
from bot.generation.model_config import read_config
from bot.generation.tokenizer import Tokenizer
from bot.generation.weight_files import weight_files


@dataclass(frozen=True, slots=True)
class ClassifierFolder:
    """A folder that was checked; `labels` are in the order of the classifier's outputs."""

    name: str
    folder: Path
    labels: tuple[str, ...]

    @classmethod
    def read(cls, folder: Path, name: str) -> "ClassifierFolder":
        """Check configuration, names of files and tokenizer.

        Raises:
            ModelUnavailable: one sentence that says what is wrong.
        """
        if not folder.is_dir():
            raise ModelUnavailable(f"The folder of {name} is not there: {folder}.")
        config = read_config(folder, name)
        weight_files(folder, name)
        raw = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        labels = _labels(raw, name)
        vocabulary = config.shape.vocabulary
        Tokenizer(folder, name, vocabulary, config.end_of_text_id)
        padding = raw.get("pad_token_id")
        if not _is_number(padding) or not 0 <= padding < vocabulary:
            raise ModelUnavailable(
                f"{name} is no classifier that can be used: its config.json has no pad_token_id "
                f"of its {vocabulary:,} tokens."
            )
        return cls(name, folder, labels)

    def require(self, labels: Collection[str]) -> None:
        """Refuse a classifier that tells something else.

        Raises:
            ModelUnavailable: says what it tells and what it should.
        """
        if set(self.labels) != set(labels):
            raise ModelUnavailable(
                f"{self.name} tells {_in_words(self.labels)} apart and not {_in_words(labels)}; "
                "name a run that was trained on those labels."
            )


def _labels(raw: dict[str, Any], name: str) -> tuple[str, ...]:
    """The labels, from `id2label`: {"0": label, "1": label …}."""
    found = raw.get("id2label")
    numbers = [str(number) for number in range(len(found))] if isinstance(found, dict) else []
    labels = [found[number] for number in numbers if number in found] if found else []
    is_sound = len(labels) == len(numbers) and all(isinstance(each, str) for each in labels)
    if len(labels) < 2 or not is_sound or len(set(labels)) < len(labels):
        raise ModelUnavailable(
            f"{name} is no classifier: its config.json names no labels (id2label); train one with "
            "`lectern finetune --task classify`."
        )
    return tuple(labels)


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _in_words(labels: Collection[str]) -> str:
    *most, last = [f"“{label}”" for label in labels]
    return f"{', '.join(most)} and {last}" if most else last
