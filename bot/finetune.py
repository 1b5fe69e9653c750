"""What `lectern finetune` does with its words, before anything is trained."""

import asyncio
import fcntl
import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bot.config import Settings
from bot.domain.errors import InvalidParameter, ModelUnavailable
from bot.generation.catalog import Catalog
from bot.handbook import load_topics
from bot.log import configure_logging
from bot.parts import make_catalog
from bot.training.finetuning.grid import SWEEP
from bot.training.runs_folder import CHECKPOINTS, RunsFolder

HANDBOOK = "handbook"
NEEDED = ("accelerate", "datasets", "peft")
METHODS = ("full", "lora")


@dataclass(frozen=True, slots=True)
class Order:
    """The words of the command line; None is "as it suits"."""

    name: str
    base: str
    data: tuple[str, ...]
    method: str
    epochs: int | None
    learning_rate: float | None
    batch: int | None
    context: int | None
    wordings: int | None
    validation: float
    seed: int
    questions: tuple[Path, ...] = ()
    sweep: str | None = None
    is_dry: bool = False


def run_finetune(settings: Settings, order: Order) -> None:
    """Train as ordered and write the run's folder.

    Raises:
        BotError: one sentence that says what is wrong, or what would fit instead.
        KeyboardInterrupt: it was stopped; what to do to go on was printed.
    """
    check(order)
    configure_logging("ERROR", "text")
    catalog, runs = make_catalog(settings), RunsFolder(settings.training.runs)
    # Transformers takes seconds to import; what is wrong with the words comes first.
    from bot.sweep import Sweep
    from bot.training.finetuning.plan import TuningMethod, Wishes
    from bot.training.finetuning.reading import read_material
    from bot.tuning import Tuning, base_of

    base = base_of(order.base, catalog)
    wishes = Wishes(
        TuningMethod(order.method),
        order.epochs,
        order.learning_rate,
        order.batch,
        order.context,
        order.wordings,
        order.validation,
        order.seed,
    )
    folder = runs.new_folder(order.name, taken_names(catalog, runs))
    with training_in(folder):
        topics = load_topics() if HANDBOOK in order.data else ()
        paths = [Path(each) for each in order.data if each != HANDBOOK]
        material = asyncio.run(read_material(paths, topics))
        console = Console(highlight=False, soft_wrap=True, markup=False)
        tuning = Tuning(
            settings, order.name, base, material, wishes, order.questions, folder, console
        )
        if order.sweep is None:
            tuning.run(is_dry=order.is_dry)
        else:
            Sweep(tuning, order.sweep).run(is_dry=order.is_dry)


def check(order: Order) -> None:
    """Refuse what no import is needed for.

    Raises:
        ModelUnavailable: packages are missing that only training needs.
        InvalidParameter: there is no such method.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ModelUnavailable(
            f"Fine-tuning needs {' and '.join(missing)}; install them with "
            "`pip install -c constraints.txt -e '.[train]'`."
        )
    if order.method not in METHODS:
        raise InvalidParameter("--method is full or lora.")


def taken_names(catalog: Catalog, runs: RunsFolder) -> list[str]:
    """Names of models that are no runs; those of runs are told in other words."""
    finished = {record.name for record in runs.all()}
    return [spec.name for spec in catalog.specs if spec.name not in finished]


@contextmanager
def training_in(folder: Path) -> Iterator[None]:
    """Keep other processes out, say how to go on after Ctrl-C, and leave no empty folder.

    The folder itself is locked, which leaves no file; the system frees it if the process dies.

    Raises:
        InvalidParameter: another process trains there.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _lock(descriptor, folder.name)
        yield
    except KeyboardInterrupt:
        has_checkpoint = any(folder.glob(f"**/{CHECKPOINTS}/checkpoint-*"))
        goes_on = (
            "stopped; the same command goes on at the last checkpoint"
            if has_checkpoint or (folder / SWEEP).exists()
            else "stopped before the first checkpoint; the same command begins again"
        )
        Console(stderr=True, highlight=False, soft_wrap=True, markup=False).print(
            f"{goes_on}, and `lectern runs remove {folder.name}` forgets it"
        )
        raise
    finally:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
        os.close(descriptor)


def _lock(descriptor: int, name: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise InvalidParameter(
            f"{name} is being trained by another process right now; let it end, or stop it first."
        ) from None
