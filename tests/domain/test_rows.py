"""Single rows of tables."""

from bot.domain.rows import best_row
from bot.domain.stemmer import key
from bot.domain.wanted import Wanted

TABLE = "Before.\n\n| Boat | Seats |\n|---|---|\n| gig | 6 |\n| canoe | 2 |"


def wanted(word: str) -> tuple[Wanted, ...]:
    return (Wanted((((key(word),), 1.0),), 1.0),)


def test_the_row_on_what_is_asked_stands_for_its_table() -> None:
    assert best_row(TABLE, wanted("canoe")) == "| canoe | 2 |"
    assert best_row(TABLE, wanted("gig")) == "| gig | 6 |"


def test_neither_head_nor_rule_nor_prose_is_such_a_row() -> None:
    assert best_row(TABLE, wanted("boat")) == "| gig | 6 |"
    assert best_row("| Boat | Seats |\n|---|---|", wanted("boat")) is None
    assert best_row("Before.", wanted("before")) is None


def test_a_row_that_holds_little_of_the_question_is_none() -> None:
    question = (*wanted("canoe"), *wanted("price"), *wanted("shop"))
    assert best_row(TABLE, question) is None
    assert best_row(TABLE, question, above="The price of boats") == "| canoe | 2 |"
