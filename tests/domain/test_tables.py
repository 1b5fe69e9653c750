"""Tables of notes, drawn for Discord, which draws none."""

import pytest

from bot.domain.tables import with_drawn_tables


def test_a_table_becomes_columns_between_the_words_around_it() -> None:
    table = "Dates:\n| | Exam | Resit |\n|---|:--|--:|\n| Begins | 09:30 | 14:00 |\n\nBe there."
    assert with_drawn_tables(table) == (
        "Dates:\n```\n"
        "       │ Exam  │ Resit\n"
        "───────┼───────┼──────\n"
        "Begins │ 09:30 │ 14:00\n"
        "```\n\nBe there."
    )


def test_two_tables_are_drawn_apart() -> None:
    assert with_drawn_tables("|a|b|\n|c|d|\n\n|long|\n|e|f|") == (
        "```\na │ b\nc │ d\n```\n\n```\nlong │\ne    │ f\n```"
    )


def test_wide_letters_and_bars_in_cells_keep_the_columns() -> None:
    assert with_drawn_tables("| 注意 | x |\n| a\\|b | y |") == "```\n注意 │ x\na|b  │ y\n```"


@pytest.mark.parametrize(
    "text", ["No table.", "| one line", "| a |\n| ``` |", "```\n| a |\n| b |\n```", ""]
)
def test_what_is_no_table_is_left_alone(text: str) -> None:
    assert with_drawn_tables(text) == text
