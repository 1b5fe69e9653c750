"""`lectern finetune --sweep`: every combination of a grid is trained, the best becomes the run.

Each has a folder of its own below the run's until it is clear that another is better; then only
its numbers stay, in `sweep.json`. After a kill, those that are finished are not trained again.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from bot.domain.errors import BotError
from bot.measure import Contest, Shares
from bot.training.finetuning.grid import SWEEP, Cell, chosen, grid, may_win, rows_of
from bot.training.finetuning.memory import seconds
from bot.training.finetuning.plan import Wishes
from bot.training.finetuning.preflight import duration, preflight, size
from bot.training.finetuning.prepared import Prepared
from bot.training.finetuning.trainer import NoNumber
from bot.training.finetuning.under_way import Mark
from bot.training.run_record import RECORD, RunRecord
from bot.tuning import Tuning

CELLS = "sweep"
BASE = "base.json"
HEADINGS = ("numbers", "loss, held back", "right from memory", "minutes")


class Sweep:
    """A grid of runs.

    Raises:
        InvalidParameter: the words are no grid.
    """

    def __init__(self, tuning: Tuning, words: str) -> None:
        self._tuning = tuning
        self._grid = grid(words, tuning.wishes, tuning.base.shape)
        self._done: dict[str, Cell] = {}

    def run(self, *, is_dry: bool) -> None:
        """Train what is not trained yet, choose, and make the chosen one the run.

        Raises:
            BotError: a combination cannot fit, or all of them diverged.
        """
        tuning = self._tuning
        all_ = [self._prepared(label, wishes) for label, wishes in self._grid]
        self._done = {cell.label: cell for cell in Cell.read_all(tuning.folder / SWEEP)}
        self._show_preflight(all_)
        if is_dry:
            return
        told = hashlib.sha256("".join(each.fingerprint for each in all_).encode()).hexdigest()
        Mark(told, told).enter(tuning.folder, tuning.name)
        contest = Contest(tuning.settings, all_[0].exam, ())
        base = self._base_shares(contest)
        for (label, _), prepared in zip(self._grid, all_, strict=True):
            if label not in self._done:
                tuning.console.print(f"{label} …")
                self._keep(self._tried(label, prepared, contest))
        self._finish(all_[0], contest, base)

    def _prepared(self, label: str, wishes: Wishes) -> Prepared:
        try:
            return self._tuning.prepared(wishes)
        except BotError as refusal:
            raise type(refusal)(f"{label}: {refusal.text}") from None

    def _show_preflight(self, all_: list[Prepared]) -> None:
        """The first one's table, then every combination with what it needs."""
        self._tuning.show(preflight(all_[0])[:3])
        self._tuning.show(self._needs(all_), "numbers", "steps", "memory", "time")

    def _needs(self, all_: list[Prepared]) -> Iterator[tuple[str, ...]]:
        total, most = 0.0, 0
        for (label, _), each in zip(self._grid, all_, strict=True):
            lasting = seconds(each.base.shape, each.plan, each.num_tokens, each.device)
            memory = size(each.estimate.total)
            if label in self._done:
                yield label, f"{each.num_steps:,}", memory, "done"
                continue
            total, most = total + lasting, max(most, each.estimate.total)
            yield label, f"{each.num_steps:,}", memory, f"about {duration(lasting)}"
        free = size(all_[0].available)
        yield "all, one after the other", "", f"{size(most)} of {free}", f"about {duration(total)}"

    def _base_shares(self, contest: Contest) -> Shares:
        """What the base answers rightly; asked once."""
        path = self._tuning.folder / CELLS / BASE
        try:
            return Shares(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            shares = contest.of_base(self._tuning.base)
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(asdict(shares)) + "\n", encoding="utf-8")
            return shares

    def _tried(self, label: str, prepared: Prepared, contest: Contest) -> Cell:
        """Train one combination in its folder, and ask it."""
        folder = self._folder(label)
        folder.mkdir(exist_ok=True)
        try:
            record = self._tuning.trained(prepared, folder)
        except NoNumber as stop:
            self._tuning.console.print(stop.text.partition(";")[0])
            return Cell(label, diverged=True)
        shares = contest.shares(label, folder, record.template)
        record.write(folder)
        return Cell(label, record.loss, shares.exam, shares.num_exam, record.seconds)

    def _keep(self, cell: Cell) -> None:
        """Write the numbers down, then delete the folders of those that cannot win any more."""
        self._done[cell.label] = cell
        cells = list(self._done.values())
        Cell.write_all(cells, self._tuning.folder / SWEEP)
        for each in cells:
            if not may_win(each, cells):
                shutil.rmtree(self._folder(each.label), ignore_errors=True)

    def _finish(self, prepared: Prepared, contest: Contest, base: Shares) -> None:
        """Move the chosen one's files into the run's folder, and print the table."""
        tuning = self._tuning
        best = chosen(list(self._done.values()))
        cells = [replace(each, is_chosen=each == best) for each in self._done.values()]
        Cell.write_all(cells, tuning.folder / SWEEP)
        folder = self._folder(best.label)
        record = RunRecord.read(folder)
        if record is None:
            raise BotError(f"{folder} is damaged; remove it with `lectern runs remove`.")
        for file in sorted(each for each in folder.iterdir() if each.is_file()):
            if file.name != RECORD:
                os.replace(file, tuning.folder / file.name)  # noqa: PTH105
        run = Shares(best.right or 0.0, 0.0, best.asked, 0)
        if tuning.questions:
            contest = tuning.contest(prepared)
            base = contest.of_base(tuning.base)
            run = contest.shares(tuning.name, tuning.folder, record.template)
        tuning.show(rows_of(cells), *HEADINGS)
        tuning.finish(record, contest, base, run)
        shutil.rmtree(tuning.folder / CELLS, ignore_errors=True)

    def _folder(self, label: str) -> Path:
        return self._tuning.folder / CELLS / label.replace(" ", ",")
