"""What `lectern finetune` does: material, preflight, training, figures, card."""

import importlib.util
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from bot.config import Settings
from bot.domain.charts import Bars, Series, Sheet
from bot.domain.errors import BotError, InvalidParameter, ModelUnavailable
from bot.domain.template import TEMPLATES
from bot.domain.theme import Theme
from bot.evaluate import share_remembered
from bot.figures.studio import Studio
from bot.handbook import load_topics
from bot.log import configure_logging
from bot.parts import make_catalog
from bot.training.run_record import Rightness, RunRecord
from bot.training.runs_folder import RunsFolder

HANDBOOK = "handbook"
NEEDED = ("accelerate", "peft")
LINE_EVERY = 25
MAX_POINTS = 13


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
    questions: tuple[Path, ...]
    is_dry: bool


async def run_finetune(settings: Settings, order: Order) -> None:
    """Train as ordered and write the run's folder.

    Raises:
        BotError: one sentence that says what is wrong, or what would fit instead.
    """
    check_extra()
    configure_logging("ERROR", "text")
    console = Console(highlight=False, soft_wrap=True)
    catalog = make_catalog(settings)
    runs = RunsFolder(settings.training.runs)
    # Transformers takes seconds to import; what is wrong with the words comes first.
    from bot.training.finetuning.plan import TuningMethod, Wishes, plan_for
    from bot.training.finetuning.preflight import duration, preflight
    from bot.training.finetuning.reading import read_material
    from bot.training.finetuning.session import chosen_device, prepare, run

    if order.method not in [each.value for each in TuningMethod]:
        raise InvalidParameter("--method is full or lora.")
    base = base_named(order.base, catalog)
    folder = runs.new_folder(order.name, taken_names(catalog, runs))
    try:
        topics = load_topics() if HANDBOOK in order.data else ()
        paths = [Path(each) for each in order.data if each != HANDBOOK]
        material = await read_material(paths, topics)
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
        device = chosen_device(settings.generation.device)
        prepared = prepare(order.name, base, material, plan_for(base.shape, wishes), device)
        console.print(preflight_table(preflight(prepared)))
        if order.is_dry:
            return
        with progress_bar(prepared.num_steps) as show:
            record = run(prepared, folder, datetime.now(UTC), show)
    finally:
        if not any(folder.iterdir()):
            folder.rmdir()
    console.print(f"trained in {duration(record.seconds)}; {record.figures or 'nothing held back'}")
    record = await _measured(settings, order, record)
    record.write(folder)
    await _papers(folder, record)
    console.print(f"{order.name} is in {folder}; let it answer: /model switch {order.name}")
    if record.rightness is not None:
        console.print(record.figures)


def taken_names(catalog: Any, runs: RunsFolder) -> list[str]:
    """Names of models that are no runs; those of runs are told in other words."""
    finished = {record.name for record in runs.all()}
    return [spec.name for spec in catalog.specs if spec.name not in finished]


def check_extra() -> None:
    """Refuse where the packages are missing that only training needs.

    Raises:
        ModelUnavailable: says how they are installed.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise ModelUnavailable(
            f"Fine-tuning needs {' and '.join(missing)}; install them with "
            "`pip install -c constraints.txt -e '.[train]'`."
        )


def base_named(name: str, catalog: Any) -> Any:
    """A model of the catalogue, or a folder; of a folder's template only a run's is known.

    Raises:
        BotError: there is none, it is a classifier, or its template is not known.
    """
    from bot.training.finetuning.base import Base

    folder = Path(name)
    if name not in [spec.name for spec in catalog.specs] and folder.is_dir():
        record = RunRecord.read(folder)
        if record is not None and record.is_classifier:
            raise InvalidParameter(f"{name} is a classifier; a run needs a model that writes.")
        return Base.of(folder.name, folder, record.template if record else "base")
    spec = catalog.spec(name)
    if spec.template not in TEMPLATES:
        raise BotError(f"{name} has no template that is known.")
    return Base.of(name, catalog.folder(name), spec.template)


async def _measured(settings: Settings, order: Order, record: RunRecord) -> RunRecord:
    """The record with right answers of base and run, if questions were named."""
    if not order.questions or record.base is None:
        return record
    shares = {}
    for name in (record.base, record.name):
        shares[name], number = await share_remembered(settings, order.questions, name)
    return replace(record, rightness=Rightness(number, shares[record.base], shares[record.name]))


async def _papers(folder: Path, record: RunRecord) -> None:
    """The plot of the losses and the model card."""
    from bot.training.finetuning.run_card import run_card

    manifest = json.loads((folder / "data.json").read_text(encoding="utf-8"))
    history = json.loads((folder / "history.json").read_text(encoding="utf-8"))
    try:
        async with Studio() as studio:
            png = await studio.sheet(loss_sheet(record.name, history), Theme.LIGHT)
        (folder / "loss.png").write_bytes(png)
        has_plot = True
    except BotError:
        has_plot = False  # the numbers are in history.json
    card = run_card(record, manifest, has_plot=has_plot)
    (folder / "README.md").write_text(card, encoding="utf-8")


def loss_sheet(
    name: str, history: Sequence[dict[str, float]], unit: str = "nats per token"
) -> Sheet:
    """Losses by step: of what was learned since the last look, and of what was held back."""
    looks = [entry for entry in history if "eval_loss" in entry]
    steps = [entry for entry in history if "loss" in entry]
    last = int(steps[-1]["step"]) if steps else 0
    points = [int(look["step"]) for look in looks if look["step"]]
    if not points:
        stride = max(last // MAX_POINTS, 1)
        points = list(range(stride, last + 1, stride))
    learned = []
    for before, point in zip([0, *points], points, strict=False):
        some = [entry["loss"] for entry in steps if before < entry["step"] <= point]
        learned.append(sum(some) / len(some) if some else 0.0)
    series = [Series("learned", tuple(learned))]
    by_step = {int(look["step"]): look["eval_loss"] for look in looks}
    if by_step:
        series.append(Series("held back", tuple(by_step[point] for point in points)))
    labels = tuple(f"step {point:,}" for point in points)
    return Sheet(name, (Bars("Loss by step", labels, tuple(series), unit),))


def preflight_table(rows: Sequence[tuple[str, str]]) -> Table:
    """What is printed before a run."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, value in rows:
        table.add_row(name, Text(value))  # a label in it may look like markup
    return table


@contextmanager
def progress_bar(num_steps: int) -> Iterator[Any]:
    """A bar in a terminal; a file or pipe gets a line now and then."""
    console = Console(file=sys.stderr, highlight=False)
    with Progress(
        TextColumn("training"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[words]}"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bars:
        bar = bars.add_task("training", total=num_steps, words="")
        started, num_tokens = time.monotonic(), 0

        def show(stage: Any) -> None:
            nonlocal num_tokens
            num_tokens += stage.num_tokens
            seconds = max(time.monotonic() - started, 1e-6)
            held = stage.validation_loss
            words = f"loss {stage.loss:.3f}"
            words += "" if held is None else f", held back {held:.3f}"
            words += f", {num_tokens / seconds:,.0f} tokens/s"
            bars.update(bar, completed=stage.step, words=words)
            is_due = stage.step % LINE_EVERY == 0 or stage.step == stage.num_steps
            if not console.is_terminal and is_due:
                console.print(f"step {stage.step:,} of {stage.num_steps:,}, {words}")

        yield show
