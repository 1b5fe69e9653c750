"""The sizes of small steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sampling import SamplingParams
from bot.generation.chunk import Chunk
from bot.generation.request import Request, Sequence
from bot.generation.step_shape import (
    GATHERING,
    MAX_GATHERED_ROWS,
    StepShape,
    max_rows,
    rounded,
)

WINDOW = 1024


def chunk(slot: int, start: int, num_tokens: int = 1) -> Chunk:
    tokens = (1,) * num_tokens
    return Chunk(Sequence(Request(slot, tokens, SamplingParams())), slot, start, tokens, 1)


def singles(slots: range) -> tuple[Chunk, ...]:
    return tuple(chunk(slot, 100) for slot in slots)


@pytest.mark.parametrize(
    ("stop", "length"),
    [(1, 128), (128, 128), (129, 256), (256, 256), (257, 512), (513, 1024), (1024, 1024)],
)
def test_keys_are_read_up_to_the_next_power_of_two(stop: int, length: int) -> None:
    assert StepShape.of((chunk(0, stop - 1),), 8, WINDOW) == StepShape(1, length, True)


def test_no_step_reads_beyond_the_window() -> None:
    assert StepShape.of((chunk(0, 299),), 8, 300) == StepShape(1, 300, True)
    assert StepShape.of((chunk(0, 300),), 8, 300) is None


@pytest.mark.parametrize(
    ("slots", "shape"),
    [
        (range(1), StepShape(1, 128, True)),
        (range(3), StepShape(4, 128, True)),
        (range(33), StepShape(48, 128, True)),  # no more rows than slots
        (range(2, 3), StepShape(1, 128, False)),  # one copy instead of three slots and a half
        (range(1, 3), StepShape(4, 128, True)),
        (range(40, 48), StepShape(8, 128, False)),
        (range(24, 48), StepShape(48, 128, True)),
    ],
)
def test_rows_are_slots_where_that_moves_less(slots: range, shape: StepShape) -> None:
    assert StepShape.of(singles(slots), 48, WINDOW) == shape


def test_guesses_are_rows_with_their_own_copies() -> None:
    step = (chunk(0, 50), chunk(1, 60, num_tokens=4))
    assert StepShape.of(step, 8, WINDOW) == StepShape(8, 128, False)


def test_a_longer_piece_of_a_prompt_goes_the_ordinary_way() -> None:
    assert StepShape.of((chunk(0, 0, MAX_GATHERED_ROWS),), 8, WINDOW) is not None
    assert StepShape.of((chunk(0, 0, MAX_GATHERED_ROWS + 1),), 8, WINDOW) is None
    assert StepShape.of((), 8, WINDOW) is None


@given(
    num_slots=st.integers(1, 80),
    window=st.integers(1, 1024),
    data=st.data(),
)
def test_every_step_of_running_answers_has_a_shape_that_holds_it(
    num_slots: int, window: int, data: st.DataObject
) -> None:
    starts = data.draw(
        st.dictionaries(
            st.integers(0, num_slots - 1), st.integers(0, window - 1), min_size=1, max_size=40
        )
    )
    shape = StepShape.of(tuple(chunk(*item) for item in starts.items()), num_slots, window)
    assert shape is not None
    assert max(starts.values()) < shape.length <= window
    assert len(starts) <= shape.num_rows <= max_rows(num_slots)
    num_moved = shape.num_rows * (1 if shape.is_in_place else GATHERING)
    if shape.is_in_place:
        assert max(starts) < shape.num_rows <= num_slots
    elif max(starts) < num_slots:
        assert num_moved < rounded(max(starts) + 1, 1, num_slots)


def test_there_are_few_shapes() -> None:
    found = {
        StepShape.of(tuple(chunk(slot, start) for slot in range(first, last)), 64, WINDOW)
        for first in range(64)
        for last in range(first + 1, 65)
        for start in (5, 200, 400, 1000)
    }
    assert len(found) <= 4 * (7 + 6)
