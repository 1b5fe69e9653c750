"""A run from material to a folder that can be served: prepare, train, write."""

import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import torch

from bot.domain.errors import InvalidParameter
from bot.domain.template import template_named
from bot.training.finetuning.adapters import with_adapters
from bot.training.finetuning.asking import Asking
from bot.training.finetuning.base import Base
from bot.training.finetuning.exam import hold_exam, most_asked
from bot.training.finetuning.learning import finish, learn
from bot.training.finetuning.material import Example, Material
from bot.training.finetuning.memory import available_bytes, estimate, fitted, program_bytes
from bot.training.finetuning.plan import Plan, TuningMethod
from bot.training.finetuning.prepared import Prepared
from bot.training.finetuning.rows import IGNORED, Row, Rows, alike
from bot.training.finetuning.split import split
from bot.training.finetuning.stages import Stage
from bot.training.finetuning.stored_rows import StoredRows
from bot.training.finetuning.trainer import Readings
from bot.training.finetuning.written_run import write_run
from bot.training.run_record import RunRecord

MIN_LEARNED = 200
NUM_SAMPLE_QUESTIONS = 5


def prepare(
    name: str,
    base: Base,
    material: Material,
    plan: Plan,
    device: str,
    available: int | None = None,
    rows_in: Path | None = None,
) -> Prepared:
    """Hold the exam back, make the rows and fit the plan into memory; no weights are loaded.

    The rows are a file without a name in `rows_in`; see `StoredRows`.

    Raises:
        InvalidParameter: there is too little to learn.
        NotEnoughMemory: it cannot fit; the text says what would.
        ModelUnavailable: the base's tokenizer cannot be used.
    """
    vocabulary = base.vocabulary()
    template = template_named(base.template)
    rows = Rows(vocabulary, template, plan.row_length, plan.beginnings, plan.is_packed)
    halves = split(material, plan.validation)
    examples, exam = hold_exam(halves.learned.examples, most_asked(base.shape))
    halves = replace(halves, learned=replace(halves.learned, examples=examples))
    asking = Asking(material.examples)

    def of_all_epochs() -> Iterator[Row]:
        for epoch in range(plan.epochs):
            chance = random.Random(f"{plan.seed}:{epoch}")

            def word(
                example: Example, chance: random.Random = chance, first: bool = epoch == 0
            ) -> str:
                return asking.question(example, chance, as_asked=first)

            papers = halves.learned.papers if epoch % plan.paper_every == 0 else ()
            half = replace(halves.learned, papers=papers)
            found = rows.of(half, word, chance, plan.wordings)
            if epoch == 0:
                _check_is_enough(sum(row.num_learned for row in found))
            yield from found

    in_order = of_all_epochs()
    if not plan.is_packed:
        in_order = alike(in_order, plan.batch, random.Random(f"{plan.seed}:order"))
    learned = StoredRows(in_order, rows_in)
    chance = random.Random(f"{plan.seed}:validation")
    validated = replace(rows, beginnings=0.0).of(
        halves.validated, lambda each: asking.question(each, chance, as_asked=True), chance
    )
    share = learned.num_learned / learned.num_tokens
    program = program_bytes(device)
    memory = available_bytes(device) if available is None else available
    plan = fitted(base.shape, plan, share, program, memory, device)
    chance = random.Random(f"{plan.seed}:samples")
    drawn = chance.sample(examples, min(NUM_SAMPLE_QUESTIONS, len(examples)))
    said = [label for row in validated for label in row.labels[1:] if label != IGNORED]
    return Prepared(
        name=name,
        base=base,
        material=material,
        split=halves,
        plan=plan,
        readings=Readings(learned, validated, vocabulary.end_of_text_id),
        num_tokens=learned.num_tokens,
        estimate=estimate(base.shape, plan, share, program),
        available=memory,
        device=device,
        fingerprint=_fingerprint(base, material, plan),
        kin=_fingerprint(base, material, replace(plan, learning_rate=0.0)),
        exam=exam,
        sample_questions=tuple(asking.question(each, chance, as_asked=True) for each in drawn),
        bytes_per_token=vocabulary.num_bytes(said) / len(said) if said else None,
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
    """Train, write the run's folder and make a model of it; see `trained` and `finish`."""
    record = trained(prepared, folder, at, on_stage)
    finish(record, folder)
    return record


def trained(
    prepared: Prepared, folder: Path, at: datetime, on_stage: Callable[[Stage], None]
) -> RunRecord:
    """Train and write everything but `run.json`; what was killed goes on at its last checkpoint.

    Raises:
        BotError: another run is under way in that folder, the loss is not a number, or the disk
            is full; the last checkpoint stays.
    """
    model, history = learn(prepared, lambda: _model(prepared), folder, on_stage)
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
        seconds=round(sum(entry.get("seconds", 0.0) for entry in history), 1),
        base_loss=losses[0] if losses else None,
        loss=losses[-1] if losses else None,
        train_loss=sum(steps[-10:]) / max(len(steps[-10:]), 1),
        bytes_per_token=prepared.bytes_per_token,
        sample_questions=prepared.sample_questions,
    )
    write_run(prepared, model, folder, history)
    return record


def _model(prepared: Prepared) -> Any:
    model = prepared.base.load(prepared.plan.dropout)
    is_lora = prepared.plan.method is TuningMethod.LORA
    return with_adapters(model, prepared.plan) if is_lora else model


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
