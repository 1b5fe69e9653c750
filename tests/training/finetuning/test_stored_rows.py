"""Rows that lie on the disk and are read as if they were in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.errors import BotError
from bot.training.finetuning.rows import IGNORED, Row
from bot.training.finetuning.stored_rows import StoredRows

ROWS = [Row((n, n + 1, 50_256), (IGNORED, n + 1, 50_256)) for n in range(20)]


def test_what_was_stored_is_read_again(tmp_path: Path) -> None:
    stored = StoredRows(iter(ROWS), tmp_path)
    assert list(stored) == ROWS
    assert stored[3] == stored[-17] == ROWS[3]
    assert stored[16:32] == ROWS[16:]
    assert (len(stored), stored.num_tokens, stored.num_learned) == (20, 60, 40)


def test_the_file_has_no_name_and_is_gone_with_the_process(tmp_path: Path) -> None:
    stored = StoredRows(ROWS, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert stored[0] == ROWS[0]


def test_a_disk_that_is_full_is_one_sentence(tmp_path: Path) -> None:
    def rows() -> Iterator[Row]:
        yield ROWS[0]
        raise OSError(28, "No space left on device")

    with pytest.raises(BotError, match=r"cannot be written.*No space left on device\); make room"):
        StoredRows(rows(), tmp_path)
    assert list(tmp_path.iterdir()) == []
