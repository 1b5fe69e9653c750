"""The topic guard's own data: both kinds, no contradiction, nothing of what it is tested on."""

from collections import Counter
from pathlib import Path

import pytest

from bot.handbook import load_guard, load_other_subjects, load_topics, load_wordings
from bot.retrieval.english_words import load_english
from bot.training.classifying.labelled import gathered, text_key
from bot.training.classifying.labelled_file import Line, read_lines
from bot.training.classifying.split import split
from bot.training.classifying.topic_guard import OFF, ON, guard_lines

TEST = Path(__file__).parents[3] / "bot" / "evaluation" / "development" / "topic_guard.jsonl"


def made() -> list[Line]:
    topics, wordings = load_topics(), load_wordings()
    return guard_lines(load_guard(), load_other_subjects(), topics, wordings, load_english())


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return made()


def test_what_was_written_by_hand_has_hundreds_of_both_kinds() -> None:
    written = read_lines(Path("questions.csv"), load_guard())
    counts = Counter(line.label for line in written)
    assert set(counts) == {ON, OFF}
    assert min(counts.values()) >= 250
    assert len({text_key(line.text) for line in written}) == len(written)


def test_nothing_contradicts_itself_and_every_time_it_is_the_same(lines: list[Line]) -> None:
    found = gathered(lines, [])
    assert found.contradictions == ()
    assert found.labels == (OFF, ON)
    assert made() == lines


def test_what_was_written_by_hand_stays_on_one_side_with_its_slips(lines: list[Line]) -> None:
    halves = split(gathered(lines, []).texts, 0.1)
    assert {e.label for e in halves.validated} == {OFF, ON}
    assert not {e.group for e in halves.learned} & {e.group for e in halves.validated}


def test_what_it_is_tested_on_is_never_learned(lines: list[Line]) -> None:
    tested = read_lines(TEST, TEST.read_text(encoding="utf-8"))
    assert len(tested) >= 150
    assert {line.label for line in tested} == {OFF, ON}
    known = {text_key(line.text) for line in lines}
    assert not [line.text for line in tested if text_key(line.text) in known]
