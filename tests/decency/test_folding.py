import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.decency.folding import seen, unstretched, words


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Plain text, isn't it?", ["plain", "text", "isnt", "it"]),
        ("k1ll he11 c@n't", ["kill", "hell", "cant"]),
        ("k i l l it", ["kill", "it"]),
        ("k-i-l-l", ["kill"]),
        ("I am a b", ["i", "am", "a", "b"]),
        ("455 and 3.14", ["455", "and", "3", "14"]),
        ("\u0421\u0430fé", ["cafe"]),
        ("a\u200bb\ufeffcd", ["abcd"]),
        ("regu-\n  larise", ["regularise"]),
        ("$hit", ["shit"]),
    ],
)
def test_disguised_writing_is_read_as_a_reader_does(text: str, read: list[str]) -> None:
    assert words(seen(text)) == read


def test_stretched_words_are_shortened() -> None:
    assert unstretched("soooo good, loool") == "so good, lol"


@given(st.text(max_size=60))
def test_reading_what_was_read_changes_nothing(text: str) -> None:
    once = words(seen(text))
    assert words(seen(" ".join(once))) == once
