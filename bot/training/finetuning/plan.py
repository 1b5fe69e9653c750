"""The plan of a run: every number that decides what comes out of it."""

from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, TypeVar

from bot.domain.errors import InvalidParameter
from bot.domain.model_spec import ModelShape
from bot.domain.template import COURSE, STARTER

TINY, MEDIUM = 50_000_000, 500_000_000
"""Parameters: below the first a model learns by heart what it is to know; to the second, sizes
small and medium."""
EFFECTIVE_TOKENS = 32 * 1024
TINY_ROW, TINY_BATCH = 192, 20
"""Of a tiny base, whose rows are single questions; it learns most from many small steps."""
TINY_EPOCHS, TINY_WORDINGS = 40, 6
MIN_ROW = 32
MAX_EPOCHS, MAX_BATCH, MAX_WORDINGS = 10_000, 4096, 100


T = TypeVar("T")


class TuningMethod(StrEnum):
    """What is trained: every weight, or low-rank corrections that are merged at the end."""

    FULL = "full"
    LORA = "lora"


@dataclass(frozen=True, slots=True)
class Plan:
    """The numbers of a run.

    A step reads `batch` rows of at most `row_length` tokens, packed or not, in
    `batch // rows_at_once` parts whose gradients add up. An epoch reads every example `wordings`
    times, in a share of `beginnings` only the first words of its answer, and one in `paper_every`
    also every paper once.
    `recomputes` saves memory: activations are computed again on the way back.
    """

    method: TuningMethod
    epochs: int
    learning_rate: float
    batch: int
    rows_at_once: int
    row_length: int
    wordings: int = 1
    beginnings: float = 0.0
    paper_every: int = 1
    is_packed: bool = True
    dropout: float = 0.0
    recomputes: bool = False
    weight_decay: float = 0.01
    warm_up_share: float = 0.05
    lora_rank: int = 8
    lora_alpha: int = 16
    lora_dropout: float = 0.05
    validation: float = 0.1
    seed: int = 7

    @property
    def accumulation(self) -> int:
        """Parts of a step."""
        return self.batch // self.rows_at_once

    def template_of_run(self, template: str) -> str:
        """How a run is asked; what learned from single questions only is asked single ones."""
        is_alone = template == STARTER.name and not self.is_packed
        return COURSE.name if is_alone else template

    def as_dict(self) -> dict[str, Any]:
        """For the run's folder."""
        return asdict(self)

    @classmethod
    def of_dict(cls, values: dict[str, Any]) -> "Plan":
        """What `as_dict` gave; unknown keys are passed over."""
        known = {field.name: values[field.name] for field in fields(cls) if field.name in values}
        return cls(**known | {"method": TuningMethod(known["method"])})


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person said of the numbers; None is "as it suits"."""

    method: TuningMethod = TuningMethod.FULL
    epochs: int | None = None
    learning_rate: float | None = None
    batch: int | None = None
    row_length: int | None = None
    wordings: int | None = None
    validation: float = 0.1
    seed: int = 7


def plan_for(shape: ModelShape, wishes: Wishes) -> Plan:
    """The plan of a base of that shape; memory is not looked at yet.

    Rates, epochs, rank and dropout of GPT-2's own sizes are published ones for a few hundred to a
    few thousand pairs; a tiny model takes many epochs and a high rate, as it did for all it knows.

    Raises:
        InvalidParameter: a number that cannot be.
    """
    is_tiny = shape.num_parameters < TINY
    is_lora = wishes.method is TuningMethod.LORA
    length = _chosen(wishes.row_length, TINY_ROW if is_tiny else shape.window)
    check_context(length, MIN_ROW, shape.window)
    rate = _chosen(wishes.learning_rate, _rate(shape.num_parameters, is_lora))
    batch = _chosen(wishes.batch, TINY_BATCH if is_tiny else max(EFFECTIVE_TOKENS // length, 1))
    epochs = _chosen(wishes.epochs, TINY_EPOCHS if is_tiny else 3)
    check_numbers(rate, epochs, batch, wishes.validation)
    wordings = _chosen(wishes.wordings, TINY_WORDINGS if is_tiny else 1)
    if not 1 <= wordings <= MAX_WORDINGS:
        raise InvalidParameter(f"--wordings must be 1 to {MAX_WORDINGS}, a few are enough.")
    return Plan(
        method=wishes.method,
        epochs=epochs,
        learning_rate=rate,
        batch=batch,
        rows_at_once=batch,
        row_length=length,
        wordings=wordings,
        beginnings=0.8 if is_tiny else 0.0,
        paper_every=8 if is_tiny else 1,
        is_packed=not is_tiny,
        dropout=0.0 if is_tiny else 0.1,
        weight_decay=0.0 if is_lora else 0.01,
        validation=wishes.validation,
        seed=wishes.seed,
    )


def check_context(length: int, shortest: int, window: int) -> None:
    """Refuse rows that are too short to learn from, or longer than the base's window.

    Raises:
        InvalidParameter: says what may be.
    """
    if not shortest <= length <= window:
        raise InvalidParameter(
            f"--context must be between {shortest} and {window:,}, the base's window."
        )


def check_numbers(rate: float, epochs: int, batch: int, validation: float) -> None:
    """Refuse what no run can have, whatever it learns.

    Raises:
        InvalidParameter: names the option.
    """
    if not 0 < rate < 1:
        raise InvalidParameter("--learning-rate must be above 0 and below 1; try 5e-5.")
    if not 1 <= epochs <= MAX_EPOCHS or not 1 <= batch <= MAX_BATCH:
        raise InvalidParameter(
            f"--epochs must be 1 to {MAX_EPOCHS:,} and --batch 1 to {MAX_BATCH:,}."
        )
    if not 0 <= validation <= 0.5:
        raise InvalidParameter("--validation is the share that is held back, from 0 to 0.5.")


def _chosen(wish: T | None, suiting: T) -> T:
    return suiting if wish is None else wish


def _rate(num_parameters: int, is_lora: bool) -> float:
    if num_parameters < TINY:
        return 3e-3 if is_lora else 1.5e-3
    if is_lora:
        return 2e-4 if num_parameters < MEDIUM else 1e-4
    if num_parameters < 200_000_000:
        return 5e-5
    return 3e-5 if num_parameters < MEDIUM else 1e-5
