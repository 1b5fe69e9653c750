"""What `lectern runs` and `lectern generate` do, once their words are parsed."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.app import running
from bot.config import Settings
from bot.domain.conversation import Conversation
from bot.domain.errors import InvalidParameter, ModelUnavailable
from bot.domain.model_spec import ModelSpec
from bot.domain.operator import OPERATOR, TERMINAL
from bot.domain.template import template_named
from bot.generation.catalog import Catalog
from bot.log import configure_logging
from bot.parts import make_catalog, new_id
from bot.service.complete import Wish
from bot.terminal.once import print_answer
from bot.training.run_record import RunRecord, perplexity
from bot.training.runs_folder import RunsFolder

SAMPLE_TOKENS = 80


def run_list(settings: Settings) -> None:
    """Every run in a row."""
    runs = RunsFolder(settings.training.runs).all()
    if not runs:
        _print([f"There are no runs in {settings.training.runs}; see lectern finetune --help"])
        return
    _print_table(runs)


def run_show(settings: Settings, name: str) -> None:
    """The model card, and where the run lies."""
    runs = RunsFolder(settings.training.runs)
    record, folder = runs.get(name), runs.folder(name)
    card = folder / "README.md"
    lines = [str(folder)]
    lines += card.read_text(encoding="utf-8").splitlines() if card.is_file() else [record.figures]
    _print(lines)


def run_compare(settings: Settings, names: Sequence[str]) -> None:
    """Runs beside each other, and the numbers in which they differ."""
    runs = RunsFolder(settings.training.runs)
    records = [runs.get(name) for name in names]
    _print_table(records)
    bits = [" → ".join(f"{each:.2f}" for each in record.bits or ()) or "–" for record in records]
    _print([f"bits per byte: {' | '.join(bits)}"])
    keys = dict.fromkeys(key for record in records for key in record.plan)
    for key in keys:
        values = [str(record.plan.get(key, "–")) for record in records]
        if len(set(values)) > 1:
            _print([f"{key}: {' | '.join(values)}"])


def run_remove(settings: Settings, name: str) -> None:
    """Delete a run."""
    RunsFolder(settings.training.runs).remove(name)
    used = [key for key, run in settings.classifiers.runs().items() if run == name]
    if used:
        _print([f"removed: {name}, which classifiers.{used[0]} still names; change it"])
        return
    _print([f"removed: {name}; where it answered, an admin has to choose another: /model switch"])


def run_export(settings: Settings, name: str, folder: Path) -> None:
    """Copy a run."""
    RunsFolder(settings.training.runs).export(name, folder)
    _print([f"{name} is in {folder}"])


def run_import(
    settings: Settings, source: str, name: str, template: str, revision: str | None
) -> None:
    """Make a run of a folder, or of a hub id, which is fetched.

    Raises:
        BotError: the name is taken, the template unknown, or the source no model.
    """
    template_named(template)
    folder, catalog = Path(source), make_catalog(settings)
    if not folder.is_dir():
        if revision is None and ("/" not in source or source.startswith((".", "/"))):
            raise ModelUnavailable(f"There is no folder {source}; check the path.")
        spec = ModelSpec(name, source, revision)
        folder = Catalog([spec], settings.generation.model_cache).download(name)
    names = [spec.name for spec in catalog.specs]
    runs = RunsFolder(settings.training.runs)
    made = runs.import_from(folder, name, template, datetime.now(UTC), names)
    is_classifier = runs.get(name).is_classifier
    use = f"lectern classify --run {name}" if is_classifier else f"/model switch {name}"
    _print([f"{name} is in {made}; use it with {use}"])


async def run_generate(settings: Settings, name: str, text: str, samples: int, seed: int) -> None:
    """Print what a run writes after a text, or to questions that it learned."""
    configure_logging("ERROR", "text")
    record = RunsFolder(settings.training.runs).get(name)
    if record.is_classifier:
        raise InvalidParameter(
            f"{name} is a classifier and writes nothing; try it with `lectern classify --run "
            f'{name} "…"`.'
        )
    template = template_named(record.template)
    prompts = [text] if text else [template.open(q) for q in record.sample_questions[:samples]]
    if not prompts:
        prompts = [template.header or "Question:"]
    async with running(settings) as (services, _pool):
        for prompt in prompts:
            _print([f"{prompt.strip()} …"])
            wish = Wish(
                f"terminal:{new_id()}",
                OPERATOR,
                Conversation(TERMINAL, f"generate-{new_id()}"),
                prompt,
                SAMPLE_TOKENS,
                None,
                None,
                None,
                None,
                seed,
                samples if text else 1,
                length=None,
                model=name,
            )
            async with services.complete.complete(wish) as live:
                await print_answer(services, live, as_json=False)


def _print_table(runs: Sequence[RunRecord]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("run", "base", "method", "steps", "tokens", "perplexity", "right from memory"):
        table.add_column(heading)
    has_classifiers = any(run.is_classifier for run in runs)
    if has_classifiers:
        table.add_column("right labels")
    for run in runs:
        losses, right = (run.base_loss, run.loss), run.rightness or run.reworded
        table.add_row(
            run.name,
            run.base or "imported",
            run.method or "–",
            f"{run.num_steps:,}" if run.base else "–",
            f"{run.num_tokens:,}" if run.base else "–",
            " → ".join(perplexity(each) for each in losses if each is not None) or "–",
            f"{right.base:.1%} → {right.run:.1%} of {right.questions}" if right else "–",
            *([_labels_told(run)] if has_classifiers else []),
        )
    Console().print(table)


def _labels_told(run: RunRecord) -> str:
    """Accuracy from that of the most common label to the classifier's, and its macro-F1."""
    if run.accuracy is None or run.macro_f1 is None:
        return "–"
    before = "" if run.baseline_accuracy is None else f"{run.baseline_accuracy:.1%} → "
    return f"{before}{run.accuracy:.1%} of {run.num_tested:,}, F1 {run.macro_f1:.3f}"


def _print(lines: Iterable[str]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(line, markup=False)
