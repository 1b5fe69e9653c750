"""Learning that a kill does not undo: what runs of every task have in common."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from transformers import set_seed
from transformers.utils import logging

from bot.training.finetuning.adapters import merged
from bot.training.finetuning.plan import Plan
from bot.training.finetuning.stages import Stage
from bot.training.finetuning.trainer import Learnable, train
from bot.training.finetuning.under_way import UNDER_WAY, Mark, going_on
from bot.training.run_record import RunRecord
from bot.training.runs_folder import CHECKPOINTS

NUM_CHECKPOINTS, MIN_STEPS_BETWEEN_CHECKPOINTS = 20, 10


class Ready(Protocol):
    """A run that is ready to start; see `Mark` for `fingerprint` and `kin`."""

    @property
    def name(self) -> str:
        """The run's."""

    @property
    def plan(self) -> Plan:
        """Its numbers."""

    @property
    def readings(self) -> Learnable:
        """Its rows."""

    @property
    def device(self) -> str:
        """Where it is trained."""

    @property
    def fingerprint(self) -> str:
        """The same for runs that end with the same weights."""

    @property
    def kin(self) -> str:
        """The same for runs that may differ in their learning rate."""

    @property
    def num_steps(self) -> int:
        """Steps of the whole run."""


def learn(
    ready: Ready, load: Callable[[], Any], folder: Path, on_stage: Callable[[Stage], None]
) -> tuple[Any, list[dict[str, float]]]:
    """Train what `load` gives, with corrections merged at the end, and return it and the log.

    What was killed goes on at its last checkpoint in `folder`. Chance is seeded before `load`.

    Raises:
        BotError: another run is under way in that folder, the loss is not a number, or the disk
            is full; the last checkpoint stays.
    """
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    with going_on(Mark(ready.fingerprint, ready.kin), folder, ready.name):
        set_seed(ready.plan.seed)
        model = load()
        history = train(
            model,
            ready.readings,
            ready.plan,
            folder / CHECKPOINTS,
            ready.device,
            max(ready.num_steps // NUM_CHECKPOINTS, MIN_STEPS_BETWEEN_CHECKPOINTS),
            on_stage,
        )
    return merged(model), history


def finish(record: RunRecord, folder: Path) -> None:
    """Write `run.json`, with which the folder is a run, and delete what only training needs."""
    record.write(folder)
    shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)
    (folder / UNDER_WAY).unlink(missing_ok=True)
