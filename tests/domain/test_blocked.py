import pytest

from bot.domain.blocked import MAX_BLOCKED, MAX_BLOCKED_CHARACTERS, with_blocked, without_blocked
from bot.domain.errors import InvalidParameter


def test_entries_stand_in_order_without_superfluous_white_space() -> None:
    blocked = with_blocked(with_blocked((), "  Final \u200b exam "), "banana")
    assert blocked == ("banana", "Final exam")


def test_an_entry_is_found_whatever_its_case() -> None:
    with pytest.raises(InvalidParameter, match="blocked already"):
        with_blocked(("Banana",), "bAnana")
    assert without_blocked(("apple", "Banana"), "BANANA ") == ("apple",)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("", "There is no word in that; please name a word or a phrase."),
        ("!?", "There is no word in that; please name a word or a phrase."),
        ("x" * 61, "That has 61 characters; please block a word or phrase of at most 60."),
    ],
)
def test_what_cannot_be_blocked_gets_one_sentence(entry: str, sentence: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        with_blocked((), entry)
    assert refused.value.text == sentence


def test_a_list_has_an_end() -> None:
    full = tuple(f"{number:0{MAX_BLOCKED_CHARACTERS}}" for number in range(MAX_BLOCKED))
    with pytest.raises(InvalidParameter, match="200 words and phrases are blocked"):
        with_blocked(full, "more")
    assert len(with_blocked(full[1:], "more")) == MAX_BLOCKED


def test_what_is_not_blocked_cannot_be_removed() -> None:
    with pytest.raises(InvalidParameter, match="not blocked here"):
        without_blocked(("apple",), "pear")
