"""A small base, a small course."""

from pathlib import Path

import pytest

from tests.models import save_model

EXAM = """# Exam

## Date and place

The exam takes place on Thursday 11 February, 09:30 to 11:30. It lasts 120 minutes.

| Names | Hall |
|---|---|
| A to M | Copernicus, room 0.14 |
| N to Z | Lovelace, room 0.02 |

## What you may bring

- One sheet of **notes**, written by hand on both sides.
- A simple calculator without a memory and without letters.
"""
LABS = """# Labs

Labs are on Wednesdays from 14:00 to 16:00 in the Foundry, and there are eleven of them.

You must take part in at least nine labs to be admitted to the exam in February.
"""
RULES = """Homework is handed in on Mondays before noon. Late homework loses ten points a day.

Work in pairs is welcome, and both names have to stand on the sheet that you hand in.
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A folder of notes in two kinds of files, one of them in a folder of its own."""
    folder = tmp_path / "course"
    (folder / "more").mkdir(parents=True)
    (folder / "exam.md").write_text(EXAM)
    (folder / "labs.md").write_text(LABS)
    (folder / "more" / "rules.txt").write_text(RULES)
    (folder / ".hidden.md").write_text("# Nobody reads this file")
    return folder


@pytest.fixture
def base_folder(tmp_path: Path) -> Path:
    """A random GPT-2 with a tokenizer of its own."""
    folder = tmp_path / "base"
    save_model(folder)
    return folder
