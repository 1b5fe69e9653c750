"""Numbers written in one word."""

import pytest

from bot.retrieval.numbers import readings


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("350m", ["350 million"]),
        ("1 5b", ["1 5 billion"]),
        ("80k", ["80 thousand"]),
        ("5x5", ["5 5", "5 x 5", "5 times 5"]),
    ],
)
def test_a_number_is_read_as_several_words(written: str, read: list[str]) -> None:
    assert [" ".join(each.words) for each in readings(written.split())] == read


@pytest.mark.parametrize("word", ["gpt2", "12", "conv", "x", "2x"])
def test_other_words_are_read_as_they_stand(word: str) -> None:
    assert readings((word,)) == ()
