"""`lectern train-starter`: the recipe, with a progress bar in a terminal."""

import sys
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.handbook import load_topics
from bot.training.progress import TrainProgress
from bot.training.recipe import Recipe
from bot.training.starter import train_starter

LINE_EVERY = 100


def run_training(folder: Path, *, seed: int, steps: int | None, is_resumed: bool) -> None:
    """Train into `folder` and print what came of it.

    A terminal shows a bar; a file or pipe gets a line now and then.
    """
    recipe = Recipe()
    if steps is not None:
        recipe = replace(recipe, reading_steps=steps // 2, answering_steps=steps - steps // 2)
    console = Console(file=sys.stderr)
    with Progress(
        TextColumn("training"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("loss {task.fields[loss]:.3f}, {task.fields[speed]:,.0f} tokens/s"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bars:
        bar = bars.add_task("training", total=recipe.num_steps, loss=0.0, speed=0.0)

        def show(progress: TrainProgress) -> None:
            bars.update(
                bar,
                completed=progress.step,
                loss=progress.loss,
                speed=progress.tokens_per_second,
            )
            if not console.is_terminal and progress.step % LINE_EVERY == 0:
                console.print(
                    f"step {progress.step} of {progress.num_steps}, loss {progress.loss:.3f}, "
                    f"{progress.tokens_per_second:,.0f} tokens/s",
                    highlight=False,
                )
            if progress.step == progress.num_steps:
                console.print("measuring what it knows; this takes a minute or two", style="dim")

        result = train_starter(
            load_topics(),
            folder,
            seed=seed,
            recipe=recipe,
            is_resumed=is_resumed,
            on_progress=show,
        )
    figures = result.evaluation
    console.print(
        f"{result.num_parameters / 1e6:.2f} M parameters in {result.folder}: "
        f"{figures.known_share:.0%} of known questions answered, {figures.reworded_share:.0%} "
        f"in new wordings, held-out loss {figures.held_out_loss:.3f}.",
        highlight=False,
    )
