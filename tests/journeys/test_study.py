"""Journeys of people who study: a lesson with its picture, a quiz, and the way back after days."""

from datetime import timedelta

import pytest

from bot.domain.deck import Deck
from bot.handbook import load_topics
from bot.parts import SystemClock
from tests.discord_server import Message
from tests.journeys.campus import Campus

DECK = Deck(load_topics())


def right_button(message: Message) -> str:
    component = next(
        each for each in message.all_components() if ":quiz:" in each.get("custom_id", "")
    )
    _, _, _, card_id, asked, *_ = component["custom_id"].split(":")
    card = DECK.card(card_id)
    assert card is not None
    return str(DECK.quiz(card, int(asked, 36)).right + 1)


async def test_a_lesson_leads_to_a_quiz_and_the_quiz_comes_back_days_and_a_restart_later(
    campus: Campus, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with campus.bot():
        asked = await campus.ada.slash(campus.channel, "learn", topic="masked attention")
        lesson = await asked.responded(campus.patience_seconds)
        assert lesson.content.startswith("**Causal mask**\nPredicting the next token is trivial")
        other = await campus.bob.click(lesson, "Autoregression")
        assert "autoregressive" in (await other.responded(campus.patience_seconds)).content
        press = await campus.ada.click(lesson, "Quiz me")
        question = await press.responded(campus.patience_seconds)
        first = question.content.splitlines()[1]
        await campus.ada.click(question, right_button(question))
        await campus.server.until(lambda: "✅ Right." in question.content)
        assert "-# I ask this again in 2 days." in question.content
        press = await campus.ada.click(question, "Next question")
        following = await press.responded(campus.patience_seconds)
        assert following.content.splitlines()[1] != first
    today = SystemClock.now
    monkeypatch.setattr(SystemClock, "now", lambda self: today(self) + timedelta(days=3))
    async with campus.bot():
        asked = await campus.ada.slash(campus.channel, "quiz")
        due = await asked.responded(campus.patience_seconds)
        assert due.content.startswith("-# Due again · 1 due now · Topic: Causal mask")
        assert due.content.splitlines()[1] == first
        await campus.ada.click(due, right_button(due))
        await campus.server.until(lambda: "✅ Right." in due.content)
        stopped = await campus.ada.slash(campus.channel, "quiz", schedule="stop")
        told = await stopped.responded(campus.patience_seconds)
        assert told.content.startswith("Your schedule (1 question) is deleted")
