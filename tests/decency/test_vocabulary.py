import itertools

from glin_profanity import Filter

from bot.decency.vocabulary import HARMLESS, MILD, SEXUAL, SLURS, SWEARING, withheld_words
from bot.domain.decency import DecencyLevel

LISTED = frozenset(Filter({"languages": ["english"]}).words)


def test_a_word_is_of_one_kind() -> None:
    for one, other in itertools.combinations((HARMLESS, MILD, SEXUAL, SLURS, SWEARING), 2):
        assert not one & other


def test_harmless_words_are_words_that_the_library_would_withhold() -> None:
    assert not HARMLESS - LISTED - {"hoes"}


def test_the_strict_level_withholds_more() -> None:
    standard = withheld_words(LISTED, DecencyLevel.STANDARD)
    strict = withheld_words(LISTED, DecencyLevel.STRICT)
    assert strict - standard == MILD
    assert standard >= SLURS | SEXUAL | SWEARING


def test_words_of_the_library_count_unless_a_set_says_otherwise() -> None:
    assert {"hentai", "dildo", "anilingus"} <= withheld_words(LISTED, DecencyLevel.STANDARD)
