"""Tokens and numbers in sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.splitting import message_length
from bot.domain.spoken import bits, chance, counted, cut, fitted, listed, percent, spoken, text_of
from bot.domain.views import Piece


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" the", "“the”"),
        ("the", "“the”"),
        ("\n", "a line break"),
        ("\n\n", "2 line breaks"),
        ("\\n\\n", "2 line breaks"),
        ("\\nabla", "“\\nabla”"),
        (" ", "a space"),
        ("   ", "3 spaces"),
        (" \n\t", "white space"),
        ("", "an empty token"),
        ("<|endoftext|>", "the end of the text"),
        ("\\xf0", "“\\xf0”"),
        ("a\nb", "“a b”"),
        ("\u202eabc", "“\\u202eabc”"),
        ("x\x00", "“x\\u0000”"),
        ("שלום", "“\u2068שלום\u2069”"),
        ("=" * 40, "“" + "=" * 23 + "…”"),
        ("\U000e0001", "“\\U000e0001”"),
    ],
)
def test_a_token_is_named(text: str, said: str) -> None:
    assert spoken(Piece(1, text)) == said


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0, "0 %"),
        (0.0004, "under 0.1 %"),
        (0.034, "3.4 %"),
        (0.0999, "10 %"),
        (0.34, "34 %"),
        (0.996, "99.6 %"),
        (0.9996, "100 %"),
        (1, "100 %"),
    ],
)
def test_a_share_is_a_percentage(share: float, said: str) -> None:
    assert percent(share) == said


def test_small_numbers_of_things() -> None:
    assert counted(1, "token") == "1 token"
    assert counted(1024, "token") == "1,024 tokens"
    assert bits(-0.0) == "0.0 bits"
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"


def test_a_context_keeps_its_end() -> None:
    said = text_of([Piece(1, "start"), Piece(2, " and" * 40), Piece(3, " end")])
    assert said.startswith("“…")
    assert said.endswith("and end”")
    assert len(said) == 62


def test_items_that_do_not_fit_are_counted() -> None:
    assert fitted("Two:", ["a", "b"], 40) == "Two: a; b."
    assert fitted("Many:", ["abcde"] * 10, 30) == "Many: abcde; and 9 more."


@given(st.text(), st.lists(st.text(max_size=50), max_size=40), st.integers(40, 300))
def test_a_list_keeps_to_its_length(intro: str, items: list[str], room: int) -> None:
    assert message_length(fitted(intro, items, room)) <= room


@pytest.mark.parametrize(
    ("surprisal", "said"),
    [
        (0.0, "100 %"),
        (1.0, "50 %"),
        (9.9, "0.1 %"),
        (10, "one in 1,000"),
        (26.5, "one in 95,000,000"),
    ],
)
def test_a_chance_stays_a_number_however_small(surprisal: float, said: str) -> None:
    assert chance(surprisal) == said


def test_line_breaks_in_escape_notation_are_none_in_a_sentence() -> None:
    assert text_of([Piece(1, "a?"), Piece(2, "\\n"), Piece(3, "b")]) == "“a? b”"


def test_text_is_cut_between_characters() -> None:
    assert cut("😀" * 10, 20) == "😀" * 10
    assert cut("😀" * 11, 20) == "😀" * 9 + " …"
