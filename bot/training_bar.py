"""How far a training is, in the terminal."""

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.training.finetuning.stages import Stage

LINE_EVERY = 25


@contextmanager
def training_bar(num_steps: int) -> Iterator[Callable[[Stage], None]]:
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
        started, num_tokens, num_stages = time.monotonic(), 0, 0

        def show(stage: Stage) -> None:
            nonlocal num_tokens, num_stages
            num_stages += 1  # not the step: a run that goes on begins at a later one
            num_tokens += stage.num_tokens
            seconds = max(time.monotonic() - started, 1e-6)
            held = stage.validation_loss
            words = f"loss {stage.loss:.3f}"
            words += "" if held is None else f", held back {held:.3f}"
            speed = f"{num_tokens / seconds:,.0f} tokens/s"
            bars.update(bar, completed=stage.step, words=f"{words}, {speed}")
            is_due = stage.step % LINE_EVERY == 0 or stage.step == stage.num_steps
            if not console.is_terminal and is_due:
                left = math.ceil((stage.num_steps - stage.step) * seconds / num_stages / 60)
                words += f", about {left:,} min left, {speed}"
                console.print(
                    f"step {stage.step:,} of {stage.num_steps:,}, {words}", soft_wrap=True
                )

        yield show
