"""Numbers over many answers, of one server, person and period, from an index alone."""

import dataclasses
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.domain.answer import AnswerKind, AnswerState
from bot.domain.card import Basis, Card, Source
from bot.domain.conversation import Conversation
from bot.domain.feedback import Review, Verdict, Vote
from bot.domain.passage import Origin
from bot.domain.statistics import DayCount, Opinions, Rest, Scope, Speed, TopicCount
from bot.storage.database import Database, Transaction
from tests.storage.rows import DONE, NOON, new_answer

SCOPE = Scope("guild", NOON - timedelta(days=7))
ADA = dataclasses.replace(SCOPE, person_id="1")
ELSEWHERE = Conversation("other guild", "general")
TODAY = NOON.date()


def card(basis: Basis = Basis.NOTES, title: str = "Lab 3") -> Card:
    source = Source(1, 7, Origin.NOTE, "lab.md", title, "", None, None, 2.0, 1.0)
    return Card(basis, sources=(source,))


async def answered(
    transaction: Transaction,
    basis: Basis | None = Basis.NOTES,
    title: str = "Lab 3",
    *,
    at: datetime = NOON,
    wait: float = 1.0,
    seconds: float = 2.0,
    num_tokens: int = 5,
    state: AnswerState = AnswerState.DONE,
    **changes: Any,
) -> int:
    """An answer that was asked `at` and whose first token came after `wait` seconds."""
    answer = await transaction.answers.add(new_answer(created_at=at, **changes))
    assert answer is not None
    ending = dataclasses.replace(
        DONE,
        state=state,
        at=at + timedelta(seconds=wait + seconds),
        first_token_at=at + timedelta(seconds=wait),
        num_new_tokens=num_tokens,
        card=None if basis is None else card(basis, title),
    )
    await transaction.answers.end(answer.id, ending)
    return answer.id


async def test_days_count_questions_and_what_their_answers_rest_on(store: Database) -> None:
    yesterday = NOON - timedelta(days=1)
    async with store.transaction() as transaction:
        first = await answered(transaction, at=yesterday)
        await answered(transaction, Basis.MEMORY, at=yesterday, parent_id=first)
        await answered(transaction, Basis.ANSWERED)
        await answered(transaction, Basis.NOTHING)
        await answered(transaction, None, state=AnswerState.FAILED)
        await transaction.answers.add(new_answer())
        assert await transaction.statistics.days(SCOPE) == [
            DayCount(TODAY - timedelta(days=1), 1, {Rest.NOTES: 1, Rest.MEMORY: 1}),
            DayCount(TODAY, 4, {Rest.APPROVED: 1, Rest.NOTHING: 1, Rest.UNFINISHED: 1}),
        ]


async def test_a_day_ends_at_midnight_in_utc(store: Database) -> None:
    midnight = NOON.replace(hour=0, minute=0, second=0, microsecond=0)
    async with store.transaction() as transaction:
        await answered(transaction, at=midnight - timedelta(microseconds=1))
        await answered(transaction, at=midnight)
        days = await transaction.statistics.days(SCOPE)
    assert [each.day for each in days] == [date(2026, 11, 19), date(2026, 11, 20)]


async def test_older_questions_and_continued_texts_do_not_count(store: Database) -> None:
    async with store.transaction() as transaction:
        await answered(transaction, at=SCOPE.since - timedelta(microseconds=1))
        await answered(transaction, kind=AnswerKind.COMPLETE)
        assert await transaction.statistics.days(SCOPE) == []
        assert await transaction.statistics.speeds(SCOPE) == []
        assert await transaction.statistics.topics(SCOPE, 8) == []
        assert await transaction.statistics.num_people(SCOPE) == 0


async def test_speeds_are_medians_and_the_slowest_tenth(store: Database) -> None:
    async with store.transaction() as transaction:
        for number in range(1, 11):
            await answered(transaction, wait=float(number), seconds=float(number))
        await answered(transaction, model="tiny", wait=0.5, num_tokens=1)
        speeds = await transaction.statistics.speeds(SCOPE)
    assert speeds == [Speed("gpt2", 10, 5.0, 9.0, 0.6), Speed("tiny", 1, 0.5, 0.5, None)]


async def test_a_rate_is_the_median_of_those_answers_that_have_one(store: Database) -> None:
    async with store.transaction() as transaction:
        for seconds in (1.0, 2.0, 4.0):
            await answered(transaction, seconds=seconds)
        for _ in range(4):
            await answered(transaction, num_tokens=1)
        (speed,) = await transaction.statistics.speeds(SCOPE)
    assert (speed.num_answers, speed.tokens_per_second) == (7, 2.0)


async def test_long_waits_and_high_rates_are_told_in_round_numbers(store: Database) -> None:
    async with store.transaction() as transaction:
        await answered(transaction, wait=12.349, seconds=0.01, num_tokens=8)
        (speed,) = await transaction.statistics.speeds(SCOPE)
    assert (speed.first_token_seconds, speed.tokens_per_second) == (12.3, 700.0)


async def test_what_no_model_wrote_has_no_speed(store: Database) -> None:
    async with store.transaction() as transaction:
        await answered(transaction, Basis.ANSWERED, num_tokens=0)
        assert await transaction.statistics.speeds(SCOPE) == []


async def test_people_are_counted_once(store: Database) -> None:
    async with store.transaction() as transaction:
        for person in ("1", "2", "1"):
            await answered(transaction, asker_id=person)
        assert await transaction.statistics.num_people(SCOPE) == 2
        assert await transaction.statistics.num_people(ADA) == 1


async def test_opinions_are_those_on_the_answers_of_the_period(store: Database) -> None:
    async with store.transaction() as transaction:
        number = await answered(transaction)
        old = await answered(transaction, at=SCOPE.since - timedelta(days=1))
        for answer_id in (number, old):
            for person, verdict in (("1", Verdict.GOOD), ("2", Verdict.GOOD), ("3", Verdict.BAD)):
                await transaction.feedback.put_vote(
                    Vote(answer_id, person, "Ada", verdict, False, NOON)
                )
            await transaction.feedback.put_review(
                Review(answer_id, "5", "Tess", Verdict.CORRECTED, "q", "a", NOON)
            )
        assert await transaction.statistics.opinions(SCOPE) == Opinions(2, 1, 0, 1)


async def test_the_busiest_topics_come_first(store: Database) -> None:
    async with store.transaction() as transaction:
        for title in ("Lab 3", "Dropout", "Dropout", "Adam"):
            await answered(transaction, title=title)
        await answered(transaction, Basis.NOTHING, "Cats")
        topics = await transaction.statistics.topics(SCOPE, 2)
    assert topics == [TopicCount("Dropout", 2), TopicCount("Adam", 1)]


async def test_the_topic_of_a_private_answer_is_told_to_its_person_only(store: Database) -> None:
    async with store.transaction() as transaction:
        await answered(transaction, title="My failed exam", is_private=True)
        assert await transaction.statistics.topics(SCOPE, 8) == []
        assert await transaction.statistics.topics(ADA, 8) == [TopicCount("My failed exam", 1)]


async def test_nothing_of_another_server_or_person_is_counted(store: Database) -> None:
    async with store.transaction() as transaction:
        number = await answered(transaction, conversation=ELSEWHERE)
        await transaction.feedback.put_vote(Vote(number, "1", "Ada", Verdict.BAD, False, NOON))
        await answered(transaction, asker_id="2")
        for scope, num in ((SCOPE, 1), (ADA, 0), (dataclasses.replace(SCOPE, server="x"), 0)):
            counts = transaction.statistics
            assert sum(each.num_questions for each in await counts.days(scope)) == num
            assert await counts.num_people(scope) == num
            assert sum(each.num_answers for each in await counts.speeds(scope)) == num
            assert sum(each.num_answers for each in await counts.topics(scope, 8)) == num
            assert await counts.opinions(scope) == Opinions()


async def test_counting_opens_no_answer(store: Database, tmp_path: Path) -> None:
    """Rows are kilobytes of prompt and card; the index holds what is counted."""
    seen: list[tuple[str, Sequence[Any]]] = []

    def note(*about: Any) -> None:
        seen.append((about[2], about[3]))

    event.listen(store._readers.sync_engine, "before_cursor_execute", note)
    async with store.reading() as transaction:
        for scope in (SCOPE, ADA):
            await transaction.statistics.days(scope)
            await transaction.statistics.num_people(scope)
            await transaction.statistics.speeds(scope)
            await transaction.statistics.topics(scope, 8)
            await transaction.statistics.opinions(scope)
    assert len(seen) == 12
    with closing(sqlite3.connect(tmp_path / "data/lectern.db")) as connection:
        for statement, parameters in seen:
            steps = connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            read = [step for *_, step in steps if "answers" in step]
            assert len(read) == 1
            assert "USING COVERING INDEX ix_answers_statistics" in read[0], statement


@pytest.mark.parametrize("index", ["ix_answers_statistics"])
async def test_the_index_is_searched_by_server_kind_and_time(
    store: Database, index: str, tmp_path: Path
) -> None:
    statement = (
        "SELECT count(*) FROM answers WHERE server = 'g' AND kind = 'ask' AND created_at >= 0"
    )
    with closing(sqlite3.connect(tmp_path / "data/lectern.db")) as connection:
        ((*_, step),) = connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
    assert f"{index} (server=? AND kind=? AND created_at>?)" in step
