"""Base against run: how many questions each of them answers rightly from memory."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.config import ModelSection, Settings
from bot.evaluate import remembered, share_right
from bot.evaluation.questions import LabelledQuestion, read_rows
from bot.training.finetuning.base import Base
from bot.training.finetuning.exam import ExamQuestion, count_by_code
from bot.training.run_record import Rightness


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of right answers to the exam and to the files of questions, and how many those are."""

    exam: float = 0.0
    files: float = 0.0
    num_exam: int = 0
    num_files: int = 0


class Contest:
    """Asks models the exam of a run and the files of questions that were named.

    They are asked as people would ask them, but nothing is looked up: the same pipeline, template
    and sampling, the model in the layout that it is served in.

    Raises:
        BotError: a file cannot be used.
    """

    def __init__(
        self, settings: Settings, exam: Sequence[ExamQuestion], files: Sequence[Path]
    ) -> None:
        self._settings = settings
        self._by_code = count_by_code(exam)
        self._exam = [_labelled(each) for each in exam]
        self._files = read_rows(files) if files else []

    def shares(self, model: str, folder: Path, template: str) -> Shares:
        """Ask a model in some folder.

        Raises:
            BotError: the model cannot be loaded.
        """
        rows = [*self._exam, *self._files]
        if not rows:
            return Shares()
        section = ModelSection.model_validate({"source": str(folder), "template": template})
        known = self._settings.models | {model: section}
        settings = self._settings.model_copy(update={"models": known})
        results = asyncio.run(remembered(settings, rows, model))
        ids = {name for row in self._exam for name in (row.id, f"{row.id}+")}
        exam, num_exam = share_right([each for each in results if each.id in ids])
        files, num_files = share_right([each for each in results if each.id not in ids])
        return Shares(exam, files, num_exam, num_files)

    def of_base(self, base: Base) -> Shares:
        """Ask the base, which need not be in the catalogue."""
        return self.shares(f"base {base.name}", base.folder, base.template)

    def verdicts(self, base: Shares, run: Shares) -> tuple[Rightness | None, Rightness | None]:
        """About the exam, and about the files; None about what was not asked."""
        exam = Rightness(run.num_exam, base.exam, run.exam, self._by_code)
        files = Rightness(run.num_files, base.files, run.files)
        return (exam if run.num_exam else None), (files if run.num_files else None)


def _labelled(each: ExamQuestion) -> LabelledQuestion:
    return LabelledQuestion(
        each.id, each.question, each.topic, True, each.document, (), reference=each.answer
    )
