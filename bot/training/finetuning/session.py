"""A run from material to a folder that can be served: prepare, train, write."""

import hashlib
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import torch
from transformers import set_seed
from transformers.utils import logging

from bot.domain.errors import InvalidParameter
from bot.domain.template import template_named
from bot.training.finetuning.adapters import merged, with_adapters
from bot.training.finetuning.asking import Asking
from bot.training.finetuning.base import TOKENIZER_FILES, Base
from bot.training.finetuning.material import Example, Material
from bot.training.finetuning.memory import (
    Estimate,
    available_bytes,
    estimate,
    fitted,
    program_bytes,
)
from bot.training.finetuning.plan import Plan, TuningMethod
from bot.training.finetuning.rows import Row, Rows, alike
from bot.training.finetuning.run_files import (
    UNDER_WAY,
    enter,
    plain,
    unwritten,
    write_json,
    write_weights,
)
from bot.training.finetuning.split import Split, split
from bot.training.finetuning.stages import Stage
from bot.training.finetuning.trainer import Readings, train
from bot.training.run_record import RunRecord
from bot.training.runs_folder import CHECKPOINTS

MIN_LEARNED = 200
NUM_SAMPLE_QUESTIONS = 5
NUM_CHECKPOINTS = 20
MIN_STEPS_BETWEEN_CHECKPOINTS = 10


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that a run needs, and what it will need of the machine."""

    name: str
    base: Base
    material: Material
    split: Split
    plan: Plan
    readings: Readings
    estimate: Estimate
    available: int
    device: str
    fingerprint: str
    sample_questions: tuple[str, ...]

    @property
    def num_tokens(self) -> int:
        """Tokens that all steps read."""
        return sum(len(row.ids) for row in self.readings.learned)

    @property
    def num_steps(self) -> int:
        """Steps of the whole run."""
        return -(-len(self.readings.learned) // self.plan.batch)


def prepare(
    name: str, base: Base, material: Material, plan: Plan, device: str, available: int | None = None
) -> Prepared:
    """Make the rows and fit the plan into memory; nothing is loaded and nothing written.

    Raises:
        InvalidParameter: there is too little to learn.
        NotEnoughMemory: it cannot fit; the text says what would.
        ModelUnavailable: the base's tokenizer cannot be used.
    """
    vocabulary = base.vocabulary()
    template = template_named(base.template)
    rows = Rows(vocabulary, template, plan.row_length, plan.beginnings, plan.is_packed)
    halves = split(material, plan.validation)
    asking = Asking(material.examples)
    learned: list[Row] = []
    for epoch in range(plan.epochs):
        chance = random.Random(f"{plan.seed}:{epoch}")

        def word(example: Example, chance: random.Random = chance, first: bool = epoch == 0) -> str:
            return asking.question(example, chance, as_asked=first)

        papers = halves.learned.papers if epoch % plan.paper_every == 0 else ()
        half = replace(halves.learned, papers=papers)
        learned += rows.of(half, word, chance, plan.wordings)
        if epoch == 0:
            _check_is_enough(sum(row.num_learned for row in learned))
    if not plan.is_packed:
        learned = alike(learned, plan.batch, random.Random(f"{plan.seed}:order"))
    chance = random.Random(f"{plan.seed}:validation")
    validated = replace(rows, beginnings=0.0).of(
        halves.validated, lambda each: asking.question(each, chance, as_asked=True), chance
    )
    share = sum(row.num_learned for row in learned) / sum(len(row.ids) for row in learned)
    program = program_bytes(device)
    memory = available_bytes(device) if available is None else available
    plan = fitted(base.shape, plan, share, program, memory, device)
    chance = random.Random(f"{plan.seed}:samples")
    examples = list(halves.learned.examples)
    drawn = chance.sample(examples, min(NUM_SAMPLE_QUESTIONS, len(examples)))
    return Prepared(
        name=name,
        base=base,
        material=material,
        split=halves,
        plan=plan,
        readings=Readings(learned, validated, vocabulary.end_of_text_id),
        estimate=estimate(base.shape, plan, share, program),
        available=memory,
        device=device,
        fingerprint=_fingerprint(base, material, plan),
        sample_questions=tuple(asking.question(each, chance, as_asked=True) for each in drawn),
    )


def _check_is_enough(num_learned: int) -> None:
    """The first epoch reads everything."""
    if num_learned < MIN_LEARNED:
        raise InvalidParameter(
            f"There are only {num_learned:,} tokens to learn, which is too little to learn from; "
            "give some pages of text or a few dozen questions with answers."
        )


def run(
    prepared: Prepared, folder: Path, at: datetime, on_stage: Callable[[Stage], None]
) -> RunRecord:
    """Train and write the run's folder; one that was killed goes on at its last checkpoint.

    `run.json` is written last: with it the folder is a model.

    Raises:
        BotError: another run is under way in that folder, the loss is not a number, or the disk
            is full; the last checkpoint stays.
    """
    enter(prepared.name, prepared.fingerprint, folder)
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    set_seed(prepared.plan.seed)
    started = time.monotonic()
    model: Any = prepared.base.load(prepared.plan.dropout)
    if prepared.plan.method is TuningMethod.LORA:
        model = with_adapters(model, prepared.plan)
    history = train(
        model,
        prepared.readings,
        prepared.plan,
        folder / CHECKPOINTS,
        prepared.device,
        max(prepared.num_steps // NUM_CHECKPOINTS, MIN_STEPS_BETWEEN_CHECKPOINTS),
        on_stage,
    )
    seconds = time.monotonic() - started
    losses = [entry["eval_loss"] for entry in history if "eval_loss" in entry]
    steps = [entry["loss"] for entry in history if "loss" in entry]
    record = RunRecord(
        name=prepared.name,
        template=prepared.plan.template_of_run(prepared.base.template),
        created=at.isoformat(timespec="seconds"),
        base=prepared.base.name,
        method=prepared.plan.method.value,
        plan=prepared.plan.as_dict(),
        num_parameters=prepared.base.shape.num_parameters,
        num_steps=len(steps),
        num_tokens=prepared.num_tokens,
        seconds=round(seconds, 1),
        base_loss=losses[0] if losses else None,
        loss=losses[-1] if losses else None,
        train_loss=sum(steps[-10:]) / max(len(steps[-10:]), 1),
        sample_questions=prepared.sample_questions,
    )
    _write(prepared, merged(model), folder, history)
    record.write(folder)
    shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)
    (folder / UNDER_WAY).unlink(missing_ok=True)
    return record


def _write(prepared: Prepared, model: Any, folder: Path, history: list[dict[str, float]]) -> None:
    """Weights as the base's are stored, its configuration and tokenizer, data and losses."""
    base = prepared.base
    try:
        write_weights(model, folder, base.stored_as)
        for name in ("config.json", *TOKENIZER_FILES):
            if (base.folder / name).is_file():
                shutil.copyfile(base.folder / name, folder / name)
        write_json(folder / "data.json", manifest(prepared))
        write_json(folder / "history.json", [plain(entry) for entry in history])
    except OSError as error:
        raise unwritten(folder, error) from error


def manifest(prepared: Prepared) -> dict[str, Any]:
    """What was learned from, file by file with hashes, and what was held back."""
    return {
        "files": [asdict(file) for file in prepared.material.files],
        "documents": len(prepared.material.papers),
        "examples": len(prepared.material.examples),
        "duplicates left out": prepared.material.num_duplicates,
        "held out": list(prepared.split.held_out),
        "rows learned": len(prepared.readings.learned),
        "rows validated": len(prepared.readings.validated),
        "base weights": prepared.base.fingerprint(),
    }


def _fingerprint(base: Base, material: Material, plan: Plan) -> str:
    """What must be the same for a run to go on; how rows are shared out in memory need not."""
    numbers = replace(plan, rows_at_once=1, recomputes=False)
    told = f"{base.name} {base.fingerprint()} {numbers} {material.files}"
    return hashlib.sha256(told.encode()).hexdigest()


def chosen_device(wanted: str) -> str:
    """ "auto" is the GPU where there is one."""
    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return wanted
