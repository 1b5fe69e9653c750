"""A sweep's combinations, and which of them is the best."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import InvalidParameter
from bot.domain.model_spec import GPT2
from bot.training.finetuning.grid import Cell, chosen, grid, may_win, rows_of
from bot.training.finetuning.plan import TuningMethod, Wishes

WISHES = Wishes(seed=3)


def test_every_combination_has_a_label_and_its_numbers() -> None:
    cells = grid("learning-rate=5e-5,1e-4 epochs=2,3", WISHES, GPT2)
    assert [label for label, _ in cells] == [
        "learning-rate=5e-05 epochs=2",
        "learning-rate=5e-05 epochs=3",
        "learning-rate=0.0001 epochs=2",
        "learning-rate=0.0001 epochs=3",
    ]
    assert cells[2][1] == replace(WISHES, learning_rate=1e-4, epochs=2)
    methods = grid("method=full,lora", WISHES, GPT2)
    assert [wishes.method for _, wishes in methods] == [TuningMethod.FULL, TuningMethod.LORA]


def test_auto_tries_half_and_twice_the_usual_rate() -> None:
    rates = [wishes.learning_rate for _, wishes in grid("auto", WISHES, GPT2)]
    assert rates == [2.5e-5, 5e-5, 1e-4]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "these are 1"),
        ("epochs=2", "these are 1"),
        ("epochs=2,2", "these are 1"),
        ("seed=1,2", "knows learning-rate, epochs.*not seed"),
        ("epochs=two,three", "cannot read epochs=two,three"),
        ("epochs=1,2,3,4,5 batch=1,2,3,4,5", "these are 25"),
        ("method=full,half", "cannot read"),
    ],
)
def test_words_that_are_no_grid_are_refused_with_an_example(words: str, told: str) -> None:
    with pytest.raises(InvalidParameter, match=f"{told}.*learning-rate=5e-5,1e-4 epochs=2,3"):
        grid(words, WISHES, GPT2)


LOW = Cell("low", loss=2.0, right=0.10, asked=100)
MIDDLE = Cell("middle", loss=2.5, right=0.60, asked=100)
HIGH = Cell("high", loss=3.0, right=0.64, asked=100)
LOST = Cell("lost", diverged=True)


def test_right_answers_decide_and_the_loss_where_they_are_as_good_as_equal() -> None:
    assert chosen([LOW, MIDDLE, HIGH, LOST]) is MIDDLE
    assert chosen([LOW, replace(MIDDLE, right=0.4), HIGH]) is HIGH
    no_exam = [replace(each, right=None, asked=0) for each in (HIGH, LOW, MIDDLE)]
    assert chosen(no_exam).label == "low"
    unknown = replace(HIGH, loss=None)
    assert chosen([unknown, LOW]) is unknown
    with pytest.raises(InvalidParameter, match="lower learning rates"):
        chosen([LOST])


def test_only_what_another_surpasses_in_both_cannot_win() -> None:
    assert may_win(LOW, [LOW, MIDDLE, HIGH])
    worse = Cell("worse", loss=2.6, right=0.5, asked=100)
    assert not may_win(worse, [LOW, MIDDLE, worse])
    assert not may_win(LOST, [LOST])
    twin = replace(LOW, label="twin")
    assert may_win(twin, [LOW, twin])


def test_cells_survive_their_file_and_make_a_table(tmp_path: Path) -> None:
    cells = (LOW, replace(MIDDLE, is_chosen=True, seconds=90), LOST)
    Cell.write_all(cells, tmp_path / "sweep.json")
    assert Cell.read_all(tmp_path / "sweep.json") == cells
    assert Cell.read_all(tmp_path / "nothing.json") == ()
    assert list(rows_of(cells))[1:] == [
        ("middle ← the run", "2.500", "60.0% of 100", "1.5"),
        ("lost", "not a number", "–", "–"),
    ]
