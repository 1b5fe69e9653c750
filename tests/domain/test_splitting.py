"""Splitting: parts fit, and nothing is torn that fits into one part."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.splitting import MESSAGE_LIMIT, message_length, split_message

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=30)
PLAIN = WORDS.filter(lambda word: not set(word) & set("`$\\") and not word.isspace())


def fence_is_open(part: str) -> bool:
    return sum(line.startswith("```") for line in part.split("\n")) % 2 == 1


@given(st.text(max_size=3_000), st.integers(60, 400))
def test_every_part_fits_and_says_something(text: str, limit: int) -> None:
    for part in split_message(text, limit):
        assert message_length(part) <= limit
        assert part.strip()


MARKS = st.sampled_from(
    ["```", "\n```", "````", "\n", "\n\n", " ", "`", "$", "$$", r"\[", r"\]", r"\(", r"\)", "😀"]
)
STRETCHES = st.builds(
    str.__mul__, st.sampled_from(["a", " ", "😀", "`", "w "]), st.integers(1, 150)
)


@given(st.lists(st.one_of(MARKS, STRETCHES, WORDS), max_size=60).map("".join))
def test_every_part_of_torn_markup_fits(text: str) -> None:
    for part in split_message(text, 80):
        assert message_length(part) <= 80
        assert part.strip()


@given(st.text(st.characters(exclude_characters="\n`", exclude_categories=["Cs"]), max_size=300))
def test_every_part_behind_any_words_on_a_fence_line_fits(words: str) -> None:
    for text in (f"```{words}", f"```{words}\ncode\n```", f"```{words}\n" + "code " * 40):
        for part in split_message(text, 80):
            assert message_length(part) <= 80


@given(st.lists(st.tuples(PLAIN, st.sampled_from([" ", "\n", "\n\n", "  "])), max_size=200))
def test_no_word_is_lost_broken_or_reordered(pieces: list[tuple[str, str]]) -> None:
    text = "".join(word + space for word, space in pieces)
    parts = split_message(text, 80)
    assert [word for part in parts for word in part.split()] == text.split()


CODE_LINES = st.lists(st.text("abc =()\t", max_size=40).map(str.rstrip), min_size=1, max_size=60)


@given(PLAIN, CODE_LINES, PLAIN, st.sampled_from(["", "python", "c++"]))
def test_a_code_block_is_closed_and_opened_again_with_its_language(
    before: str, lines: list[str], after: str, language: str
) -> None:
    code = "\n".join(lines)
    parts = split_message(f"{before}\n```{language}\n{code}\n```\n{after}", 100)
    for part in parts:
        assert not fence_is_open(part)
        assert message_length(part) <= 100
    opened = [line for part in parts for line in part.split("\n") if line.startswith("```")]
    assert all(line == f"```{language}" for line in opened[::2])
    assert all(line == "```" for line in opened[1::2])
    kept = [
        line
        for part in parts
        for block in re.findall(rf"```{re.escape(language)}\n(.*?)\n?```", part, re.DOTALL)
        for line in block.split("\n")
        if line.strip()
    ]
    assert kept == [line for line in lines if line.strip()]


FORMULAE = st.sampled_from(
    [
        r"$\frac{1}{n} \sum_{i = 1}^{n} x_i$",
        r"$$ L = - \sum_i y_i \log p_i $$",
        r"\[ a + b \]",
        r"\( x y z \)",
        "`a b c`",
    ]
)


@given(st.lists(st.one_of(PLAIN, FORMULAE), max_size=120))
def test_a_formula_stays_in_one_part(pieces: list[str]) -> None:
    parts = split_message(" ".join(pieces), 120)
    joined = "\x00".join(parts)
    for formula in (piece for piece in pieces if " " in piece):
        assert joined.count(formula) >= 1


@given(st.integers(1, 9_000))
def test_an_endless_word_is_cut_and_nothing_of_it_is_lost(length: int) -> None:
    word = ("abc" * length)[:length]
    assert "".join(split_message(word)) == word


def test_a_break_prefers_the_paragraph_over_the_line_and_the_sentence() -> None:
    text = "One. Two three.\n\nFour five. Six\nseven eight nine ten eleven twelve."
    assert split_message(text, 40)[0] == "One. Two three."


def test_a_short_text_is_one_part_unchanged() -> None:
    text = "Dropout:\n```python\nnn.Dropout(0.1)\n```\nThat is all."
    assert split_message(text) == [text]


def test_an_unclosed_fence_is_closed() -> None:
    assert split_message("```python\nx = 1") == ["```python\nx = 1\n```"]


def test_prose_behind_a_fence_that_nothing_closes_is_text() -> None:
    prose = "```" + "word " * 600
    parts = split_message(prose)
    assert [message_length(part) <= MESSAGE_LIMIT for part in parts] == [True, True]
    assert " ".join(parts) == prose.strip()


def test_code_on_the_line_of_its_fence_is_code_in_every_part() -> None:
    code = "x = 1; " * 20
    parts = split_message(f"```{code}\nprint(x)\n```\nDone.", 100)
    assert parts[0].startswith("```x = 1;")
    assert parts[1].startswith("```\n")
    assert not any(fence_is_open(part) for part in parts)
    assert parts[-1].endswith("print(x)\n```\nDone.")


def test_a_long_indentation_gives_way_to_the_code() -> None:
    parts = split_message("```python\nx\n" + " " * 3_000 + "y\n```", 100)
    assert all(message_length(part) <= 100 for part in parts)
    assert any("y" in part for part in parts)


@pytest.mark.parametrize("opening", [r"\[", r"\("])
def test_openings_without_an_end_are_words_like_others(opening: str) -> None:
    text = " ".join(f"{opening}{number} x" for number in range(60))
    parts = split_message(text, 60)
    assert [word for part in parts for word in part.split()] == text.split()


def test_a_formula_that_is_opened_often_ends_where_it_is_closed() -> None:
    formula = r"\( a \( b \( c \)"
    assert split_message(f"{'word ' * 10}{formula} {'word ' * 10}", 60)[1].startswith(formula)


def test_a_formula_that_nothing_closes_does_not_swallow_the_code_below() -> None:
    text = r"So \( x is" + "\n```python\nf(1)\n```\n" + r"and y \) then " + "word " * 20
    parts = split_message(text, 60)
    assert parts[0] == "So \\( x is\n```python\nf(1)\n```"
    assert not any(fence_is_open(part) for part in parts)


def test_empty_text_has_no_parts() -> None:
    assert split_message("") == []
    assert split_message(" \n\n ") == []


def test_emoji_count_as_discord_counts_them() -> None:
    parts = split_message("😀" * 1_500)
    assert [message_length(part) <= MESSAGE_LIMIT for part in parts] == [True, True]
