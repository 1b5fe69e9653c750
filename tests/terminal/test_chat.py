"""What the chat says while an answer waits."""

import dataclasses

import pytest

from bot.domain.answer import AnswerState
from bot.domain.progress import LoadProgress
from bot.service.snapshot import Snapshot
from bot.terminal.chat import waiting_status


@pytest.mark.parametrize(
    ("stage", "share", "status"),
    [
        ("download", 0.25, "Downloading tiny: 25%"),
        ("load", 0.5, "Loading tiny: 50%"),
        ("ready", 1.0, "Preparing tiny: 100%"),
    ],
)
def test_every_stage_of_a_load_has_a_word(stage: str, share: float, status: str) -> None:
    loading = LoadProgress("tiny", stage, share)
    assert waiting_status(Snapshot(1, AnswerState.QUEUED, loading=loading)) == status


def test_a_place_in_line_is_told_until_the_answer_runs() -> None:
    waiting = Snapshot(1, AnswerState.QUEUED, position=2, eta_seconds=3.0)
    assert waiting_status(waiting) == "in line: 2 ahead, about 3 s"
    assert waiting_status(dataclasses.replace(waiting, position=0)) == "in line: next, about 3 s"
    assert waiting_status(Snapshot(1, AnswerState.GENERATING, "Dropout")) == ""
