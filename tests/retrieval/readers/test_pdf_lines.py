"""Lines of pages: running lines go, words and paragraphs are mended, nothing else changes."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.readers.pdf_lines import (
    known_words,
    paragraphs,
    plain_signs,
    without_running_lines,
    without_steps,
)

LINES = st.lists(st.text("ab-.• A1", min_size=1, max_size=20).map(str.strip).filter(bool))


@given(LINES)
def test_paragraphs_keep_every_character_but_hyphens(lines: list[str]) -> None:
    text = paragraphs(lines, Counter())
    plain = "".join("".join(lines).split())
    assert "".join(text.split()).replace("-", "") == plain.replace("-", "")


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["regu-", "larisation"], "regularisation"),
        (["state-of-the-", "art model"], "state-of-the-art model"),
        (
            ["a pre-", "trained net", "the pre-trained one"],
            "a pre-trained net\nthe pre-trained one",
        ),
        (["GPT-", "2 is"], "GPT-2 is"),
        (["Non-", "Linear"], "Non-Linear"),
    ],
)
def test_hyphens_that_only_the_line_end_made_go(lines: list[str], text: str) -> None:
    assert paragraphs(lines, known_words([lines])) == text


def test_wrapped_lines_are_joined_and_paragraphs_are_told_apart() -> None:
    lines = [
        "Dropout is a method that switches units",
        "off at random. It is used while a network",
        "is trained.",
        "Weight decay makes weights small, and so",
        "does early stopping:",
        "• first",
        "• second",
    ]
    assert paragraphs(lines, Counter()) == (
        "Dropout is a method that switches units off at random. It is used while a network is "
        "trained.\n\nWeight decay makes weights small, and so does early stopping:\n"
        "• first\n• second"
    )


def test_headers_of_odd_and_even_pages_and_growing_numbers_go() -> None:
    topics = ["ReLU", "Adam", "LSTM", "GRU", "BERT", "GPT-2", "SGD", "GAN", "VAE", "CNN"]
    pages = [
        ["Week 3" if number % 2 else "Deep learning", topic, f"{topic} text", f"- {number + 7} -"]
        for number, topic in enumerate(topics)
    ]
    assert without_running_lines(pages) == [[topic, f"{topic} text"] for topic in topics]


def test_a_repeated_line_inside_of_a_page_stays() -> None:
    pages = [[f"{name} is", "a", "b", "c", "so", f"{name} has"] for name in ("ReLU", "Adam", "GRU")]
    assert without_running_lines(pages) == pages


def test_a_line_that_two_pages_share_stays() -> None:
    pages = [["Attention", "a"], ["Attention", "b"], ["Other", "c"]]
    assert without_running_lines(pages) == pages


def test_a_slide_that_is_uncovered_step_by_step_is_kept_once() -> None:
    pages = [["T", "a"], ["T", "a", "b"], ["T", "a", "b", "c"], ["U"]]
    assert without_steps(pages) == [[], [], ["T", "a", "b", "c"], ["U"]]


def test_ligatures_are_letters() -> None:
    assert plain_signs("ﬁne-tuning eﬀect \uf0b7") == "fine-tuning effect •"
