"""Paragraphs lose the line breaks of their file, and nothing else does."""

import pytest

from bot.domain.reflow import reflowed


def test_paragraphs_become_lines() -> None:
    assert reflowed("one\ntwo\n\nthree\nfour") == "one two\n\nthree four"


@pytest.mark.parametrize(
    "text",
    ["```python\na\nb\n\nc\nd\n```", "- a\n- b", "1. a\n2. b", "> a\n> b", "$$a\n+ b$$", ""],
)
def test_what_lives_by_its_lines_keeps_them(text: str) -> None:
    assert reflowed(f"one\ntwo\n\n{text}\n\nthree\nfour") == f"one two\n\n{text}\n\nthree four"
