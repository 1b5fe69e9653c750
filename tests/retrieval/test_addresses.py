"""Addresses and paths as names."""

import pytest

from bot.retrieval.addresses import addresses, without_addresses
from bot.retrieval.query import read
from bot.retrieval.thesaurus import Thesaurus


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("open https://boats.example/log?x=1 please", "https boats example log x 1"),
        ("who may read /srv/rowing/plan", "srv rowing plan"),
        ("is ~/boats/a.txt kept", "boats a txt"),
    ],
)
def test_an_address_is_one_name(text: str, words: str) -> None:
    ((joined, parted),) = addresses(text)
    assert joined.words == ("".join(words.split()),)
    assert " ".join(parted.words) == words
    assert words.split()[-1] not in without_addresses(text)


@pytest.mark.parametrize("text", ["and/or", "1/2", "is /home backed up", "a </b> tag", "10 km/h"])
def test_a_stroke_makes_no_address(text: str) -> None:
    assert not list(addresses(text))
    assert without_addresses(text) == text


def test_the_words_of_an_address_are_no_terms_of_a_question() -> None:
    found = read("sum up http://boats.example/anchor", (), Thesaurus())
    assert ("httpboatsexampleanchor",) in [term.words for term in found.terms]
    assert not any("anchor" in term.words for term in found.terms)
