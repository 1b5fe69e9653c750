"""Cleaning and decoding: what a note keeps of its characters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import NoteRefused
from bot.domain.question import clean_text
from bot.retrieval.cleaning import clean, one_line
from bot.retrieval.decoding import decode


@given(st.text())
def test_clean_text_is_composed_and_stays_what_it_is(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert clean_text(once) == once.strip().strip("\u200d").strip()


def test_invisible_characters_go_and_white_space_stays() -> None:
    assert clean("\u202e  a\u200bb\x00\tc\ufeff\r\nd\re\u2028f\x0cg ") == "  ab\tc\nd\ne\nf\n\ng "


@given(st.text(max_size=300), st.integers(1, 40))
def test_one_line_is_short_and_of_the_text(text: str, most: int) -> None:
    line = one_line(text, most)
    assert len(line) <= most
    assert " ".join(clean(text).split()).startswith(line)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_common_encodings_are_told_apart(encoding: str) -> None:
    text = "Übung: “naïve” – 5 €\n"
    assert decode("a.txt", text.encode(encoding)) == text


def test_a_declared_encoding_goes_before_the_guess() -> None:
    text = "Обучение"
    assert decode("a.html", text.encode("cp1251"), "windows-1251") == text
    assert decode("a.html", text.encode(), "windows-1251") == text
    assert decode("a.html", b"plain \x80", "no-such-encoding") == "plain €"


def test_letters_of_no_known_encoding_are_refused() -> None:
    with pytest.raises(NoteRefused, match=r'encoding the letters of "a.txt" are; .* as UTF-8'):
        decode("a.txt", b"a \x81\x8d word")


@pytest.mark.parametrize(
    "content", [b"MZ\x90\x00\x03", bytes(range(1, 32)) * 4, b"\xff\xfe\0\0a\0\0\0"]
)
def test_bytes_that_are_no_text_are_refused(content: bytes) -> None:
    with pytest.raises(NoteRefused, match="holds no text although its name"):
        decode("a.md", content)
