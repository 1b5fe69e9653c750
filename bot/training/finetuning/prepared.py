"""A run that is ready to start: everything it needs, and what it will need of the machine."""

from dataclasses import dataclass

from bot.training.finetuning.base import Base
from bot.training.finetuning.exam import ExamQuestion
from bot.training.finetuning.material import Material
from bot.training.finetuning.memory import Estimate
from bot.training.finetuning.plan import Plan
from bot.training.finetuning.split import Split
from bot.training.finetuning.trainer import Readings


@dataclass(frozen=True, slots=True)
class Prepared:
    """A base, what it is to learn, and how.

    `fingerprint` is the same for runs that end with the same weights, `kin` for those that may
    differ in their learning rate. `num_tokens` are read by all steps. `bytes_per_token` are those
    of the text that is held back: with them losses of bases with other vocabularies compare.
    """

    name: str
    base: Base
    material: Material
    split: Split
    plan: Plan
    readings: Readings
    num_tokens: int
    estimate: Estimate
    available: int
    device: str
    fingerprint: str
    kin: str
    exam: tuple[ExamQuestion, ...]
    sample_questions: tuple[str, ...]
    bytes_per_token: float | None

    @property
    def num_steps(self) -> int:
        """Steps of the whole run."""
        return -(-len(self.readings.learned) // self.plan.batch)
