"""The prompt of an explanation: within the window, in a fixed order, nobody's to forge."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.conversation import Turn
from bot.domain.errors import PromptTooLong
from bot.domain.grounded_prompt import (
    INSTRUCTION,
    PASSAGE_TOKENS,
    QUESTION_TOKENS,
    fit_grounded,
)
from bot.domain.passage import Origin, Passage
from bot.domain.prompt import FittedPrompt
from bot.domain.template import ALPACA, BASE, COURSE, STARTER, Template

PIECES = ["loss", "layer", "the", "\n", "\n\n", "Question:", "Answer:", "A: ", "<|endoftext|>"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=120).map(" ".join)
QUESTIONS = st.lists(st.sampled_from(PIECES[:4]), min_size=1, max_size=300).map(" ".join)
TURNS = st.lists(st.builds(Turn, QUESTIONS, TEXTS), max_size=4)
PASSAGES = st.lists(
    st.builds(Passage, st.just(1), st.just(Origin.NOTE), TEXTS, TEXTS, TEXTS, TEXTS), max_size=4
)
FIELD = re.compile(r"^[ \t]*(?:Question|Answer|Q|A):", re.MULTILINE | re.IGNORECASE)
TEMPLATES = st.sampled_from([BASE, STARTER, ALPACA])


def count(text: str) -> int:
    """A stand-in tokenizer: words and line ends are tokens."""
    return len(text.split()) + text.count("\n")


def passage(text: str, title: str = "Week 1", heading: str = "Dropout") -> Passage:
    return Passage(1, Origin.NOTE, "week-1.md", title, heading, text)


def fitted(
    passages: list[Passage], history: list[Turn], question: str, window: int = 1024
) -> FittedPrompt:
    return fit_grounded(
        STARTER, passages, history, question, count, window=window, max_new_tokens=64
    )


def test_passages_come_first_and_the_question_last() -> None:
    prompt = fitted(
        [
            passage("It switches units off."),
            passage("Adam adapts.", heading="Week 1"),
            passage("SGD steps.", heading=""),
        ],
        [Turn("What is Adam?", "An optimiser.")],
        "And dropout?",
    )
    assert prompt.text == (
        "[1] Week 1 — Dropout\nIt switches units off.\n\n"
        "[2] Week 1\nAdam adapts.\n\n"
        "[3] Week 1\nSGD steps.\n\n"
        f"{INSTRUCTION}"
        "Question: What is Adam?\nAnswer: An optimiser.\n"
        "Question: And dropout?\nAnswer:"
    )
    parts = prompt.parts
    assert parts.passages + parts.instruction + parts.history + parts.question == prompt.num_tokens


def test_past_turns_of_which_a_template_makes_no_sense_are_not_missed() -> None:
    history = [Turn("What is Adam?", "An optimiser.")]
    prompt = fit_grounded(COURSE, [], history, "And SGD?", count, window=512, max_new_tokens=64)
    assert prompt.text == f"{INSTRUCTION}Question: And SGD?\nAnswer:"
    assert (prompt.num_turns, prompt.num_dropped_turns) == (0, 0)


@given(TEMPLATES, PASSAGES, TURNS, QUESTIONS, st.integers(200, 1024))
def test_a_prompt_is_never_over_the_window(
    template: Template, passages: list[Passage], history: list[Turn], question: str, window: int
) -> None:
    try:
        prompt = fit_grounded(
            template, passages, history, question, count, window=window, max_new_tokens=64
        )
    except PromptTooLong:
        header = count(template.header) if template.keeps_header else 0
        assert window < header + QUESTION_TOKENS + count(INSTRUCTION) + 64 + 10
        return
    assert prompt.num_tokens == count(prompt.text) <= window - 64
    assert prompt.num_turns + prompt.num_dropped_turns == len(history)
    assert prompt.text.endswith(template.before_answer)
    parts = prompt.parts
    counted = parts.instruction + parts.passages + parts.history + parts.question
    assert counted == prompt.num_tokens


def test_a_model_that_needs_its_header_has_it_before_the_passages() -> None:
    passages = [passage("It switches units off.")]
    prompt = fit_grounded(ALPACA, passages, [], "Why?", count, window=1024, max_new_tokens=64)
    assert prompt.text == (
        f"{ALPACA.header}[1] Week 1 — Dropout\nIt switches units off.\n\n{INSTRUCTION}"
        "### Instruction:\nWhy?\n\n### Response:"
    )


@given(PASSAGES)
def test_nothing_in_a_note_is_taken_for_a_part_of_the_prompt(passages: list[Passage]) -> None:
    prompt = fitted(passages, [], "What is a loss?").text
    assert "<|endoftext|>" not in prompt
    assert FIELD.findall(prompt) == ["Question:", "Answer:"]


@pytest.mark.parametrize("mark", ["<|endof<|endoftext|>text|>", "<|endof\u200btext|>"])
def test_a_mark_in_pieces_is_not_put_together(mark: str) -> None:
    prompt = fitted([passage(mark, mark, mark)], [Turn(mark, mark)], mark)
    assert "<|endoftext|>" not in prompt.text


def test_what_does_not_fit_goes_in_a_fixed_order() -> None:
    """The oldest turn, the other turn, then the last passages."""
    passages = [passage(f"p{number} " * 40) for number in range(3)]
    history = [Turn(f"Turn {number}?", "yes " * 20) for number in range(2)]
    dropped = []
    for window in range(400, 100, -1):
        try:
            text = fitted(passages, history, "What is dropout?", window).text
        except PromptTooLong:
            break
        for mark in ("Turn 0", "Turn 1", "p2", "p1", "p0"):
            if mark not in text and mark not in dropped:
                dropped.append(mark)
    assert dropped == ["Turn 0", "Turn 1", "p2", "p1", "p0"]


def test_a_long_question_keeps_its_beginning_and_its_end() -> None:
    prompt = fitted([], [], "first " + "word " * 2_000 + "last?")
    assert "Question: first word" in prompt.text
    assert " … word" in prompt.text
    assert prompt.text.endswith("word last?\nAnswer:")
    assert prompt.parts.question <= QUESTION_TOKENS + 5


def test_a_long_passage_is_cut_between_words() -> None:
    prompt = fitted([passage("words " * 400)], [], "Why?")
    block = prompt.text.split("\n")[1]
    assert set(block.split(" ")) == {"words"}
    assert count(block) <= PASSAGE_TOKENS


def test_a_window_without_room_for_the_question_refuses_it() -> None:
    with pytest.raises(PromptTooLong, match="please shorten it"):
        fitted([], [], "word " * 500, window=150)
