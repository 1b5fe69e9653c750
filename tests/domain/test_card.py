"""A card survives being stored, whatever is in it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.card import Basis, Card, Quote, Source, places
from bot.domain.passage import Hit, Origin, Passage

TEXT = st.text(max_size=20)
SHARE = st.floats(0, 1)
SOURCES = st.builds(
    Source,
    st.integers(1, 4),
    st.integers(1, 99),
    st.sampled_from(Origin),
    TEXT,
    TEXT,
    TEXT,
    st.none() | st.integers(1, 99),
    st.none() | TEXT,
    SHARE,
    SHARE,
)
CARDS = st.builds(
    Card,
    st.sampled_from(Basis),
    st.none() | SHARE,
    st.lists(st.builds(Quote, st.integers(1, 4), TEXT), max_size=3).map(tuple),
    st.lists(SOURCES, max_size=3).map(tuple),
    TEXT,
    st.dictionaries(TEXT, SHARE, max_size=3),
)


@given(CARDS)
def test_a_card_comes_back_from_the_database_as_it_went_in(card: Card) -> None:
    assert Card.of_dict(json.loads(json.dumps(card.as_dict()))) == card


def test_a_card_of_before_there_were_figures_is_read() -> None:
    stored = Card(Basis.MEMORY).as_dict()
    del stored["figures"]
    assert Card.of_dict(stored) == Card(Basis.MEMORY)


def test_a_source_is_the_passage_as_it_was_found() -> None:
    passage = Passage(7, Origin.NOTE, "week-1.md", "Week 1", "Dropout", "Text.", 3, "https://x")
    source = Source.of(2, Hit(passage, 1.23456, 0.98765))
    assert source == Source(
        2, 7, Origin.NOTE, "week-1.md", "Week 1", "Dropout", 3, "https://x", 1.2346, 0.9877
    )


@pytest.mark.parametrize("basis", Basis)
def test_only_the_models_own_words_can_go_on(basis: Basis) -> None:
    assert Card(basis).can_go_on is (basis is Basis.MEMORY)


@given(st.lists(SOURCES, max_size=6))
def test_every_place_is_named_once_and_counted_from_one(sources: list[Source]) -> None:
    def place(source: Source) -> tuple[object, ...]:
        return source.origin, source.document, source.heading, source.page

    named = places(sources)
    assert [each.number for each in named] == list(range(1, len(named) + 1))
    assert [place(each) for each in named] == list(dict.fromkeys(map(place, sources)))
