"""The papers of a run: the plot of its losses and its model card."""

import json
from collections.abc import Sequence
from pathlib import Path

from bot.domain.charts import Bars, Series, Sheet
from bot.domain.errors import BotError
from bot.domain.theme import Theme
from bot.figures.studio import Studio
from bot.training.finetuning.grid import SWEEP, Cell
from bot.training.finetuning.run_card import run_card
from bot.training.run_record import RunRecord

MAX_POINTS = 13


async def write_papers(folder: Path, record: RunRecord) -> None:
    """Plot and card, out of what the run's folder holds."""
    manifest = json.loads((folder / "data.json").read_text(encoding="utf-8"))
    history = json.loads((folder / "history.json").read_text(encoding="utf-8"))
    try:
        async with Studio() as studio:
            png = await studio.sheet(loss_sheet(record.name, history), Theme.LIGHT)
        (folder / "loss.png").write_bytes(png)
        has_plot = True
    except BotError:
        has_plot = False  # the numbers are in history.json
    tried = Cell.read_all(folder / SWEEP)
    card = run_card(record, manifest, tried, has_plot=has_plot)
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
