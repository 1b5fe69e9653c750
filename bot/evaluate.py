"""`lectern evaluate` and `lectern calibrate`: question files through the real pipeline."""

import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from bot.app import calibration_key, running
from bot.config import Settings
from bot.config_classifiers import ClassifiersSection
from bot.domain.clues import QUOTED
from bot.domain.confidence import REMEMBERED, Calibration
from bot.domain.errors import BotError, InvalidParameter
from bot.evaluation import DEVELOPMENT
from bot.evaluation.fitting import Example, fitted, held_out, rounded, threshold
from bot.evaluation.judging import Worth
from bot.evaluation.questions import Row, read_rows
from bot.evaluation.rehearsal import Rehearsal
from bot.evaluation.report import markdown, report
from bot.evaluation.run import ASKER, SERVER, Result, Run
from bot.log import configure_logging
from bot.service.notes import NewFile
from bot.service.services import Services
from bot.storage.database import Database

TOLERATED_QUOTED, TOLERATED_REMEMBERED = 0.03, 0.03
"""Share of unanswerable questions that may still be answered."""
REMEMBERING = Calibration(enough_quoted=2.0, enough_remembered=0.0)
"""Never quotes and never abstains: what is shown is what the model knows by heart."""


async def run_evaluation(
    settings: Settings,
    questions: Sequence[Path],
    notes: Path | None,
    model: str | None,
    out: Path | None,
    compare: Path | None,
    *,
    from_memory: bool = False,
) -> None:
    """Ask everything and print the tables; with `out` also write them as JSON.

    With `from_memory` nothing is looked up: every answer is what the model knows by heart.

    Raises:
        BotError: a file cannot be used.
    """
    configure_logging("ERROR", "text")
    before = None if compare is None else _earlier(compare)
    name = model or settings.effective_default_model
    knowing = REMEMBERING if from_memory else None
    async with _asking(settings, questions, notes, name, knowing) as (services, rows):
        results = await _run(services, rows, name)
    found = report(results, name)
    Console().print(markdown(found, before), markup=False, highlight=False, soft_wrap=True)
    if out is not None:
        _write(out, found)


async def remembered(settings: Settings, rows: Sequence[Row], model: str) -> list[Result]:
    """What a model answers from memory to questions of people; several at once.

    Raises:
        BotError: the model cannot be loaded.
    """
    async with _serving(settings, model, REMEMBERING) as services:
        return await _run(services, rows, model, settings.generation.max_batch)


def share_right(results: Sequence[Result]) -> tuple[float, int]:
    """The share of right answers from memory to answerable questions, and how many those are."""
    answerable = [result for result in results if result.answerable]
    right = sum(result.worth is Worth.UNCHECKED for result in answerable)
    return right / max(len(answerable), 1), len(answerable)


async def run_calibration(
    settings: Settings, questions: Sequence[Path], notes: Path | None, model: str | None
) -> None:
    """Fit the constants of a model's confidence to a labelled set, and store them.

    Every question is answered twice: once with quotes whatever they are worth, which needs no
    model, and once from memory whatever the notes hold.
    """
    configure_logging("ERROR", "text")
    name = model or settings.effective_default_model
    async with _asking(settings, questions, notes, name, REMEMBERING) as (services, rows):
        quoted = await Rehearsal(services.notes).examples(rows)
        remembered = _examples(await _run(services, rows, name))
    # Where only the search failed, the figures are those of a question that the notes answer.
    learnt_from = [each for each in quoted if each.is_right or not each.answerable]
    try:
        of_quotes = rounded(fitted(learnt_from, QUOTED))
        of_memory = rounded(fitted(remembered, REMEMBERED))
        sure = held_out(quoted, QUOTED, learnt_from)
    except ValueError:
        raise InvalidParameter(
            "These questions cannot calibrate a model: right and wrong answers are both needed."
        ) from None
    enough_quoted = threshold(quoted, sure, TOLERATED_QUOTED)
    recalled = [of_memory.probability(each.figures) for each in remembered]
    enough_remembered = threshold(remembered, recalled, TOLERATED_REMEMBERED)
    calibration = Calibration(of_quotes, of_memory, enough_quoted, enough_remembered)
    stored = json.dumps(calibration.as_dict())
    async with Database.open(settings.database.url) as database, database.transaction() as change:
        await change.facts.put(calibration_key(name), stored)
    Console().print(f"Stored for {name}: {stored}", highlight=False, soft_wrap=True)
    shown = [(each, p >= enough_quoted) for each, p in zip(quoted, sure, strict=True)]
    right = [is_shown and each.is_right for each, is_shown in shown if each.answerable]
    wrong = [is_shown for each, is_shown in shown if not each.answerable]
    Console().print(
        f"Held out by document: {sum(right) / max(1, len(right)):.1%} of the answers that the "
        f"notes hold quoted rightly, {sum(wrong) / max(1, len(wrong)):.1%} of the questions "
        "without one answered with quotes.",
        highlight=False,
        soft_wrap=True,
    )


def _examples(results: Sequence[Result]) -> list[Example]:
    return [
        Example(
            result.reply.figures,
            is_right=result.worth in (Worth.RIGHT, Worth.UNCHECKED),
            answerable=result.answerable,
        )
        for result in results
        if result.reply.figures
    ]


async def _run(
    services: Services, rows: Sequence[Row], model: str, at_once: int = 1
) -> list[Result]:
    """Every question through the pipeline."""
    with _bar(Console(stderr=True)) as bar:
        task = bar.add_task(model)
        return await Run(services, model).results(
            rows, lambda done, total: bar.update(task, completed=done, total=total), at_once
        )


@asynccontextmanager
async def _asking(
    settings: Settings,
    questions: Sequence[Path],
    notes: Path | None,
    model: str,
    calibration: Calibration | None = None,
) -> AsyncIterator[tuple[Services, list[Row]]]:
    """The questions of the files, and services over a database that is gone afterwards."""
    rows = read_rows(questions or [DEVELOPMENT])
    folder = DEVELOPMENT / "notes" if notes is None and not questions else notes
    async with _serving(settings, model, calibration) as services:
        if folder is not None:
            await _add(services, folder)
        yield services, rows


@asynccontextmanager
async def _serving(
    settings: Settings, model: str, calibration: Calibration | None
) -> AsyncIterator[Services]:
    """Services over a database that is gone afterwards, the model held in memory.

    One that cannot be loaded is told before a question is asked, and is no wrong answer. What a
    model knows by heart (`calibration`) is its own: no topic guard refuses a question.
    """
    with tempfile.TemporaryDirectory(prefix="lectern-evaluation-") as temporary:
        url = f"sqlite:///{Path(temporary) / 'evaluation.db'}"
        apart = settings.model_copy(
            update={"database": settings.database.model_copy(update={"url": url})}
        )
        if calibration is not None:
            apart = apart.model_copy(update={"classifiers": ClassifiersSection()})
        only = None if calibration is None else {model: calibration}
        async with running(apart, only) as (services, pool), pool.lease(model):
            yield services


def _write(path: Path, found: dict[str, Any]) -> None:
    text = json.dumps(found, indent=1, ensure_ascii=False, default=str)
    path.write_text(text + "\n", encoding="utf-8")


def files_in(folder: Path) -> list[NewFile]:
    """Every file of a folder, not of those in it.

    Raises:
        BotError: there is no such folder.
    """
    if not folder.is_dir():
        raise BotError(f"There is no folder {folder} with notes; check the path.")
    paths = sorted(path for path in folder.iterdir() if path.is_file())
    return [NewFile(path.name, path.read_bytes()) for path in paths]


async def _add(services: Services, folder: Path) -> None:
    files = files_in(folder)
    for added in await services.notes.add(ASKER, SERVER, files):
        if added.refusal is not None:
            raise BotError(added.refusal)


def _bar(console: Console) -> Progress:
    return Progress(
        "[progress.description]{task.description}",
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _earlier(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        found["answers"], found["topics"]
    except (OSError, ValueError, KeyError, TypeError):
        raise BotError(f"{path} is no earlier run; name a file that --json wrote.") from None
    return found
