"""The terms of a text: its content words, by their stems."""

from bot.domain.stemmer import key
from bot.domain.stop_words import STOP_WORDS
from bot.domain.words import words_of


def terms_of(text: str) -> tuple[str, ...]:
    """The keys of the content words, in order of their first use."""
    return tuple(dict.fromkeys(key(word) for word in words_of(text) if word not in STOP_WORDS))
