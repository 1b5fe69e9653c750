"""Runs that tell labels, trained for a benchmark."""

import asyncio
from pathlib import Path

from benchmarks.asking import WRITER
from bot.classify import run_classify
from bot.config import Settings
from bot.finetune import Order
from bot.training.run_record import RunRecord


async def trained(
    runs: Path, name: str, data: str, epochs: int | None = None, rate: float | None = None
) -> RunRecord:
    """A run on labelled data, made from the starter unless it is there."""
    if (known := RunRecord.read(runs / name)) is not None:
        return known
    settings = Settings.model_validate({"training": {"runs": runs}})
    order = Order(
        name=name,
        base=WRITER,
        data=(data,),
        method="full",
        epochs=epochs,
        learning_rate=rate,
        batch=None,
        context=None,
        wordings=None,
        validation=0.1,
        seed=7,
        questions=(),
        is_dry=False,
    )
    await asyncio.to_thread(run_classify, settings, order)
    made = RunRecord.read(runs / name)
    if made is None:
        raise SystemExit(f"{name} was not trained.")
    print(made.figures, flush=True)
    return made
