"""Lettering: every character can be seen, and what the font lacks is escaped."""

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.figures.lettering import caption, fitting, label, legible, width, word, wrapped
from tests.sights import WORLD


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (" the", "·the"),
        ("\n", "⏎"),
        ("\\n\\n", "⏎⏎"),
        ("\\nabla", "\\nabla"),
        ("a\tb", "a⇥b"),
        ("x·y", "x\\xb7y"),
        ("⏎", "\\u23ce"),
        ("你", "\\u4f60"),
        ("👩", "U+1F469"),
        ("\x00", "\\x00"),
        ("\xa0", "\\xa0"),
        ("\u202eabc", "\\u202eabc"),
        ("\u0301", "◌\u0301"),
        ("e\u0301", "e\u0301"),
        ("\ud800", "\\ud800"),
        ("שלום", "שלום"),
        ("$x_1$", "$x_1$"),
        ("Ω≤п", "Ω≤п"),
        ("a" * 30, "a" * 17 + "…"),
        ("", ""),
    ],
)
def test_a_label_shows_each_character(text: str, shown: str) -> None:
    assert label(text) == shown


def test_running_text_keeps_its_spaces_and_dots() -> None:
    assert legible("a · b") == "a · b"
    assert legible("你 a\n", 20) == "\\u4f60 a⏎"


def test_a_caption_shows_spaces_at_its_ends_only() -> None:
    assert caption(" the cat ") == "·the cat·"
    assert caption("  ") == "··"
    assert caption("gpt2 large") == "gpt2 large"


def test_an_escape_is_never_broken() -> None:
    assert label("你" * 9, 18) == "\\u4f60\\u4f60…"


@given(st.text(max_size=60), st.booleans())
def test_any_text_is_drawn_without_a_missing_sign(text: str, is_bold: bool) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for shown in (label(text), caption(text), legible(text)):
            assert word(shown).width == pytest.approx(width(shown))
        assert word(legible(text, is_bold=True), is_bold=True).width >= 0


def test_a_label_of_letters_from_the_right_stays_one_block() -> None:
    """Two labels beside each other are drawn one by one: neither turns the other around."""
    assert width(label("שלום")) > 1
    assert width(label(WORLD, 60)) > 10


@given(st.text(max_size=80), st.floats(2, 30), st.integers(1, 5))
def test_lines_keep_to_their_width_and_number(text: str, room: float, max_lines: int) -> None:
    lines = wrapped(legible(text), room, max_lines)
    assert len(lines) <= max_lines
    assert all(width(line) <= room for line in lines)


def test_nothing_is_lost_when_there_is_room() -> None:
    assert wrapped("one two three", 4, 9) == ["one", "two", "three"]
    assert "".join(wrapped("x" * 30, 5, 99)) == "x" * 30
    assert fitting("short", 10) == "short"
    assert fitting("a longer text", 4) == "a lon…"
