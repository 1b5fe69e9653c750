"""A classifier that was trained: texts in, probabilities of its labels out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import GPT2ForSequenceClassification
from transformers.utils import logging

from bot.domain.errors import InvalidParameter
from bot.domain.question import clean_text
from bot.training.classifying.confusion import Confusion
from bot.training.classifying.labelled_file import Line
from bot.training.classifying.text_rows import TextRow, TextRows, all_logits
from bot.training.finetuning.base import Base


@dataclass(frozen=True, slots=True)
class Classifier:
    """The model of a run, with what makes rows of texts."""

    name: str
    labels: tuple[str, ...]
    model: Any
    rows: TextRows

    @classmethod
    def load(cls, name: str, folder: Path, labels: Sequence[str]) -> "Classifier":
        """The classifier in a run's folder.

        Raises:
            ModelUnavailable: its files are damaged or do not belong together.
        """
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        base = Base.of(name, folder, "base")
        rows = TextRows(base.vocabulary(), tuple(labels), base.shape.window)
        model = base.load(0.0, GPT2ForSequenceClassification).eval()
        return cls(name, tuple(labels), model, rows)

    def probabilities(self, texts: Sequence[str]) -> list[list[float]]:
        """Of each text, the probability of every label.

        Raises:
            InvalidParameter: a text is empty.
        """
        if not all(clean_text(text) for text in texts):
            raise InvalidParameter("There is no text to tell the label of; write one.")
        rows = [TextRow(self.rows.ids(clean_text(text)), 0) for text in texts]
        logits = all_logits(self.model, rows, self.rows.vocabulary.end_of_text_id)
        told: list[list[float]] = torch.cat(logits).softmax(-1).tolist()
        return told

    def tell(self, texts: Sequence[str]) -> list[str]:
        """The likeliest label of each text."""
        return [self.labels[_likeliest(each)] for each in self.probabilities(texts)]

    def tested_on(self, lines: Sequence[Line]) -> tuple[Confusion, list[tuple[Line, str]]]:
        """How the labels of lines are told, and the lines with what was told wrongly of them.

        Raises:
            InvalidParameter: a line has a label that the classifier does not know.
        """
        known = {label.casefold(): label for label in self.labels}
        for line in lines:
            if line.label.casefold() not in known:
                raise InvalidParameter(
                    f"{line.place} has the label “{line.label}”, which {self.name} does not know; "
                    f"it knows {', '.join(self.labels)}."
                )
        truths = [known[line.label.casefold()] for line in lines]
        told = self.tell([line.text for line in lines])
        both = list(zip(lines, truths, told, strict=True))
        wrong = [(line, said) for line, truth, said in both if truth != said]
        return Confusion.of(self.labels, zip(truths, told, strict=True)), wrong


def _likeliest(probabilities: Sequence[float]) -> int:
    return max(range(len(probabilities)), key=probabilities.__getitem__)
