"""What a run's folder says of itself: `run.json`, which makes the folder a model.

Needs neither torch nor transformers, so that the catalogue can read it.
"""

import hashlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

RECORD = "run.json"
WRITE, CLASSIFY = "write", "classify"
"""What a run was trained to do: to write text, or to tell which label a text has."""

IMPORTED = "It was imported, so nobody measured here whether it is better than its base."


@dataclass(frozen=True, slots=True)
class Rightness:
    """Shares of right answers to questions that were held back, from memory alone.

    Of the `questions`, `by_code` were worded by code and not by people.
    """

    questions: int
    base: float
    run: float
    by_code: int = 0


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A finished run. Losses are nats per token on documents that were held back.

    `reworded` is about questions whose answers were learned from other wordings, `rightness` about
    those of files. `bytes_per_token` are those of the text behind the losses. `base` is None and
    the figures are where it was imported. Of a classifier, `labels` are its
    labels in the order of its outputs, `accuracy` and `macro_f1` what it reaches on `num_tested`
    texts that were held back, and `baseline_…` what always saying the most common label reaches.
    """

    name: str
    template: str
    created: str
    base: str | None = None
    method: str | None = None
    plan: Mapping[str, Any] = field(default_factory=dict)
    num_parameters: int = 0
    num_steps: int = 0
    num_tokens: int = 0
    seconds: float = 0.0
    base_loss: float | None = None
    loss: float | None = None
    train_loss: float | None = None
    bytes_per_token: float | None = None
    reworded: Rightness | None = None
    rightness: Rightness | None = None
    sample_questions: tuple[str, ...] = ()
    task: str = WRITE
    labels: tuple[str, ...] = ()
    num_tested: int = 0
    accuracy: float | None = None
    macro_f1: float | None = None
    baseline_accuracy: float | None = None
    baseline_macro_f1: float | None = None

    @property
    def is_classifier(self) -> bool:
        """Whether it tells labels; such a run writes nothing and is no model to switch to."""
        return self.task == CLASSIFY

    @property
    def revision(self) -> str:
        """Tells it from another run that had its name: 40 hexadecimal digits, as of a commit."""
        told = f"{self.name} {self.created} {self.base} {dict(self.plan)} {self.train_loss}"
        return hashlib.sha256(told.encode()).hexdigest()[:40]

    @property
    def figures(self) -> str:
        """Whether it is better than its base, in a sentence or two."""
        if self.is_classifier:
            return self._classifier_figures
        parts = []
        asked = self.rightness or self.reworded
        if asked is not None:
            which = "of the files named" if self.rightness else "that were held back"
            by_code = f", {asked.by_code} of them worded by code" if asked.by_code else ""
            parts.append(
                f"Right from memory: {asked.base:.0%} ({self.base}) → {asked.run:.0%} of "
                f"{asked.questions} questions {which}{by_code}."
            )
        if self.base_loss is not None and self.loss is not None:
            parts.append(
                f"Perplexity on documents that were held back: {perplexity(self.base_loss)} "
                f"({self.base}) → {perplexity(self.loss)}."
            )
        if not parts and self.base is None:
            return IMPORTED
        return " ".join(parts) or "Nothing was held back on which it could be measured."

    @property
    def bits(self) -> tuple[float, float] | None:
        """Bits per byte of base and run on what was held back; vocabularies do not matter."""
        if self.base_loss is None or self.loss is None or not self.bytes_per_token:
            return None
        per_nat = 1 / (math.log(2) * self.bytes_per_token)
        return self.base_loss * per_nat, self.loss * per_nat

    @property
    def _classifier_figures(self) -> str:
        if self.accuracy is None or self.macro_f1 is None:
            return ""
        baseline = ""
        if self.baseline_accuracy is not None:
            baseline = f" (always the most common label: {self.baseline_accuracy:.1%})"
        return (
            f"Right: {self.accuracy:.1%} of {self.num_tested:,} texts that were held back"
            f"{baseline}; macro-F1 {self.macro_f1:.3f}."
        )

    @classmethod
    def read(cls, folder: Path) -> "RunRecord | None":
        """The record in a folder; None if it holds no finished run."""
        try:
            raw = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            known = {each.name: raw[each.name] for each in fields(cls) if each.name in raw}
            for name in ("reworded", "rightness"):
                asked = known.get(name)
                known[name] = None if asked is None else Rightness(**asked)
            for name in ("sample_questions", "labels"):
                known[name] = tuple(known.get(name, ()))
            return cls(**known)
        except (OSError, ValueError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        """Put it into its folder, whole or not at all."""
        written = folder / f"{RECORD}.new"
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        written.write_text(text + "\n", encoding="utf-8")
        os.replace(written, folder / RECORD)  # noqa: PTH105


def perplexity(loss: float) -> str:
    """e to the loss, in three digits."""
    return (
        f"{math.exp(min(loss, 50.0)):,.3g}" if loss < 6.9 else f"{math.exp(min(loss, 50.0)):,.0f}"
    )
