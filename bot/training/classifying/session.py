"""A classifier from labelled texts to a folder that transformers reads: prepare, train, write."""

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import torch
from transformers import GPT2ForSequenceClassification

from bot.training.classifying.classifier_files import write_classifier
from bot.training.classifying.confusion import Confusion, always
from bot.training.classifying.labelled import LabelledTexts
from bot.training.classifying.plan import classifier_plan
from bot.training.classifying.split import LabelledSplit, split
from bot.training.classifying.text_rows import (
    TextReadings,
    TextRow,
    TextRows,
    alike_together,
    all_logits,
)
from bot.training.finetuning.adapters import TO_CLASSIFY, with_adapters
from bot.training.finetuning.base import Base
from bot.training.finetuning.learning import finish, learn
from bot.training.finetuning.memory import (
    Estimate,
    available_bytes,
    estimate,
    fitted,
    program_bytes,
)
from bot.training.finetuning.plan import Plan, TuningMethod, Wishes
from bot.training.finetuning.run_files import plain, unwritten, write_json
from bot.training.finetuning.stages import Stage
from bot.training.run_record import CLASSIFY, RunRecord


@dataclass(frozen=True, slots=True)
class PreparedClassifier:
    """Everything that a run needs, and what it will need of the machine.

    `num_cut` texts are longer than a row and lose their end.
    """

    name: str
    base: Base
    texts: LabelledTexts
    split: LabelledSplit
    plan: Plan
    readings: TextReadings
    estimate: Estimate
    available: int
    device: str
    fingerprint: str
    kin: str
    num_cut: int

    @property
    def num_tokens(self) -> int:
        """Tokens that all steps read."""
        return sum(len(row.ids) for row in self.readings.learned)

    @property
    def num_steps(self) -> int:
        """Steps of the whole run."""
        return -(-len(self.readings.learned) // self.plan.batch)

    @property
    def most_common(self) -> str:
        """The label that most of the learned texts have."""
        return Counter(each.label for each in self.split.learned).most_common(1)[0][0]


def prepare_classifier(
    name: str,
    base: Base,
    texts: LabelledTexts,
    wishes: Wishes,
    device: str,
    available: int | None = None,
) -> PreparedClassifier:
    """Make the rows and fit the plan into memory; nothing is loaded and nothing written.

    Raises:
        InvalidParameter: a number that cannot be.
        NotEnoughMemory: it cannot fit; the text says what would.
        ModelUnavailable: the base's tokenizer cannot be used.
    """
    vocabulary = base.vocabulary()
    lengths = [vocabulary.count(each.text) for each in texts.texts]
    # Greetings and slips make what people type a little longer.
    longest = max(lengths) + (8 if any(each.is_typed for each in texts.texts) else 0)
    plan = classifier_plan(base.shape, wishes, longest, len(texts.texts))
    rows = TextRows(vocabulary, texts.labels, plan.row_length)
    halves = split(texts.texts, plan.validation)
    learned: list[TextRow] = []
    for epoch in range(plan.epochs):
        learned += rows.of(halves.learned, random.Random(f"{plan.seed}:{epoch}"))
    learned = alike_together(learned, plan.batch, random.Random(f"{plan.seed}:batches"))
    program = program_bytes(device)
    memory = available_bytes(device) if available is None else available
    # The head is all that has logits: no share of the tokens needs the vocabulary's.
    plan = fitted(base.shape, plan, 0.0, program, memory, device)
    return PreparedClassifier(
        name=name,
        base=base,
        texts=texts,
        split=halves,
        plan=plan,
        readings=TextReadings(
            learned,
            rows.of(halves.validated),
            vocabulary.end_of_text_id,
            label_weights(halves, texts.labels),
        ),
        estimate=estimate(base.shape, plan, 0.0, program),
        available=memory,
        device=device,
        fingerprint=_fingerprint(base, texts, plan),
        kin=_fingerprint(base, texts, replace(plan, learning_rate=0.0)),
        num_cut=sum(length > plan.row_length for length in lengths),
    )


def label_weights(halves: LabelledSplit, labels: tuple[str, ...]) -> tuple[float, ...]:
    """How much a text of each label counts: rare ones more, by the root of how rare they are.

    Their mean over the learned texts is 1.
    """
    counts = Counter(each.label for each in halves.learned)
    roots = {label: counts[label] ** -0.5 for label in counts}
    mean = sum(counts[label] * roots[label] for label in counts) / sum(counts.values())
    return tuple(roots[label] / mean for label in labels)


def run_classifier(
    prepared: PreparedClassifier, folder: Path, at: datetime, on_stage: Callable[[Stage], None]
) -> tuple[RunRecord, Confusion]:
    """Train and write the run's folder; one that was killed goes on at its last checkpoint.

    `run.json` is written last: with it the folder is a run. The confusion is that of what was
    held back.

    Raises:
        BotError: another run is under way in that folder, the loss is not a number, or the disk
            is full; the last checkpoint stays.
    """
    model, history = learn(prepared, lambda: _model(prepared), folder, on_stage)
    confusion = tested(prepared, model)
    record = _record(prepared, confusion, history, at)
    try:
        write_classifier(model, prepared.base, prepared.texts.labels, folder)
        write_json(folder / "data.json", manifest(prepared))
        write_json(folder / "history.json", [plain(entry) for entry in history])
        write_json(folder / "confusion.json", asdict(confusion))
        finish(record, folder)
    except OSError as error:
        raise unwritten(folder, error) from error
    return record, confusion


def _model(prepared: PreparedClassifier) -> Any:
    labels = prepared.texts.labels
    model = prepared.base.load(
        prepared.plan.dropout,
        GPT2ForSequenceClassification,
        num_labels=len(labels),
        pad_token_id=prepared.readings.padding,
    )
    if prepared.plan.method is TuningMethod.LORA:
        return with_adapters(model, prepared.plan, TO_CLASSIFY)
    return model


def tested(prepared: PreparedClassifier, model: Any) -> Confusion:
    """What the model says of what was held back."""
    labels, rows = prepared.texts.labels, prepared.readings.validated
    if not rows:
        return Confusion.of(labels, ())
    told = torch.cat(all_logits(model, rows, prepared.readings.padding)).argmax(-1).tolist()
    truths = (labels[row.label] for row in rows)
    return Confusion.of(labels, zip(truths, (labels[index] for index in told), strict=True))


def _record(
    prepared: PreparedClassifier,
    confusion: Confusion,
    history: list[dict[str, float]],
    at: datetime,
) -> RunRecord:
    steps = [entry["loss"] for entry in history if "loss" in entry]
    truths = [each.label for each in prepared.split.validated]
    baseline = always(prepared.most_common, prepared.texts.labels, truths)
    is_tested = confusion.total > 0
    return RunRecord(
        name=prepared.name,
        template=prepared.base.template,
        created=at.isoformat(timespec="seconds"),
        base=prepared.base.name,
        method=prepared.plan.method.value,
        plan=prepared.plan.as_dict(),
        num_parameters=prepared.base.shape.num_parameters,
        num_steps=len(steps),
        num_tokens=prepared.num_tokens,
        seconds=round(sum(entry.get("seconds", 0.0) for entry in history), 1),
        train_loss=sum(steps[-10:]) / max(len(steps[-10:]), 1),
        task=CLASSIFY,
        labels=prepared.texts.labels,
        num_tested=confusion.total,
        accuracy=confusion.accuracy if is_tested else None,
        macro_f1=confusion.macro_f1 if is_tested else None,
        baseline_accuracy=baseline.accuracy if is_tested else None,
        baseline_macro_f1=baseline.macro_f1 if is_tested else None,
    )


def manifest(prepared: PreparedClassifier) -> dict[str, Any]:
    """What was learned from, file by file with hashes, and what was held back."""
    texts = prepared.texts
    learned = Counter(each.label for each in prepared.split.learned)
    validated = Counter(each.label for each in prepared.split.validated)
    return {
        "files": [asdict(file) for file in texts.files],
        "texts": len(texts.texts),
        "learned": {label: learned[label] for label in texts.labels},
        "held out": {label: validated[label] for label in texts.labels},
        "weights of labels": dict(
            zip(texts.labels, (round(w, 4) for w in prepared.readings.weights), strict=True)
        ),
        "duplicates left out": texts.num_duplicates,
        "contradictions left out": list(texts.contradictions),
        "labels respelled": list(texts.respelled),
        "texts cut": prepared.num_cut,
        "base weights": prepared.base.fingerprint(),
    }


def _fingerprint(base: Base, texts: LabelledTexts, plan: Plan) -> str:
    """What must be the same for a run to go on; how rows are shared out in memory need not."""
    numbers = replace(plan, rows_at_once=1, recomputes=False)
    told = f"{CLASSIFY} {base.name} {base.fingerprint()} {numbers} {texts.files}"
    return hashlib.sha256(told.encode()).hexdigest()
