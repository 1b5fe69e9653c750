"""Rows of a classifier: which come together, and what is read of a text."""

import random
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.training.classifying.labelled import Labelled
from bot.training.classifying.text_rows import TextRow, TextRows, alike_together, text_batch
from bot.training.finetuning.base import Base


def padded(rows: list[TextRow], batch: int) -> int:
    steps = [rows[at : at + batch] for at in range(0, len(rows), batch)]
    return sum(len(step) * max(len(row.ids) for row in step) for step in steps)


def test_rows_of_a_step_are_about_as_long_and_all_are_there() -> None:
    chance = random.Random(0)
    rows = [TextRow((1,) * chance.randint(1, 60), number % 2) for number in range(1000)]
    ordered = alike_together(rows, 16, chance)
    assert Counter(ordered) == Counter(rows)
    assert padded(ordered, 16) < 0.6 * padded(rows, 16)
    assert ordered != sorted(ordered, key=lambda row: len(row.ids))


@settings(max_examples=50, deadline=None)
@given(lengths=st.lists(st.integers(1, 9), max_size=80), batch=st.integers(1, 7))
def test_no_row_is_lost_however_many_there_are(lengths: list[int], batch: int) -> None:
    rows = [TextRow((1,) * length, number) for number, length in enumerate(lengths)]
    assert Counter(alike_together(rows, batch, random.Random(1))) == Counter(rows)


def test_batches_are_padded_at_their_right_and_know_their_last_tokens() -> None:
    batch = text_batch([(5, 6, 7), (8,)], 0)
    assert batch["input_ids"].tolist() == [[5, 6, 7], [8, 0, 0]]
    assert batch["last"].tolist() == [2, 0]


def test_what_is_typed_in_a_hurry_has_other_slips_every_time(base_folder: Path) -> None:
    rows = TextRows(Base.of("tiny", base_folder, "base").vocabulary(), ("a",), 64)
    texts = [Labelled(f"What is attention number {n}?", "a", "g", True) for n in range(30)]
    plain = [Labelled(each.text, "a", "g") for each in texts]
    one, two = (Counter(rows.of(texts, random.Random(seed))) for seed in (1, 2))
    assert one != two
    assert Counter(rows.of(plain, random.Random(1))) == Counter(rows.of(plain))
