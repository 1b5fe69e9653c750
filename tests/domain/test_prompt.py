"""Prompts fit the window, keep the newest turns whole, and say what they dropped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Turn
from bot.domain.errors import ModelUnavailable, PromptTooLong
from bot.domain.prompt import BASE, STARTER, FittedPrompt, fit, template_named

WORDS = st.lists(st.sampled_from(["loss", "layer", "token", "the"]), min_size=1, max_size=40)
TEXTS = WORDS.map(" ".join)
TURNS = st.lists(st.builds(Turn, TEXTS, TEXTS), max_size=30)


def count_words(text: str) -> int:
    """A stand-in tokenizer: words and line ends are tokens."""
    return len(text.split()) + text.count("\n")


@given(TURNS, TEXTS, st.integers(60, 400), st.integers(1, 50))
def test_a_prompt_always_leaves_room_for_the_answer(
    history: list[Turn], question: str, window: int, max_new_tokens: int
) -> None:
    try:
        prompt = fit(
            STARTER, history, question, count_words, window=window, max_new_tokens=max_new_tokens
        )
    except PromptTooLong:
        assert count_words(STARTER.open(question)) + max_new_tokens > window
        return
    assert prompt.num_tokens == count_words(prompt.text)
    assert prompt.num_tokens + max_new_tokens <= window
    assert prompt.num_turns + prompt.num_dropped_turns == len(history)
    assert prompt.text.endswith("\nAnswer:")


@given(TURNS, TEXTS)
def test_the_newest_turns_stay_whole_and_in_order(history: list[Turn], question: str) -> None:
    prompt = fit(STARTER, history, question, count_words, window=300, max_new_tokens=20)
    kept = history[prompt.num_dropped_turns :]
    assert prompt.text == "".join(map(STARTER.turn, kept)) + STARTER.open(question)


@given(TURNS, TEXTS)
def test_no_more_turns_are_dropped_than_must_be(history: list[Turn], question: str) -> None:
    prompt = fit(STARTER, history, question, count_words, window=300, max_new_tokens=20)
    if prompt.num_dropped_turns:
        one_more = STARTER.turn(history[prompt.num_dropped_turns - 1]) + prompt.text
        assert count_words(one_more) + 20 > 300


def test_tokens_that_merge_over_a_border_cannot_overfill_the_window() -> None:
    def count(text: str) -> int:
        return len(text.split()) + 5 * text.count("\nQuestion")  # dearer together than apart

    prompt = fit(STARTER, [Turn("a b", "c")] * 9, "d", count, window=60, max_new_tokens=20)
    assert isinstance(prompt, FittedPrompt)
    assert count(prompt.text) <= 40


def test_a_question_that_fills_the_window_is_refused_with_its_size() -> None:
    with pytest.raises(PromptTooLong, match=r"has 500 tokens .* at most 77 .*shorten"):
        fit(STARTER, [], "word " * 500, count_words, window=100, max_new_tokens=20)


def test_the_base_template_stops_at_invented_turns() -> None:
    assert "\nQuestion:" in BASE.stop
    assert BASE.open("Why?").endswith("Answer:")


def test_an_unknown_template_is_named_with_the_known_ones() -> None:
    with pytest.raises(ModelUnavailable, match='no prompt template "x"; use one of base, starter'):
        template_named("x")
