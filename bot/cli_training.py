"""`lectern finetune`, `generate`, `classify` and `runs`: parse, call one function."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_options import ConfigOption
from bot.config import load_settings
from bot.domain.errors import InvalidParameter

runs_app = typer.Typer(
    help="Fine-tuned models: list, show, compare, remove, export, import.", no_args_is_help=True
)
RunName = Annotated[str, typer.Argument(help="Name of the run, as `lectern runs list` shows it.")]
DataOption = Annotated[
    list[str],
    typer.Option(
        "--data",
        help="A file or folder of notes or of questions with answers (.jsonl), or the word "
        "handbook; to classify, of labelled texts (.jsonl, .csv), or the word topic-guard; may be "
        "said several times.",
    ),
]


def register_training(app: typer.Typer) -> None:
    """Add the commands that stand beside `lectern runs`."""
    app.command("finetune")(finetune)
    app.command("generate")(generate)
    app.command("classify")(classify)


def finetune(
    data: DataOption,
    name: Annotated[str, typer.Option("--name", help="What the new model is called.")],
    base: Annotated[
        str, typer.Option("--base", help="A model's name, or a folder with one.")
    ] = "gpt2",
    method: Annotated[
        str, typer.Option("--method", help="full, or lora: small corrections that are merged.")
    ] = "full",
    epochs: Annotated[int | None, typer.Option(help="Times that all is read.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Of AdamW, at its peak.")] = None,
    batch: Annotated[int | None, typer.Option(help="Rows a step.")] = None,
    context: Annotated[int | None, typer.Option(help="Tokens a row; else the window.")] = None,
    wordings: Annotated[
        int | None, typer.Option(help="Wordings of each question an epoch.")
    ] = None,
    validation: Annotated[
        float, typer.Option(help="Share of the documents that is held back.")
    ] = 0.1,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same weights.")] = 7,
    task: Annotated[
        str, typer.Option("--task", help="write, or classify: tell which label a text has.")
    ] = "write",
    questions: Annotated[
        list[Path] | None,
        typer.Option("--questions", help="Question files that base and run answer afterwards."),
    ] = None,
    sweep: Annotated[
        str | None,
        typer.Option(
            help='Try a grid, as in "learning-rate=5e-5,1e-4 epochs=2,3", or auto; the best stays.'
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only print what it would need.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Train a model on files; a run that was stopped goes on at its last checkpoint."""
    settings = load_settings(config)
    if task not in ("write", "classify"):
        raise InvalidParameter("--task is write or classify.")
    from bot.finetune import Order, run_finetune

    order = Order(
        name,
        base,
        tuple(data),
        method,
        epochs,
        learning_rate,
        batch,
        context,
        wordings,
        validation,
        seed,
        tuple(questions or ()),
        sweep,
        dry_run,
    )
    if task == "classify":
        from bot.classify import run_classify

        run_classify(settings, order)
    else:
        run_finetune(settings, order)


def classify(
    run: Annotated[str, typer.Option("--run", help="Name of the classifier.")],
    text: Annotated[list[str] | None, typer.Argument(help="A text whose label it tells.")] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            help="Texts, one a line; or labelled ones (.jsonl, .csv), and how many are told.",
        ),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Tell the labels of texts, with probabilities."""
    settings = load_settings(config)
    from bot.classify import run_tell

    run_tell(settings, run, " ".join(text or ()), file)


def generate(
    run: Annotated[str, typer.Option("--run", help="Name of the run.")],
    text: Annotated[list[str] | None, typer.Argument(help="A text that it goes on with.")] = None,
    samples: Annotated[int, typer.Option(min=1, max=5, help="How many texts.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the sampling.")] = 7,
    config: ConfigOption = None,
) -> None:
    """Print what a run writes; without a text, answers to questions that it learned."""
    settings = load_settings(config)
    from bot.runs import run_generate

    asyncio.run(run_generate(settings, run, " ".join(text or ()), samples, seed))


@runs_app.command("list")
def list_runs(config: ConfigOption = None) -> None:
    """List the runs with their figures."""
    settings = load_settings(config)
    from bot.runs import run_list

    run_list(settings)


@runs_app.command("show")
def show_run(name: RunName, config: ConfigOption = None) -> None:
    """Show a run's model card."""
    settings = load_settings(config)
    from bot.runs import run_show

    run_show(settings, name)


@runs_app.command("compare")
def compare_runs(
    names: Annotated[list[str], typer.Argument(help="Names of runs.")], config: ConfigOption = None
) -> None:
    """Put the numbers and figures of runs beside each other."""
    settings = load_settings(config)
    from bot.runs import run_compare

    run_compare(settings, names)


@runs_app.command("remove")
def remove_run(name: RunName, config: ConfigOption = None) -> None:
    """Delete a run, also one that is under way."""
    settings = load_settings(config)
    from bot.runs import run_remove

    run_remove(settings, name)


@runs_app.command("export")
def export_run(
    name: RunName,
    folder: Annotated[Path, typer.Argument(help="A new folder.")],
    config: ConfigOption = None,
) -> None:
    """Copy a run into a folder, in transformers' format."""
    settings = load_settings(config)
    from bot.runs import run_export

    run_export(settings, name, folder)


@runs_app.command("import")
def import_run(
    source: Annotated[str, typer.Argument(help="A model's folder, or a hub id.")],
    name: Annotated[str, typer.Option("--name", help="What the model is called here.")],
    template: Annotated[
        str, typer.Option("--template", help="How it is asked: base, starter, course or alpaca.")
    ] = "base",
    revision: Annotated[
        str | None, typer.Option("--revision", help="Of a hub id: the 40 digits of a commit.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Make a run of a model that was fine-tuned elsewhere."""
    settings = load_settings(config)
    from bot.runs import run_import

    run_import(settings, source, name, template, revision)
