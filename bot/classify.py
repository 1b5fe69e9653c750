"""What `lectern finetune --task classify` and `lectern classify` do."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.config import Settings
from bot.domain.charts import HeatMap, Sheet
from bot.domain.errors import BotError, InvalidParameter
from bot.domain.theme import Theme
from bot.figures.studio import Studio
from bot.finetune import Order, check, taken_names, training_in
from bot.handbook import load_guard, load_other_subjects, load_topics, load_wordings
from bot.log import configure_logging
from bot.parts import make_catalog
from bot.plain_table import plain_table
from bot.retrieval.english_words import load_english
from bot.run_papers import loss_sheet
from bot.training.classifying.classifier_card import classifier_card
from bot.training.classifying.confusion import Confusion, always
from bot.training.classifying.labelled_file import Line, read_lines
from bot.training.classifying.topic_guard import guard_lines
from bot.training.run_record import RunRecord
from bot.training.runs_folder import RunsFolder
from bot.training_bar import training_bar

TOPIC_GUARD = "topic-guard"
LABELLED = (".jsonl", ".csv", ".tsv")
MAX_WRONG = 20


def run_classify(settings: Settings, order: Order) -> None:
    """Train a classifier as ordered and write the run's folder.

    Raises:
        BotError: one sentence that says what is wrong, or what would fit instead.
        KeyboardInterrupt: it was stopped; what to do to go on was printed.
    """
    check(order)
    configure_logging("ERROR", "text")
    if order.questions or order.sweep is not None or order.wordings is not None:
        raise InvalidParameter(
            "--questions, --sweep and --wordings are for --task write; a classifier has figures "
            "without them."
        )
    console = Console(highlight=False, soft_wrap=True)
    catalog, runs = make_catalog(settings), RunsFolder(settings.training.runs)
    # Transformers takes seconds to import; what is wrong with the words comes first.
    from bot.training.classifying.preflight import preflight
    from bot.training.classifying.reading import read_labelled
    from bot.training.classifying.session import prepare_classifier, run_classifier
    from bot.training.finetuning.plan import TuningMethod, Wishes
    from bot.training.finetuning.preflight import duration
    from bot.training.finetuning.session import chosen_device
    from bot.tuning import base_of

    base = base_of(order.base, catalog)
    folder = runs.new_folder(order.name, taken_names(catalog, runs))
    with training_in(folder):
        guard = guard_data() if TOPIC_GUARD in order.data else ()
        paths = [Path(each) for each in order.data if each != TOPIC_GUARD]
        texts = read_labelled(paths, guard)
        wishes = Wishes(
            TuningMethod(order.method),
            order.epochs,
            order.learning_rate,
            order.batch,
            order.context,
            None,
            order.validation,
            order.seed,
        )
        device = chosen_device(settings.generation.device)
        prepared = prepare_classifier(order.name, base, texts, wishes, device)
        console.print(plain_table(preflight(prepared)))
        if order.is_dry:
            return
        with training_bar(prepared.num_steps) as show:
            record, confusion = run_classifier(prepared, folder, datetime.now(UTC), show)
    asyncio.run(_papers(folder, record, confusion))
    console.print(f"trained in {duration(record.seconds)}; {record.figures or 'not tested'}")
    console.print(f'{order.name} is in {folder}; try it: lectern classify --run {order.name} "…"')


def guard_data() -> list[Line]:
    """What the topic guard learns from: the project's own questions and other subjects'."""
    topics, wordings = load_topics(), load_wordings()
    return guard_lines(load_guard(), load_other_subjects(), topics, wordings, load_english())


async def _papers(folder: Path, record: RunRecord, confusion: Confusion) -> None:
    """The plots of the losses and of the confusion, and the model card."""
    manifest = json.loads((folder / "data.json").read_text(encoding="utf-8"))
    history = json.loads((folder / "history.json").read_text(encoding="utf-8"))
    try:
        async with Studio() as studio:
            losses = loss_sheet(record.name, history, "nats per text")
            (folder / "loss.png").write_bytes(await studio.sheet(losses, Theme.LIGHT))
            if confusion.total:
                sheet = confusion_sheet(record.name, confusion)
                (folder / "confusion.png").write_bytes(await studio.sheet(sheet, Theme.LIGHT))
        has_plots = True
    except BotError:
        has_plots = False  # the numbers are in history.json and confusion.json
    card = classifier_card(record, confusion, manifest, has_plots=has_plots)
    (folder / "README.md").write_text(card, encoding="utf-8")


def confusion_sheet(name: str, confusion: Confusion) -> Sheet:
    """How many texts of each label, the rows, were told to have which, the columns.

    Colours are shares of a row, so that rare labels can be seen beside common ones.
    """
    chart = HeatMap(
        f"{confusion.accuracy:.1%} of {confusion.total:,} texts are told rightly",
        confusion.labels,
        confusion.labels,
        tuple(
            tuple(100 * count / sum(row) if sum(row) else None for count in row)
            for row in confusion.counts
        ),
        "label of the text",
        "label that was told",
        "% of the texts of a label",
        tuple(tuple(f"{count:,}" for count in row) for row in confusion.counts),
    )
    return Sheet(name, (chart,))


def run_tell(settings: Settings, name: str, text: str, file: Path | None) -> None:
    """Print the labels of a text, of the lines of a file, or how a labelled file is told.

    Raises:
        BotError: there is no such classifier, no text, or a file that cannot be read.
    """
    configure_logging("ERROR", "text")
    runs = RunsFolder(settings.training.runs)
    record = runs.get(name)
    if not record.is_classifier:
        raise InvalidParameter(
            f"{name} writes text and tells no labels; see `lectern generate --run {name}`."
        )
    if bool(text) == (file is not None):
        raise InvalidParameter("Give either a text or --file, whose texts are told.")
    lines = None if file is None else _lines(file)
    from bot.training.classifying.classifier import Classifier

    classifier = Classifier.load(name, runs.folder(name), record.labels)
    console = Console(highlight=False, soft_wrap=True)
    if lines is None:
        console.print(_ranking(record.labels, classifier.probabilities([text])[0]))
    elif isinstance(lines, str):
        texts = [each for each in lines.splitlines() if each.strip()]
        for told, each in zip(classifier.probabilities(texts), texts, strict=True):
            best = max(range(len(told)), key=told.__getitem__)
            console.print(f"{told[best]:6.1%}  {record.labels[best]}  {each}", markup=False)
    else:
        confusion, wrong = classifier.tested_on(lines)
        _print_test(console, confusion, lines, wrong)


def _lines(file: Path) -> list[Line] | str:
    """The labelled lines of a file, or the text of one without labels."""
    from bot.training.classifying.reading import decoded

    content = decoded(file)
    found = read_lines(file, content) if file.suffix.lower() in LABELLED else content
    if not found or (isinstance(found, str) and not found.strip()):
        raise InvalidParameter(f"There is no text in {file}.")
    return found


def _ranking(labels: Sequence[str], probabilities: Sequence[float]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for share, label in sorted(zip(probabilities, labels, strict=True), reverse=True)[:10]:
        table.add_row(Text(label), f"{share:.1%}")
    return table


def _print_test(
    console: Console, confusion: Confusion, lines: Sequence[Line], wrong: Sequence[Any]
) -> None:
    """Figures by label, in all, beside the most common label, and what was told wrongly."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("label", "precision", "recall", "F1", "texts"):
        table.add_column(heading)
    for each in confusion.scores:
        shares = (f"{each.precision:.1%}", f"{each.recall:.1%}", f"{each.f1:.3f}")
        table.add_row(Text(each.label), *shares, f"{each.num_texts:,}")
    console.print(table)
    known = {label.casefold(): label for label in confusion.labels}
    truths = [known[line.label.casefold()] for line in lines]
    most_common = Counter(truths).most_common(1)[0][0]
    baseline = always(most_common, confusion.labels, truths)
    console.print(
        f"Right: {confusion.accuracy:.1%} of {confusion.total:,} texts, macro-F1 "
        f"{confusion.macro_f1:.3f}; always “{most_common}”: {baseline.accuracy:.1%}, "
        f"{baseline.macro_f1:.3f}.",
        markup=False,
    )
    for line, told in wrong[:MAX_WRONG]:
        console.print(f"  told “{told}”, is “{line.label}”: {line.text}", markup=False)
    if len(wrong) > MAX_WRONG:
        console.print(f"  and {len(wrong) - MAX_WRONG} more")
