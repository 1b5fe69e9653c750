"""One fine-tuning: prepared, trained, held against its base, written."""

import asyncio
import gc
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bot.config import Settings
from bot.domain.errors import BotError, InvalidParameter
from bot.domain.template import TEMPLATES
from bot.generation.catalog import Catalog
from bot.measure import Contest, Shares
from bot.plain_table import plain_table
from bot.run_papers import write_papers
from bot.training.finetuning.base import Base
from bot.training.finetuning.learning import finish
from bot.training.finetuning.material import Material
from bot.training.finetuning.plan import Wishes, plan_for
from bot.training.finetuning.preflight import duration, preflight
from bot.training.finetuning.prepared import Prepared
from bot.training.finetuning.session import chosen_device, prepare, trained
from bot.training.run_record import RunRecord
from bot.training_bar import training_bar


@dataclass(frozen=True, slots=True)
class Tuning:
    """A base and material that become the run `name` in `folder`, as wished for."""

    settings: Settings
    name: str
    base: Base
    material: Material
    wishes: Wishes
    questions: tuple[Path, ...]
    folder: Path
    console: Console

    def run(self, *, is_dry: bool) -> None:
        """All of it; a dry run ends with the preflight table.

        Raises:
            BotError: one sentence that says what is wrong, or what would fit instead.
        """
        prepared = self.prepared(self.wishes)
        contest = self.contest(prepared)
        self.show(preflight(prepared))
        if is_dry:
            return
        record = self.trained(prepared, self.folder)
        base = contest.of_base(self.base)
        run = contest.shares(self.name, self.folder, record.template)
        self.finish(record, contest, base, run)

    def prepared(self, wishes: Wishes) -> Prepared:
        """The run with its rows, fitted into memory."""
        plan = plan_for(self.base.shape, wishes)
        device = chosen_device(self.settings.generation.device)
        return prepare(self.name, self.base, self.material, plan, device, rows_in=self.folder)

    def contest(self, prepared: Prepared) -> Contest:
        """What is asked afterwards."""
        return Contest(self.settings, prepared.exam, self.questions)

    def trained(self, prepared: Prepared, folder: Path) -> RunRecord:
        """Train with a bar; what it took is free again afterwards."""
        with training_bar(prepared.num_steps) as show:
            record = trained(prepared, folder, datetime.now(UTC), show)
        gc.collect()  # the trainer and its model know each other
        return record

    def finish(self, record: RunRecord, contest: Contest, base: Shares, run: Shares) -> None:
        """Write figures and papers, make a model of the folder, and say so."""
        reworded, rightness = contest.verdicts(base, run)
        record = replace(record, reworded=reworded, rightness=rightness)
        asyncio.run(write_papers(self.folder, record))
        finish(record, self.folder)
        self.console.print(f"trained in {duration(record.seconds)}; {record.figures}")
        self.console.print(
            f"{self.name} is in {self.folder}; let it answer: /model switch {self.name}"
        )

    def show(self, rows: Iterable[tuple[str, ...]], *headings: str) -> None:
        """Print a table."""
        self.console.print(plain_table(rows, *headings))


def base_of(name: str, catalog: Catalog) -> Base:
    """A model of the catalogue, or a folder; of a folder's template only a run's is known.

    Raises:
        BotError: there is none, it is a classifier, or its template is not known.
    """
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
