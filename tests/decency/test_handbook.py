"""The filter against all of the project's own course text: it must not harm any of it."""

from pathlib import Path

import pytest

import bot.handbook
from bot.decency.filter import DecencyFilter
from bot.decency.questions import aims_at_people, needs_help
from bot.domain.decency import DecencyLevel
from bot.domain.handbook import parse_topic
from bot.domain.neutral import neutralise
from bot.domain.untrusted import for_display, for_prompt

FOLDER = Path(bot.handbook.__file__).parent / "topics"
SOURCES = {path.stem: path.read_text() for path in sorted(FOLDER.glob("*.md"))}
TOPICS = [parse_topic(slug, source) for slug, source in SOURCES.items()]
TEXTS = [
    *SOURCES.values(),
    *(paragraph for topic in TOPICS for paragraph in topic.text.split("\n\n")),
    *(f"{pair.question}\n{pair.answer}" for topic in TOPICS for pair in topic.pairs),
]


def test_there_is_a_handbook_to_judge() -> None:
    assert len(TOPICS) > 90
    assert len(TEXTS) > 700


@pytest.mark.parametrize("level", [DecencyLevel.STANDARD, DecencyLevel.STRICT])
def test_the_whole_handbook_is_decent(level: DecencyLevel) -> None:
    decency = DecencyFilter()
    assert [text for text in TEXTS if not decency.judge(text, level).is_decent] == []


def test_every_question_of_the_handbook_is_answered() -> None:
    questions = [pair.question for topic in TOPICS for pair in topic.pairs]
    assert [one for one in questions if aims_at_people(one) or needs_help(one)] == []


def test_nothing_in_the_handbook_is_taken_for_a_link_or_a_number() -> None:
    assert [text for text in TEXTS if neutralise(text) != text] == []


def test_paragraphs_of_the_handbook_reach_prompts_and_people_as_they_are() -> None:
    paragraphs = [paragraph for topic in TOPICS for paragraph in topic.text.split("\n\n")]
    changed = [text for text in paragraphs if for_prompt(text) != text.strip()]
    assert all("<|endoftext|>" in text or "\nAnswer:" in text for text in changed)
    assert len(changed) < 5
    whole = [topic.text for topic in TOPICS]
    assert [text for text in whole if for_display(text) != text] == []
