"""The smallest pieces that say something, and what stands out."""

from bot.domain.units import leads, units


def test_sentences_items_and_code_are_units() -> None:
    text = "One is here. Two is here.\n\n- first\n- second\n\n```\nx = 1\n```"
    assert list(units(text)) == [
        "One is here.",
        "Two is here.",
        "first",
        "second",
        "```\nx = 1\n```",
    ]


def test_a_row_stands_behind_the_first_row_of_its_own_table() -> None:
    text = "| A | B |\n|---|---|\n| 1 | 2 |\n\nText.\n\n| C |\n| 3 |"
    assert list(units(text)) == [
        "| A | B |",
        "| A | B |\n|---|---|",
        "| A | B |\n| 1 | 2 |",
        "Text.",
        "| C |",
        "| C |\n| 3 |",
    ]


def test_beginnings_of_paragraphs_and_bold_print_stand_out() -> None:
    text = "Anchors hold. They rust.\n\nThe **keel rule** and *ballast* matter."
    assert leads(text).split() == ["Anchors", "hold", "The", "keel", "rule", "ballast"]
