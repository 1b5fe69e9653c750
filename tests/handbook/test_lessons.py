"""Every lesson keeps the format, and every illustration belongs to one."""

import pytest

from bot.domain.formulas import formulas
from bot.domain.illustrations import ILLUSTRATIONS
from bot.domain.lesson import Lesson
from bot.domain.syllabus import FIRST
from bot.handbook import load_lessons, load_topics

LESSONS = load_lessons()
TOPICS = {topic.slug for topic in load_topics()}
MAX_SLUG = 34
"""A button's id of 100 characters holds no longer one beside what else it says."""


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_a_lesson_keeps_the_format(lesson: Lesson) -> None:
    assert lesson.title
    assert 120 <= len(lesson.text.split()) <= 250
    assert 2 <= len(lesson.topics) <= 4
    assert set(lesson.topics) <= TOPICS
    assert lesson.slug not in TOPICS
    assert not any(line.startswith("#") for line in lesson.text.splitlines())
    assert len(formulas(lesson.text)) == lesson.text.count("$") // 2


def test_every_slug_fits_into_a_buttons_id() -> None:
    assert max(map(len, (*TOPICS, *(lesson.slug for lesson in LESSONS)))) <= MAX_SLUG


def test_what_is_illustrated_or_offered_first_is_there() -> None:
    slugs = TOPICS | {lesson.slug for lesson in LESSONS}
    assert set(FIRST) <= slugs
    assert ILLUSTRATIONS.keys() <= slugs
