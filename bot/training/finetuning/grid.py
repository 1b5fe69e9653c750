"""A grid of numbers that a sweep tries, and what came of each cell."""

import itertools
import json
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bot.domain.errors import InvalidParameter
from bot.domain.model_spec import ModelShape
from bot.training.finetuning.plan import TuningMethod, Wishes, plan_for

SWEEP = "sweep.json"
AUTO = "auto"
MAX_CELLS = 24
_EXAMPLE = 'write for example "learning-rate=5e-5,1e-4 epochs=2,3", or auto'
_KEYS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "learning-rate": ("learning_rate", float),
    "epochs": ("epochs", int),
    "batch": ("batch", int),
    "context": ("row_length", int),
    "wordings": ("wordings", int),
    "method": ("method", TuningMethod),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell and, once it was trained, its figures; `loss` and `right` are None if nobody knows.

    `right` is the share of right answers of `asked` questions of the exam. What `diverged` had a
    loss that was no number.
    """

    label: str
    loss: float | None = None
    right: float | None = None
    asked: int = 0
    seconds: float = 0.0
    diverged: bool = False
    is_chosen: bool = False

    @classmethod
    def read_all(cls, path: Path) -> "tuple[Cell, ...]":
        """The cells of a sweep; none if there was none."""
        try:
            return tuple(cls(**each) for each in json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return ()

    @staticmethod
    def write_all(cells: "Sequence[Cell]", path: Path) -> None:
        """Keep the cells."""
        told = [asdict(cell) for cell in cells]
        path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def grid(words: str, wishes: Wishes, shape: ModelShape) -> tuple[tuple[str, Wishes], ...]:
    """Every combination with its label; `auto` tries half and twice the usual learning rate.

    Raises:
        InvalidParameter: the words are no grid, or too large a one.
    """
    if words.strip() == AUTO:
        rate = plan_for(shape, wishes).learning_rate
        words = f"learning-rate={rate / 2:g},{rate:g},{rate * 2:g}"
    axes = dict(_axis(each) for each in words.split())
    cells = []
    for values in itertools.product(*axes.values()):
        label = " ".join(f"{key}={_told(value)}" for key, value in zip(axes, values, strict=True))
        changes = {_KEYS[key][0]: value for key, value in zip(axes, values, strict=True)}
        cells.append((label, replace(wishes, **changes)))
    if not 2 <= len(cells) <= MAX_CELLS:
        raise InvalidParameter(
            f"A sweep tries 2 to {MAX_CELLS} combinations, these are {len(cells)}; {_EXAMPLE}."
        )
    return tuple(cells)


def _axis(words: str) -> tuple[str, list[Any]]:
    key, _, listed = words.partition("=")
    if key not in _KEYS:
        known = ", ".join(_KEYS)
        raise InvalidParameter(f"--sweep knows {known}, and not {key[:40]}; {_EXAMPLE}.")
    try:
        values = [_KEYS[key][1](value) for value in listed.split(",")]
    except ValueError:
        raise InvalidParameter(f"--sweep cannot read {words[:60]}; {_EXAMPLE}.") from None
    return key, list(dict.fromkeys(values))


def _told(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def chosen(cells: Sequence[Cell]) -> Cell:
    """The best: most right answers from memory; where these are as good as equal, the least loss.

    A model that learns its notes by heart is ever surer of itself, so that its loss on what is
    held back rises while it answers more and more questions: by that loss alone, the one that
    learned least would win. Shares that differ by less than their standard error are equal.

    Raises:
        InvalidParameter: none can be judged.
    """
    sound = [cell for cell in cells if not cell.diverged]
    if not sound:
        raise InvalidParameter(
            "The loss of every combination was not a number; sweep lower learning rates."
        )
    best = max(cell.right or 0.0 for cell in sound)
    asked = max(cell.asked for cell in sound)
    error = math.sqrt(best * (1 - best) / asked) if asked else 0.0
    equal = [cell for cell in sound if (cell.right or 0.0) >= best - error]
    return min(equal, key=_loss)


def may_win(cell: Cell, cells: Sequence[Cell]) -> bool:
    """Whether no other is at least as good in both figures, whichever are tried yet."""
    return not cell.diverged and not any(
        other is not cell
        and not other.diverged
        and (other.right or 0.0) >= (cell.right or 0.0)
        and _loss(other) <= _loss(cell)
        and (other.right, other.loss) != (cell.right, cell.loss)
        for other in cells
    )


def _loss(cell: Cell) -> float:
    return math.inf if cell.loss is None else cell.loss


def rows_of(cells: Sequence[Cell]) -> Iterator[tuple[str, str, str, str]]:
    """A table's rows: label, loss of what is held back, right from memory, minutes."""
    for cell in cells:
        mark = " ← the run" if cell.is_chosen else ""
        if cell.diverged:
            yield cell.label, "not a number", "–", "–"
            continue
        yield (
            cell.label + mark,
            "–" if cell.loss is None else f"{cell.loss:.3f}",
            "–" if cell.right is None else f"{cell.right:.1%} of {cell.asked}",
            f"{cell.seconds / 60:,.1f}",
        )
