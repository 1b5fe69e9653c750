"""Every piece of every topic says how people ask for it."""

from collections import Counter

import pytest

from bot.domain.handbook import Topic, pieces_of
from bot.domain.terms import terms_of
from bot.domain.words import words_of
from bot.handbook import load_topics, load_wordings

TOPICS = load_topics()
WORDINGS = load_wordings()


def test_no_wordings_belong_to_a_topic_that_is_gone() -> None:
    assert {wording.document for wording in WORDINGS} == {topic.slug for topic in TOPICS}


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_the_explanation_and_every_question_of_a_topic_have_wordings(topic: Topic) -> None:
    headings = dict.fromkeys(piece.heading for piece in pieces_of(topic))
    found = [wording.heading for wording in WORDINGS if wording.document == topic.slug]
    assert found == list(headings)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_wordings_are_several_short_phrases_that_can_be_searched(topic: Topic) -> None:
    for wording in (each for each in WORDINGS if each.document == topic.slug):
        assert len(wording.phrases) >= 6, wording.heading
        for phrase in wording.phrases:
            assert 2 <= len(words_of(phrase)) <= 14, phrase
            assert terms_of(phrase), phrase


def test_no_phrase_asks_for_two_things() -> None:
    counts = Counter(
        " ".join(words_of(phrase)) for wording in WORDINGS for phrase in wording.phrases
    )
    assert [phrase for phrase, count in counts.items() if count > 1] == []
