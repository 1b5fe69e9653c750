"""The text of tokens, readable alone."""

import pytest

from bot.generation.tokenizer import Tokenizer
from bot.insight.piece import piece_of, readable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (" the", " the"),
        ("Über", "Über"),
        ("שלום", "שלום"),
        ("🙂", "🙂"),
        ("\n\n", "\\n\\n"),
        ("\t", "\\t"),
        ("\x00", "\\x00"),
        ("\u200d", "\\u200d"),  # joins emoji
        ("\u202e", "\\u202e"),  # turns text around
        ("\ufe0f", "\\ufe0f"),  # asks for an emoji in colour
        ("\u0301", "\\u0301"),  # an accent without its letter
        ("e\u0301", "e\u0301"),
        ("\u00a0", "\\xa0"),
        ("\u2028", "\\u2028"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_what_shows_nothing_alone_is_escaped(text: str, shown: str) -> None:
    assert readable(text.encode()) == shown


def test_half_characters_are_bytes() -> None:
    smile = "🙂".encode()
    assert readable(smile[:2]) == "\\xf0\\x9f"
    assert readable(smile[2:]) == "\\x99\\x82"
    assert readable(b" caf\xc3") == " caf\\xc3"


def test_every_token_of_a_vocabulary_can_be_read(tokenizer: Tokenizer) -> None:
    texts = [piece_of(tokenizer, token).text for token in range(384)]
    assert all(text and text.isprintable() for text in texts)
    assert texts[0] == "<|endoftext|>"
    assert piece_of(tokenizer, 999).text == "<999>"
