"""The two transactions of one question, on a database that has seen 100,000.

    python -m benchmarks.storage [--rows 100000] [--questions 1000] [--folder FOLDER]

`accept` charges three rate limits, reads the newest 50 turns and adds the answer; `close`
starts and ends it and remembers the turn. They are measured one question after another, with
eight people at once, and in a channel that holds every turn. `bare commit` is one row written
by Python's sqlite3 alone with the same pragmas: the part that belongs to the disk.
"""

import argparse
import asyncio
import itertools
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, create_engine, insert

from benchmarks.machine import save, summary, table
from bot.domain.answer import AnswerKind, AnswerState, Ending, NewAnswer, Start
from bot.domain.conversation import Conversation, Turn
from bot.domain.rate_limit import Limit, LimitCheck
from bot.domain.sampling import FinishReason, SamplingParams
from bot.storage.database import PRAGMAS, Database
from bot.storage.tables import answers, turns

CHANNELS = 200
PEOPLE_AT_ONCE = 8
HISTORY = 50
ROWS_AT_ONCE = 5_000
WARM_UP = 50
GENEROUS = Limit(100_000, 60)
QUESTION = "What does dropout do to a layer while it is being trained, and why does that help?"
ANSWER = "It switches units off at random, so that no unit can rely on another one. " * 4
PROMPT = f"Question: {QUESTION}\nAnswer: {ANSWER}\n" * 3
SAMPLING = SamplingParams(temperature=0.7, stop=("\nQuestion:",))


class Stopwatch:
    """Milliseconds of every stretch that was measured, by its name."""

    def __init__(self) -> None:
        self.costs: dict[str, list[float]] = {}

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Time the block."""
        start = time.perf_counter()
        yield
        self.costs.setdefault(name, []).append((time.perf_counter() - start) * 1000)

    def rows(self, situation: str) -> list[dict[str, Any]]:
        """Median and 99th percentile of each name, without the warm-up."""
        rows = []
        for name, costs in self.costs.items():
            measured = sorted(costs[WARM_UP:])
            rows.append(
                {
                    "situation": situation,
                    "transaction": name,
                    "median ms": round(statistics.median(measured), 2),
                    "p99 ms": round(measured[int(0.99 * (len(measured) - 1))], 2),
                    "max ms": round(measured[-1], 2),
                    "times": len(measured),
                }
            )
        return rows


def fill(path: Path, num_rows: int, num_channels: int) -> None:
    """Store answered questions, evenly over the channels."""
    now = datetime.now(UTC)
    engine = create_engine(URL.create("sqlite", database=str(path)))
    with engine.begin() as connection:
        for numbers in _batches(range(1, num_rows + 1)):
            _fill_batch(connection, numbers, num_channels, now)
    engine.dispose()


def _batches(numbers: range) -> Iterator[list[int]]:
    waiting = iter(numbers)
    while batch := list(itertools.islice(waiting, ROWS_AT_ONCE)):
        yield batch


def _fill_batch(
    connection: Connection, numbers: list[int], num_channels: int, now: datetime
) -> None:
    places = [
        {
            "server": "guild",
            "channel": f"c{number % num_channels}",
            "asker_id": f"p{number % 997}",
            "question": QUESTION,
        }
        for number in numbers
    ]
    job = {
        "kind": AnswerKind.ASK,
        "state": AnswerState.DONE,
        "asker_name": "Ada",
        "model": "gpt2",
        "sampling": {"stop": []},
        "is_private": False,
        "prefix": "",
        "num_samples": 1,
        "prompt": PROMPT,
        "text": ANSWER,
        "num_prompt_tokens": 200,
        "num_new_tokens": 80,
        "num_dropped_turns": 0,
        "created_at": now,
        "finished_at": now,
        "delivered_at": now,
    }
    pairs = list(zip(numbers, places, strict=True))
    connection.execute(
        insert(answers),
        [{**job, **place, "id": number, "source": f"old:{number}"} for number, place in pairs],
    )
    connection.execute(
        insert(turns),
        [{**place, "answer_id": number, "answer": ANSWER, "at": now} for number, place in pairs],
    )


async def ask(store: Database, watch: Stopwatch, number: int, num_channels: int) -> None:
    """One question through both of its transactions."""
    now, person = datetime.now(UTC), f"p{number % 97}"
    conversation = Conversation("guild", f"c{number % num_channels}")
    new = NewAnswer(
        source=f"new:{number}",
        kind=AnswerKind.ASK,
        conversation=conversation,
        asker_id=person,
        asker_name="Ada",
        question=QUESTION,
        model="gpt2",
        sampling=SAMPLING,
        is_private=False,
        created_at=now,
    )
    keys = (("person", person), ("channel", conversation.channel), ("server", "guild"))
    with watch.measure("accept"):
        async with store.transaction() as transaction:
            checks = [LimitCheck(scope, key, GENEROUS) for scope, key in keys]
            await transaction.limits.take(checks, now)
            await transaction.turns.newest(conversation, HISTORY)
            answer = await transaction.answers.add(new)
    assert answer is not None
    ending = Ending(now, AnswerState.DONE, ANSWER, FinishReason.STOP, 80, now)
    with watch.measure("close"):
        async with store.transaction() as transaction:
            await transaction.answers.start(answer.id, Start(now, PROMPT, "a" * 40, 200, 0))
            await transaction.answers.end(answer.id, ending)
            await transaction.turns.put(conversation, Turn(QUESTION, ANSWER, answer.id), "1", now)


async def one_after_another(ask_one: Callable[[int], Awaitable[None]], count: int) -> None:
    """Nobody waits for anybody."""
    for number in range(count):
        await ask_one(number)


async def eight_at_once(ask_one: Callable[[int], Awaitable[None]], count: int) -> None:
    """Eight people, each asking again as soon as the last answer is stored."""
    numbers = iter(range(count))

    async def person() -> None:
        for number in numbers:
            await ask_one(number)

    await asyncio.gather(*(person() for _ in range(PEOPLE_AT_ONCE)))


SITUATIONS = (
    ("one after another", one_after_another, CHANNELS),
    (f"{PEOPLE_AT_ONCE} at once", eight_at_once, CHANNELS),
    ("all turns in one channel", one_after_another, 1),
)


async def measure(folder: Path, num_rows: int, num_questions: int) -> list[dict[str, Any]]:
    """Every situation on a database of its own."""
    rows = []
    for index, (situation, asking, num_channels) in enumerate(SITUATIONS):
        path, watch = folder / f"{index}.db", Stopwatch()
        async with Database.open(str(path)):
            pass
        fill(path, num_rows, num_channels)
        async with Database.open(str(path)) as store:

            async def ask_one(
                number: int,
                store: Database = store,
                watch: Stopwatch = watch,
                num_channels: int = num_channels,
            ) -> None:
                await ask(store, watch, number, num_channels)

            await asking(ask_one, num_questions + WARM_UP)
        rows += watch.rows(situation)
    return rows


def bare_commits(folder: Path, count: int) -> list[dict[str, Any]]:
    """One row at a time with the standard library alone."""
    watch = Stopwatch()
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as connection:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, text TEXT)")
        for _ in range(count + WARM_UP):
            with watch.measure("bare commit"):
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO bare (text) VALUES (?)", (ANSWER,))
                connection.execute("COMMIT")
    return watch.rows("sqlite3 alone")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--questions", type=int, default=1_000)
    parser.add_argument("--folder", type=Path, help="where the databases are made for the run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="storage-", dir=options.folder) as name:
        rows = bare_commits(Path(name), options.questions)
        rows += asyncio.run(measure(Path(name), options.rows, options.questions))
    print(summary(), table(rows), sep="\n\n")
    print(f"\nwritten to {save('storage', rows, stored=options.rows)}")


if __name__ == "__main__":
    main()
