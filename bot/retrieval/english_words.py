"""Words of English: what is spelled right is not read as another word that the notes hold."""

from pathlib import Path

WORDS = Path(__file__).resolve().parent / "english" / "words.txt"
"""Some 40,000 words with their forms, from SCOWL; its notice stands beside it."""


def load_english() -> frozenset[str]:
    """Every word; takes some 10 ms."""
    return frozenset(WORDS.read_text(encoding="ascii").split())
