"""Greetings and thanks, told from questions."""

import json

import pytest

from bot.domain.small_talk import GREETED, THANKED, reply_to_small_talk
from bot.evaluation import DEVELOPMENT
from bot.handbook import load_topics, load_wordings


@pytest.mark.parametrize("text", ["hello", "Hi!", "hey there :)", "Good morning everyone", "hallo"])
def test_a_greeting_is_greeted(text: str) -> None:
    assert reply_to_small_talk(text) == GREETED


@pytest.mark.parametrize(
    "text", ["Thanks!", "thank you so much", "ok great, thx for your help", "Got it, thanks!", "ty"]
)
def test_thanks_are_welcome(text: str) -> None:
    assert reply_to_small_talk(text) == THANKED


@pytest.mark.parametrize(
    "text",
    [
        "hi, what is dropout?",
        "thanks, and why is it used?",
        "Is the exam in the morning?",
        "good",
        "ok",
        "many",
        "how does beam search thank you",
        "???",
    ],
)
def test_what_asks_for_something_is_a_question(text: str) -> None:
    assert reply_to_small_talk(text) is None


def test_no_question_that_is_known_here_is_taken_for_small_talk() -> None:
    asked = [pair.question for topic in load_topics() for pair in topic.pairs]
    asked += [phrase for wording in load_wordings() for phrase in wording.phrases]
    for file in DEVELOPMENT.glob("*.jsonl"):
        rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
        asked += [text for row in rows if (text := row.get("question") or row.get("input"))]
    assert len(asked) > 1_000
    assert [question for question in asked if reply_to_small_talk(question)] == []
