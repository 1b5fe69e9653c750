from hypothesis import given
from hypothesis import strategies as st

from bot.decency.block_list import BlockList
from bot.decency.folding import seen, words

WORD = st.text("abcdefg", min_size=2, max_size=6)


def occurs(entries: list[str], text: str) -> bool:
    return BlockList(entries).occurs_in(words(seen(text)))


def test_whole_words_and_phrases_match() -> None:
    assert occurs(["Cat"], "A CAT!")
    assert not occurs(["cat"], "concatenate the cats")
    assert occurs(["big cat"], "a big,\ncat")
    assert not occurs(["big cat"], "big black cat")
    assert occurs(["cat nap", "cat nap time"], "a cat nap")


def test_stretched_letters_match_but_ordinary_double_ones_do_not() -> None:
    assert occurs(["cool"], "so coooool")
    assert occurs(["god"], "goooood god")
    assert not occurs(["god"], "good")


def test_entries_without_a_word_block_nothing() -> None:
    assert not occurs(["", "  ", "?!", "\u200b"], "anything ?! goes")


@given(st.lists(WORD, min_size=1, max_size=4), st.lists(WORD, max_size=4), st.lists(WORD))
def test_a_phrase_is_found_wherever_it_stands(
    phrase: list[str], before: list[str], behind: list[str]
) -> None:
    assert occurs([" ".join(phrase)], " ".join([*before, *phrase, *behind]))
