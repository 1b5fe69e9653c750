"""Every card has four answers, of which one is right; nothing gives it away or is right, too."""

import time

import pytest

from bot.domain.deck import BLANK, NUM_OPTIONS, TOO_ALIKE, Card, Deck
from bot.domain.handbook import Pair, Topic
from bot.domain.splitting import MESSAGE_LIMIT
from bot.domain.terms import terms_of
from bot.handbook import load_topics

TOPICS = {topic.slug: topic for topic in load_topics()}
DECK = Deck(TOPICS.values())
ANSWERS = {card.answer: card for card in DECK.cards()}
ROOM = 600
"""What a message needs beside a question, its options and its answer."""


def card_of(question: str) -> Card:
    return next(card for card in DECK.cards() if card.question == question)


@pytest.mark.parametrize("slug", TOPICS)
def test_every_question_of_a_topic_has_one_right_answer_of_four(slug: str) -> None:
    for card in DECK.cards((slug,)):
        for seed in range(3):
            quiz = DECK.quiz(card, seed)
            assert len(set(quiz.options)) == NUM_OPTIONS
            assert shared(quiz.options[quiz.right], card.answer) > 0.5
            wrong = [each for n, each in enumerate(quiz.options) if n != quiz.right]
            right = quiz.options[quiz.right]
            assert all(shared(each, right) < TOO_ALIKE + 0.05 for each in wrong), quiz
            length = len(card.question) + len(card.answer) + sum(map(len, quiz.options))
            assert length + ROOM < MESSAGE_LIMIT


def shared(one: str, other: str) -> float:
    mine, theirs = set(terms_of(one)), set(terms_of(other))
    return len(mine & theirs) / max(len(mine | theirs), 1)


def test_ids_tell_all_cards_apart() -> None:
    cards = DECK.cards()
    assert len({card.id for card in cards}) == len(cards) == 524
    assert all(DECK.card(card.id) is card for card in cards)
    assert DECK.card("nothing") is None


def test_an_answer_does_not_name_what_it_is_about() -> None:
    quiz = DECK.quiz(card_of("What is dropout?"), 1)
    right = quiz.options[quiz.right]
    assert right.startswith(f"{BLANK} is a regularisation method that sets each activation to zero")
    assert not any("dropout" in option.lower() for option in quiz.options)


def test_yes_and_no_do_not_tell_the_kind_of_question() -> None:
    quiz = DECK.quiz(card_of("Is dropout used at test time?"), 1)
    assert quiz.options[quiz.right].startswith(f"At {BLANK} is switched off and all units are kept")


def test_the_same_seed_asks_alike_and_another_otherwise() -> None:
    card = card_of("What is dropout?")
    assert DECK.quiz(card, 5) == Deck(TOPICS.values()).quiz(card, 5)
    quizzes = {DECK.quiz(card, seed).options for seed in range(20)}
    assert len(quizzes) == 20
    assert {DECK.quiz(card, seed).right for seed in range(40)} == {0, 1, 2, 3}


def test_a_changed_choice_has_another_checksum() -> None:
    card = card_of("What is dropout?")
    checksums = {DECK.quiz(card, seed).checksum for seed in range(20)}
    assert len(checksums) == 20
    assert all(len(checksum) == 4 for checksum in checksums)


def test_topics_that_are_kinds_of_the_same_thing_lend_no_wrong_answers() -> None:
    card = card_of("What is attention?")
    options = {option for seed in range(40) for option in DECK.quiz(card, seed).options}
    for slug in ("self-attention", "multi-head-attention"):
        for pair in TOPICS[slug].pairs:
            assert not any(shared(option, pair.answer) > 0.8 for option in options)


def test_a_small_handbook_offers_what_it_has() -> None:
    topics = [
        Topic(slug, slug.title(), "text", (), (), "", (Pair(f"What is {slug}?", answer),))
        for slug, answer in (("alpha", "Alpha comes first."), ("beta", "Beta follows it later."))
    ]
    deck = Deck(topics)
    quiz = deck.quiz(deck.cards()[0], 1)
    assert sorted(quiz.options) == [f"{BLANK} comes first.", f"{BLANK} follows it later."]


def test_a_quiz_does_not_hold_the_event_loop() -> None:
    cards = DECK.cards()[::25]
    start = time.process_time()
    for card in cards:
        DECK.quiz(card, 1)
    assert (time.process_time() - start) / len(cards) < 0.02
