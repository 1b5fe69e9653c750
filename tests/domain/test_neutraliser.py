from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import neutraliser
from bot.domain.neutral import neutralise, neutralise_but, whole_words
from bot.domain.neutraliser import Neutraliser

FILLER = "And a sentence of ordinary words follows, which goes on for a while. "
PIECES = st.sampled_from(
    [
        FILLER,
        FILLER * 5,
        "words without an end " * 12,
        "https://a.com/x ",
        "[click here](https://a.com/y) ",
        "[a label that ",
        "goes on](https://a.com/z) ",
        "x@a.com ",
        "Call +49 30 1234567 ",
        "555-123-4567, ",
        "discord.gg/x ",
        "1 2 3 4 ",
        "\n",
        "@everyone ",
    ]
)


def growing(text: str) -> Iterator[str]:
    """A text as it comes: one whole word more each time."""
    for end, character in enumerate(text):
        if character.isspace():
            yield whole_words(text[:end] + " ")


def test_a_growing_text_ends_as_it_would_at_once() -> None:
    text = (FILLER * 9 + "Join discord.gg/free, or call +49 30 1234567. ") * 5
    reader = Neutraliser()
    shown = [reader.feed(part) for part in growing(text)]
    assert shown[-1] == neutralise(text).rstrip()
    assert reader.finish(text) == neutralise(text)


def test_what_the_notes_say_stays_at_every_step() -> None:
    link = "https://uni.example/3"
    reader = Neutraliser([f"See {link}."])
    assert reader.feed(f"See {link} or https://uni.example/4") == f"See {link} or [link removed]"
    assert reader.finish(f"{link}") == link


def test_another_text_is_read_from_its_beginning() -> None:
    reader = Neutraliser()
    reader.feed(FILLER * 40)
    assert reader.feed("https://evil.com") == "[link removed]"


def test_a_step_reads_the_end_of_a_text_only(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []

    def measured(text: str, kept: frozenset[str]) -> str:
        lengths.append(len(text))
        return neutralise_but(text, kept)

    monkeypatch.setattr(neutraliser, "neutralise_but", measured)
    for text in (FILLER * 80, "words without an end " * 300, "1 2 3 " * 900, "[a " * 2_000):
        reader = Neutraliser()
        for part in growing(text):
            reader.feed(part)
    assert len(lengths) > 4_000
    assert max(lengths) <= 1_700


@settings(max_examples=100, deadline=None)
@given(st.lists(PIECES, max_size=12))
def test_no_step_shows_a_link(pieces: list[str]) -> None:
    text = "".join(pieces)
    reader = Neutraliser()
    for part in growing(text):
        shown = reader.feed(part)
        assert "://" not in shown
        assert "a.com" not in shown
        assert "discord.gg" not in shown
        assert "@everyone" not in shown
    assert reader.finish(text) == neutralise(text)
