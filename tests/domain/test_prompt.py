"""Prompts fit the window, keep the newest turns whole, and say what they dropped."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Turn
from bot.domain.errors import PromptTooLong
from bot.domain.prompt import FittedPrompt, fit
from bot.domain.template import ALPACA, BASE, COURSE, EXAMPLES, STARTER, Template

WORDS = st.lists(st.sampled_from(["loss", "layer", "token", "the"]), min_size=1, max_size=40)
TEXTS = WORDS.map(" ".join)
TURNS = st.lists(st.builds(Turn, TEXTS, TEXTS), max_size=30)


def count_words(text: str) -> int:
    """A stand-in tokenizer: words and line ends are tokens."""
    return len(text.split()) + text.count("\n")


@given(
    st.sampled_from([BASE, STARTER, ALPACA]), TURNS, TEXTS, st.integers(60, 400), st.integers(1, 50)
)
def test_a_prompt_always_leaves_room_for_the_answer(
    template: Template, history: list[Turn], question: str, window: int, max_new_tokens: int
) -> None:
    try:
        prompt = fit(
            template, history, question, count_words, window=window, max_new_tokens=max_new_tokens
        )
    except PromptTooLong:
        bare = template.header + template.open(question)
        assert count_words(bare) + max_new_tokens > window
        return
    parts = prompt.parts
    counted = parts.instruction + parts.examples + parts.history + parts.question
    assert counted == prompt.num_tokens
    assert prompt.num_tokens == count_words(prompt.text)
    assert prompt.num_tokens + max_new_tokens <= window
    assert prompt.num_turns + prompt.num_dropped_turns == len(history)
    assert prompt.text.endswith(template.before_answer)


@given(TURNS, TEXTS)
def test_past_turns_of_which_a_template_makes_no_sense_are_not_missed(
    history: list[Turn], question: str
) -> None:
    prompt = fit(COURSE, history, question, count_words, window=300, max_new_tokens=20)
    assert prompt.text == COURSE.open(question)
    assert (prompt.num_turns, prompt.num_dropped_turns) == (0, 0)
    last = replace(COURSE, max_turns=1)
    prompt = fit(last, history, question, count_words, window=300, max_new_tokens=20)
    assert prompt.text == "".join(map(COURSE.turn, history[-1:])) + COURSE.open(question)


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


def test_examples_stand_before_the_thread_the_most_typical_one_last() -> None:
    prompt = fit(
        BASE, [Turn("And Adam?", "Yes.")], "Why?", count_words, window=1024, max_new_tokens=160
    )
    assert prompt.text.startswith(BASE.header + BASE.turn(EXAMPLES[0]))
    assert prompt.text.endswith(
        BASE.turn(EXAMPLES[-1]) + "Question: And Adam?\nAnswer: Yes.\n\nQuestion: Why?\nAnswer:"
    )


def test_examples_make_room_for_a_question_one_after_the_other() -> None:
    dropped = []
    for length in range(40, 200):
        question = "word " * length
        text = fit(BASE, [], question, count_words, window=220, max_new_tokens=20).text
        for number, example in enumerate(EXAMPLES):
            if example.answer not in text and number not in dropped:
                dropped.append(number)
        if len(dropped) == len(EXAMPLES):
            break
    assert dropped == [0, 1, 2]
    assert text == BASE.header + BASE.open(question)
