"""Pieces: verbatim, in order, within the limit, and cut where a person would cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.document import Document, Section
from bot.retrieval.splitter import count_words, split

MARKUP = st.sampled_from(
    ["\n", "\n\n", "- ", "```\n", "| a |\n", "w " * 20, "Word one. ", "two: ", "\n```py\n", "1. ",
     "x" * 90, "$a. B$ ", "\t", " "]
)  # fmt: skip
TEXTS = st.lists(st.one_of(MARKUP, st.text(max_size=10)), max_size=60).map("".join)


def parts(text: str, max_words: int = 110) -> list[str]:
    return [piece.text for piece in split(Document("", (Section("", text),)), max_words)]


def words(number: int, name: str = "word") -> str:
    """A sentence of so many words."""
    return " ".join([name] * number) + "."


@given(TEXTS, st.integers(3, 40))
def test_pieces_give_back_the_section_and_keep_the_limit(text: str, max_words: int) -> None:
    pieces = parts(text, max_words)
    position = 0
    for piece in pieces:
        assert piece.strip()
        assert len(piece.split()) <= max_words
        assert count_words(piece) <= max_words
        position = text.index(piece, position) + len(piece)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(st.lists(st.integers(1, 60), min_size=1, max_size=12), st.integers(60, 120))
def test_a_paragraph_that_fits_is_never_torn(lengths: list[int], max_words: int) -> None:
    paragraphs = [words(length, f"w{index}") for index, length in enumerate(lengths)]
    pieces = parts("\n\n".join(paragraphs), max_words)
    assert [part for piece in pieces for part in piece.split("\n\n")] == paragraphs
    assert len(pieces) == len(greedy(lengths, max_words)), "as few pieces as possible"


def greedy(lengths: list[int], limit: int) -> list[int]:
    """The fewest groups of neighbours within a limit."""
    groups = [0]
    for length in lengths:
        if groups[-1] + length > limit:
            groups.append(0)
        groups[-1] += length
    return groups


def test_sections_are_never_joined_and_keep_heading_and_page() -> None:
    document = Document("t", (Section("A", "One.", 1), Section("A", "Two.", 2), Section("B", "C")))
    assert [(piece.heading, piece.text, piece.page) for piece in split(document)] == [
        ("A", "One.", 1),
        ("A", "Two.", 2),
        ("B", "C", None),
    ]


def test_a_long_paragraph_is_cut_between_sentences_into_even_pieces() -> None:
    text = " ".join(words(20, f"w{index}").capitalize() for index in range(8))
    pieces = parts(text)
    assert [len(piece.split()) for piece in pieces] == [80, 80]
    assert all(piece.endswith(".") for piece in pieces)


def test_a_list_stays_with_the_line_that_introduces_it() -> None:
    items = "\n".join(f"- {words(9)}" for _ in range(8))
    first, second = parts(f"{words(60)}\n\nThese help:\n\n{items}")
    assert first == words(60)
    assert second == f"These help:\n\n{items}"


def test_the_last_sentence_of_a_long_paragraph_goes_with_its_list() -> None:
    items = "\n".join(f"- {words(9)}" for _ in range(8))
    pieces = parts(f"{words(60).capitalize()} These help:\n{items}")
    assert pieces == [words(60).capitalize(), f"These help:\n{items}"]


def test_a_list_that_is_too_long_is_cut_between_items() -> None:
    items = [f"- {words(19)}" for _ in range(9)]
    pieces = parts("These help:\n" + "\n".join(items))
    assert pieces[0].startswith("These help:\n- word")
    assert all(line in (*items, "These help:") for piece in pieces for line in piece.split("\n"))


def test_code_stays_with_the_paragraph_before_it() -> None:
    code = "```python\n" + "\n".join(f"x = {number} + y" for number in range(10)) + "\n```"
    pieces = parts(f"{words(70)}\n\n{words(50)}\n\n{code}\n\n{words(60)}")
    assert pieces == [words(70), f"{words(50)}\n\n{code}", words(60)]


def test_code_is_cut_at_line_ends_only_if_it_is_too_long() -> None:
    lines = [f"    x{number} = {number} + y" for number in range(60)]
    pieces = parts("```python\n" + "\n".join(lines) + "\n```")
    assert len(pieces) > 1
    kept = "\n".join(pieces).split("\n")
    assert kept == ["```python", *lines, "```"]


def test_a_sentence_that_is_too_long_is_cut_between_words() -> None:
    text = " ".join(f"w{number}" for number in range(250))
    pieces = parts(text)
    assert " ".join(pieces) == text
    assert max(len(piece.split()) for piece in pieces) <= 110


def test_a_word_without_end_is_cut_too() -> None:
    word = "ab" * 5_000
    pieces = parts(word)
    assert "".join(pieces) == word
    assert len(pieces) > 1


@pytest.mark.parametrize("text", ["", " \n\n "])
def test_nothing_makes_no_pieces(text: str) -> None:
    assert parts(text) == []
