"""Guessed tokens: where they come from, how many pay, and that they change no answer."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.generation.speculation import (
    DEAR_ROW_COST,
    MAX_GUESSED,
    ROW_COST,
    PromptLookup,
    num_guesses,
)


def test_the_words_behind_the_last_ones_are_guessed_from_their_latest_place() -> None:
    lookup = PromptLookup([1, 2, 3, 4, 9, 1, 2, 3, 5, 6, 7, 8, 1, 2, 3])
    assert lookup.guess(3) == (5, 6, 7)
    assert lookup.guess(0) == ()


def test_two_words_are_looked_up_where_three_are_not_found() -> None:
    assert PromptLookup([1, 2, 3, 4, 0, 2, 3]).guess(8) == (4, 0, 2, 3)
    assert PromptLookup([1, 2, 3, 4, 0, 3]).guess(8) == ()


def test_nothing_is_guessed_in_a_text_without_repetition() -> None:
    assert PromptLookup(range(100)).guess(8) == ()
    assert PromptLookup([]).guess(8) == PromptLookup([1]).guess(8) == ()


def test_the_rate_follows_how_often_guesses_are_right() -> None:
    copying = PromptLookup(range(100))
    copying.extend(range(40))
    assert copying.rate > 0.99
    wrong = PromptLookup(range(50))
    for token in range(0, 48, 2):
        wrong.extend([token, token + 1, 99])  # the prompt goes on with token + 2
    assert wrong.rate < 0.01


def test_tokens_that_nothing_was_guessed_for_leave_the_rate() -> None:
    lookup = PromptLookup([1, 2, 3])
    before = lookup.rate
    lookup.extend([4, 5, 6])
    assert lookup.rate == before


def speed(numbers: tuple[int, ...], rates: list[float], row_cost: float) -> float:
    """Tokens per unit of time of a step, as `num_guesses` counts."""
    tokens = sum(
        1 + sum(rate**j for j in range(1, number + 1))
        for rate, number in zip(rates, numbers, strict=True)
    )
    return tokens / (1 + (len(rates) + sum(numbers) - 1) * row_cost)


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=3), st.sampled_from([ROW_COST, DEAR_ROW_COST])
)
def test_no_other_numbers_of_guesses_would_be_faster(rates: list[float], row_cost: float) -> None:
    chosen = tuple(num_guesses(rates, 1000, row_cost))
    best = max(
        speed(numbers, rates, row_cost)
        for numbers in itertools.product(range(MAX_GUESSED + 1), repeat=len(rates))
    )
    assert speed(chosen, rates, row_cost) == pytest.approx(best)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40), st.integers(0, 60))
def test_guesses_stay_within_the_room_of_the_step(rates: list[float], room: int) -> None:
    numbers = num_guesses(rates, room, ROW_COST)
    assert sum(numbers) <= room
    assert all(number == 0 for rate, number in zip(rates, numbers, strict=True) if rate == 0)


def test_a_full_batch_of_doubtful_texts_is_not_guessed_for() -> None:
    assert num_guesses([0.05] * 32, 100, ROW_COST) == [0] * 32
    assert num_guesses([0.95], 100, ROW_COST) == [MAX_GUESSED]
