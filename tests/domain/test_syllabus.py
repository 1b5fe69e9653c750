"""Lessons are found by any of their names, with slips, and by words that join them."""

import time

import pytest

from bot.domain.errors import BotError, NotFound
from bot.domain.lesson import parse_lesson
from bot.domain.syllabus import FIRST, Syllabus
from bot.handbook import load_lessons, load_topics

SYLLABUS = Syllabus(load_topics(), load_lessons())


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("what is a transformer?", "transformer"),
        ("Self-attention", "self-attention"),
        ("bag of words against RNN against transformer", "bag-of-words-rnn-transformer"),
        ("one-hot against embedding", "one-hot-and-embedding"),
        ("autoregression", "autoregression"),
        ("masked attention", "causal-mask"),
        ("zero shot", "zero-shot"),
        ("fine-tuning and why it is necessary", "why-fine-tuning"),
        ("finetuning", "fine-tuning"),
        ("tokenization", "tokenisation"),
        ("LR", "learning-rate"),
        ("drpout", "dropout"),
        ("self atention", "self-attention"),
        ("learnign rate", "learning-rate"),
        ("softmx", "softmax"),
        ("retrieval-augmented-generation", "retrieval-augmented-generation"),
    ],
)
def test_a_lesson_is_found_as_people_name_it(typed: str, slug: str) -> None:
    assert SYLLABUS.find(typed).slug == slug
    assert slug in [lesson.slug for lesson in SYLLABUS.suggest(typed, 3)]


@pytest.mark.parametrize("typed", ["quantum computing", "🙂", "pizza", "x" * 100])
def test_what_there_is_no_lesson_on_is_told(typed: str) -> None:
    with pytest.raises(NotFound, match="I have no topic") as refusal:
        SYLLABUS.find(typed)
    assert len(refusal.value.text) < 250


def test_a_near_miss_is_answered_with_what_may_be_meant() -> None:
    with pytest.raises(NotFound, match=r"did you mean .*“GPT-2”"):
        SYLLABUS.find("gtp2")


def test_whoever_typed_nothing_is_offered_where_to_begin() -> None:
    offered = SYLLABUS.suggest("", 25)
    assert [lesson.slug for lesson in offered[: len(FIRST)]] == list(FIRST)
    assert len({lesson.slug for lesson in offered}) == 25


def test_a_half_typed_word_is_enough() -> None:
    assert [lesson.slug for lesson in SYLLABUS.suggest("atten", 2)] == ["attention", "causal-mask"]


def test_there_is_nothing_to_find_without_a_handbook() -> None:
    assert Syllabus().suggest("", 25) == ()
    with pytest.raises(NotFound, match="please choose one"):
        Syllabus().find("dropout")


def test_finding_a_lesson_does_not_hold_the_event_loop() -> None:
    start = time.process_time()
    for _ in range(20):
        SYLLABUS.suggest("bag of wrods and some more of what peopel type", 25)
    assert (time.process_time() - start) / 20 < 0.01


@pytest.mark.parametrize("source", ["no title", "# T\n\naliases: a\n\ntext", "# T\n\ntopics: a\n"])
def test_a_broken_lesson_is_named(source: str) -> None:
    with pytest.raises(BotError, match="The lesson broken needs"):
        parse_lesson("broken", source)
