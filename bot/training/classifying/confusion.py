"""Which labels were told for which: accuracy, precision, recall and F1 of a classifier."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LabelScore:
    """How well one label is told. A share of nothing is 0."""

    label: str
    precision: float
    recall: float
    f1: float
    num_texts: int


@dataclass(frozen=True, slots=True)
class Confusion:
    """`counts[true][told]` texts, in the order of `labels`."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, labels: Sequence[str], pairs: Iterable[tuple[str, str]]) -> "Confusion":
        """Of pairs of the true label and the one that was told."""
        counted = Counter(pairs)
        rows = (tuple(counted[(true, told)] for told in labels) for true in labels)
        return cls(tuple(labels), tuple(rows))

    @property
    def total(self) -> int:
        """All texts."""
        return sum(map(sum, self.counts))

    @property
    def accuracy(self) -> float:
        """The share of texts whose label was told."""
        right = sum(row[index] for index, row in enumerate(self.counts))
        return right / self.total if self.total else 0.0

    @property
    def scores(self) -> tuple[LabelScore, ...]:
        """Precision, recall and F1 of every label."""
        return tuple(self._score(index) for index in range(len(self.labels)))

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the labels that are among the texts or were told, each counting alike."""
        told = [sum(row[index] for row in self.counts) for index in range(len(self.labels))]
        shown = [
            score.f1
            for score, number in zip(self.scores, told, strict=True)
            if score.num_texts or number
        ]
        return sum(shown) / len(shown) if shown else 0.0

    def _score(self, index: int) -> LabelScore:
        right = self.counts[index][index]
        num_texts = sum(self.counts[index])
        num_told = sum(row[index] for row in self.counts)
        precision = right / num_told if num_told else 0.0
        recall = right / num_texts if num_texts else 0.0
        both = precision + recall
        f1 = 2 * precision * recall / both if both else 0.0
        return LabelScore(self.labels[index], precision, recall, f1, num_texts)


def always(label: str, labels: Sequence[str], truths: Iterable[str]) -> Confusion:
    """What saying one and the same label reaches."""
    return Confusion.of(labels, ((truth, label) for truth in truths))
