"""Every topic keeps the format."""

from collections import Counter

import pytest

from bot.domain.errors import BotError
from bot.domain.handbook import AREAS, Topic, parse_topic
from bot.handbook import load_topics

TOPICS = load_topics()
SLUGS = {topic.slug for topic in TOPICS}


def test_there_are_at_least_60_topics() -> None:
    assert len(TOPICS) >= 60


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_a_topic_keeps_the_format(topic: Topic) -> None:
    assert topic.area in AREAS
    assert topic.title
    assert 120 <= len(topic.text.split()) <= 250
    assert 3 <= len(topic.pairs) <= 6
    assert set(topic.see_also) <= SLUGS - {topic.slug}
    assert not any(line.startswith("#") for line in without_code(topic.text))
    for pair in topic.pairs:
        assert pair.question.endswith("?")
        assert len(pair.answer.split()) <= 60
        assert not pair.answer.startswith("It ")


def without_code(text: str) -> list[str]:
    return "\n".join(text.split("```")[::2]).splitlines()


def test_no_question_is_asked_in_two_topics() -> None:
    counts = Counter(pair.question.lower() for topic in TOPICS for pair in topic.pairs)
    assert [question for question, count in counts.items() if count > 1] == []


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("no title\n", "needs a title line"),
        ("# T\n\narea: text\n\nwords\n", "a section of questions"),
        ("# T\n\narea: text\n\nwords\n\n## Questions\n\nQ: a?\n", "no pair of lines"),
    ],
)
def test_a_broken_topic_is_named_with_what_it_lacks(source: str, missing: str) -> None:
    with pytest.raises(BotError, match=f"The topic broken .*{missing}"):
        parse_topic("broken", source)
