"""Quizzes: what is asked, what is remembered, and what is not."""

import dataclasses
from datetime import timedelta

import pytest

from bot.domain.deck import NUM_OPTIONS
from bot.domain.errors import NotAllowed, NotFound, QuestionRefused, RateLimited
from bot.domain.recall import Memory
from bot.service.quiz import LIMIT, Asked, Marked, QuizService, Reason
from bot.service.services import Services
from bot.storage.database import Database
from tests.scripted_models import ScriptedPool, SetClock
from tests.scripted_services import scripted_services
from tests.service.asking import ADA, BOB


@pytest.fixture
def quiz(services: Services) -> QuizService:
    return services.quiz


def right(asked: Asked) -> int:
    return asked.quiz.right


def wrong(asked: Asked) -> int:
    return (asked.quiz.right + 1) % NUM_OPTIONS


async def answered(quiz: QuizService, clock: SetClock, *, is_right: bool, topic: str) -> Marked:
    """Ada is asked and answers a moment later."""
    asked = await quiz.ask(ADA, topic)
    clock.advance(1)
    return await quiz.answer(ADA, asked.ref, right(asked) if is_right else wrong(asked))


async def test_a_first_question_is_new_and_of_the_topic_that_was_named(quiz: QuizService) -> None:
    asked = await quiz.ask(ADA, "drop out")
    assert (asked.quiz.card.title, asked.reason, asked.num_due) == ("Dropout", Reason.NEW, 0)
    assert asked.ref.lesson == "dropout"


async def test_a_comparison_asks_about_what_it_compares(quiz: QuizService, clock: SetClock) -> None:
    titles = set()
    for _ in range(12):
        clock.advance(60)
        titles.add((await quiz.ask(BOB, "one-hot-and-embedding")).quiz.card.topic)
    assert titles <= {"one-hot-encoding", "word-embeddings", "cosine-similarity"}
    assert len(titles) > 1


async def test_no_such_topic_is_refused_and_costs_nothing(quiz: QuizService) -> None:
    for _ in range(LIMIT.count + 1):
        with pytest.raises(NotFound, match="I have no topic “pizza”"):
            await quiz.ask(ADA, "pizza")
    await quiz.ask(ADA)


async def test_right_answers_come_back_in_days_and_wrong_ones_in_minutes(
    quiz: QuizService, clock: SetClock
) -> None:
    good = await answered(quiz, clock, is_right=True, topic="dropout")
    assert good.is_right
    assert good.due == clock.now() + timedelta(days=2)
    bad = await answered(quiz, clock, is_right=False, topic="softmax")
    assert not bad.is_right
    assert bad.due == clock.now() + timedelta(minutes=10)
    standing = await quiz.standing(ADA)
    assert (standing.num_cards, standing.num_due, standing.next_due) == (2, 0, bad.due)


async def test_what_is_due_is_asked_first_the_longest_overdue_before_the_others(
    quiz: QuizService, clock: SetClock
) -> None:
    first = await answered(quiz, clock, is_right=False, topic="dropout")
    second = await answered(quiz, clock, is_right=False, topic="softmax")
    clock.advance(3_600)
    asked = await quiz.ask(ADA)
    assert (asked.quiz.card, asked.reason, asked.num_due) == (first.quiz.card, Reason.DUE, 2)
    clock.advance(1)
    marked = await quiz.answer(ADA, asked.ref, right(asked))
    assert marked.num_due == 1
    assert (await quiz.ask(ADA)).quiz.card == second.quiz.card
    assert (await quiz.ask(ADA, "adam")).reason is Reason.NEW


async def test_when_all_of_a_topic_is_known_the_next_to_come_is_asked(
    quiz: QuizService, clock: SetClock
) -> None:
    marks = [await answered(quiz, clock, is_right=True, topic="softmax") for _ in range(4)]
    assert len({marked.quiz.card for marked in marks}) == 4
    asked = await quiz.ask(ADA, "softmax")
    assert (asked.quiz.card, asked.reason) == (marks[0].quiz.card, Reason.EARLY)


async def test_the_card_before_is_not_asked_again_at_once(
    quiz: QuizService, clock: SetClock
) -> None:
    marked = await answered(quiz, clock, is_right=False, topic="dropout")
    clock.advance(3_600)
    for _ in range(10):
        asked = await quiz.ask(ADA, "dropout", marked.quiz.card.id)
        assert asked.quiz.card != marked.quiz.card
        clock.advance(1)


async def test_a_question_is_answered_once(quiz: QuizService, clock: SetClock) -> None:
    asked = await quiz.ask(ADA)
    await quiz.answer(ADA, asked.ref, right(asked))
    with pytest.raises(QuestionRefused, match="answered this question already"):
        await quiz.answer(ADA, asked.ref, wrong(asked))
    clock.advance(5)
    with pytest.raises(QuestionRefused, match="answered this question already"):
        await quiz.answer(ADA, asked.ref, wrong(asked))


async def test_a_question_is_answered_once_also_across_a_restart(
    quiz: QuizService, store: Database, clock: SetClock
) -> None:
    asked = await quiz.ask(ADA)
    clock.advance(1)
    await quiz.answer(ADA, asked.ref, right(asked))
    restarted = scripted_services(store, ScriptedPool(), clock, []).quiz
    with pytest.raises(QuestionRefused, match="answered this question already"):
        await restarted.answer(ADA, asked.ref, right(asked))


async def test_a_question_of_before_a_restart_is_judged_as_it_was_asked(
    quiz: QuizService, store: Database, clock: SetClock
) -> None:
    asked = await quiz.ask(ADA)
    clock.advance(86_400)
    restarted = scripted_services(store, ScriptedPool(), clock, []).quiz
    marked = await restarted.answer(ADA, asked.ref, right(asked))
    assert marked.is_right
    assert marked.quiz == asked.quiz


async def test_nobody_answers_for_somebody_else(quiz: QuizService) -> None:
    asked = await quiz.ask(ADA)
    with pytest.raises(NotAllowed, match="put to somebody else"):
        await quiz.answer(BOB, asked.ref, right(asked))
    assert (await quiz.standing(ADA)).num_cards == 0


@pytest.mark.parametrize("changes", [{"card": "0" * 8}, {"checksum": "zzzz"}])
async def test_a_question_that_the_handbook_no_longer_asks_so_is_told(
    quiz: QuizService, changes: dict[str, str]
) -> None:
    asked = await quiz.ask(ADA)
    with pytest.raises(NotFound, match="The handbook has changed"):
        await quiz.answer(ADA, dataclasses.replace(asked.ref, **changes), 0)


async def test_a_choice_that_was_not_offered_is_refused(quiz: QuizService) -> None:
    asked = await quiz.ask(ADA)
    with pytest.raises(NotFound):
        await quiz.answer(ADA, asked.ref, NUM_OPTIONS)


async def test_cards_that_left_the_handbook_are_never_due(
    quiz: QuizService, store: Database, clock: SetClock
) -> None:
    now = clock.now()
    async with store.transaction() as transaction:
        await transaction.study.put("1", "gone", Memory(2, None, 1.0, 5.0, now, now))
    assert (await quiz.standing(ADA)).num_cards == 0
    assert (await quiz.ask(ADA)).num_due == 0


# Without a schedule


async def test_who_stops_has_nothing_kept_and_still_gets_quizzes(
    quiz: QuizService, store: Database, clock: SetClock
) -> None:
    await answered(quiz, clock, is_right=False, topic="dropout")
    assert await quiz.stop(ADA) == 1
    clock.advance(3_600)
    asked = await quiz.ask(ADA)
    assert (asked.reason, asked.num_due) == (Reason.ANY, 0)
    marked = await quiz.answer(ADA, asked.ref, right(asked))
    assert marked.is_right
    assert marked.due is None
    with pytest.raises(QuestionRefused, match="answered this question already"):
        await quiz.answer(ADA, asked.ref, wrong(asked))
    async with store.reading() as transaction:
        assert await transaction.study.remembered("1") == []
    assert (await quiz.standing(ADA)).is_off
    assert not (await quiz.standing(BOB)).is_off


async def test_who_starts_again_has_a_schedule_again(quiz: QuizService, clock: SetClock) -> None:
    assert await quiz.stop(ADA) == 0
    await quiz.start(ADA)
    assert (await answered(quiz, clock, is_right=True, topic="dropout")).due is not None


# Limits


async def test_a_person_who_presses_without_end_is_held_back_and_others_are_not(
    quiz: QuizService,
) -> None:
    for _ in range(LIMIT.count):
        await quiz.ask(ADA)
    with pytest.raises(RateLimited, match="please take a breath and go on in 2 s"):
        await quiz.ask(ADA)
    await quiz.ask(BOB)
