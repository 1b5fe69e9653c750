"""The budget of a prompt: its parts, its bars, and its way through the database."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.budget import BAR_WIDTH, Budget
from bot.domain.prompt import FittedPrompt, PromptParts, fit
from bot.domain.template import BASE

PARTS = st.builds(PromptParts, *[st.integers(0, 180)] * 5)
BUDGETS = st.builds(Budget, PARTS, st.integers(1, 124), st.just(1024))


def count_words(text: str) -> int:
    return len(text.split()) + text.count("\n")


def test_the_table_has_a_line_for_each_part_that_there_is() -> None:
    budget = Budget(PromptParts(instruction=20, passages=143, question=9), 64, 1024)
    assert budget.table.splitlines() == [
        "instruction    20 █",
        "passages      143 █████",
        "question        9 █",
        "answer         64 ██",
        "free          788 ░░░░░░░░░░░░░░░░░░░░░░░░░",
    ]


@given(BUDGETS)
def test_everything_together_is_the_window(budget: Budget) -> None:
    assert sum(budget.shares.values()) + budget.num_free == budget.window
    assert budget.num_prompt_tokens + budget.room == sum(budget.shares.values())
    bars = [line.count("█") for line in budget.table.splitlines()[:-1]]
    assert all(1 <= bar <= BAR_WIDTH for bar in bars)
    assert len(bars) == sum(tokens > 0 for tokens in budget.shares.values())


@given(BUDGETS)
def test_a_budget_survives_the_database(budget: Budget) -> None:
    assert Budget.of_dict(json.loads(json.dumps(budget.as_dict()))) == budget


def test_a_prompt_without_parts_is_all_question() -> None:
    budget = Budget.of(FittedPrompt("Once upon a time", 4, 0, 0), 16, 1024)
    assert budget.shares["question"] == budget.num_prompt_tokens == 4


def test_a_header_is_told_as_instruction_and_examples() -> None:
    prompt = fit(BASE, (), "Why?", count_words, window=1024, max_new_tokens=160)
    budget = Budget.of(prompt, 160, 1024)
    assert budget.shares["instruction"] == count_words(BASE.header)
    assert budget.shares["examples"] > budget.shares["instruction"]
    assert budget.num_prompt_tokens == prompt.num_tokens
