"""What a search costs in a library as large as one server may have, and the prompt behind it.

    python -m benchmarks.search [--passages 100000] [--database FILE]

The questions are those of the development set with their follow-ups, each asked once. Times
are those of the service: search, quotes, and the prompt of an explanation with the starter
model's tokenizer. The database is made anew (half a minute) unless a file is named, which is
then kept for the next run. A second round, asked on a loop that something else keeps
busy, tells how long a search kept the loop to itself.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.around import QUESTIONS, InstantModel
from benchmarks.large_library import fill_library
from benchmarks.machine import save, summary, table
from bot.app import settle
from bot.decency.guard import Guard
from bot.domain.answer import Answer, AnswerKind, AnswerState
from bot.domain.conversation import Conversation, History, Turn
from bot.domain.sampling import SamplingParams
from bot.domain.server_settings import ServerSettings
from bot.evaluation.questions import LabelledQuestion, read_rows
from bot.handbook import load_topics
from bot.parts import SystemClock, make_index
from bot.retrieval.index import Index
from bot.service.defaults import Defaults
from bot.service.grounding import Grounding
from bot.service.handbook import store_handbook
from bot.service.prompting import prompt_of_explanation
from bot.service.screening import Screening
from bot.storage.database import Database

SERVER = "guild"
ANSWER = "It says so in the notes of the second week, and in the lecture after that one."
WARM_UP = 10
GOAL_MS = 30
LOOP_GOAL_MS = 10
WORST_SHARE = 0.99

Asked = tuple[str, History]


class LoopWatch:
    """The longest piece of work that anything did on the event loop while the block ran."""

    def __init__(self) -> None:
        self.longest_ms = 0.0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Take a turn of the loop whenever there is one."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()

    async def _watch(self) -> None:
        while True:
            start = time.perf_counter()
            await asyncio.sleep(0)
            self.longest_ms = max(self.longest_ms, (time.perf_counter() - start) * 1000)


class Searcher:
    """Searches and prompts as the service does, and keeps what that cost."""

    def __init__(self, store: Database, index: Index, model: InstantModel) -> None:
        self._grounding = Grounding(store, index, Screening(Guard(), Defaults()))
        self._model = model
        self.searched: list[float] = []
        self.prompted: list[float] = []

    async def ask(self, asked: Asked) -> None:
        """One question after the turns before it."""
        text, history = asked
        answer = _answer(text)
        async with self._model.lease("starter") as lease:
            start = time.perf_counter()
            ground = await self._grounding.ground(answer, history, ServerSettings())
            self.searched.append((time.perf_counter() - start) * 1000)
            passages = [hit.passage for hit in ground.evidence.hits]
            prompt_of_explanation(answer, history, passages)(lease)
            self.prompted.append((time.perf_counter() - start) * 1000)


def questions() -> list[Asked]:
    """The development set's, each with the turns before it."""
    asked: list[Asked] = []
    for number, row in enumerate(read_rows([QUESTIONS]), 1):
        if not isinstance(row, LabelledQuestion):
            asked.append((row.input, History()))
            continue
        asked.append((row.question, History()))
        if row.follow_up is not None:
            asked.append((row.follow_up, History((Turn(row.question, ANSWER, number),))))
    return asked


async def measure(path: str, num_passages: int) -> list[dict[str, Any]]:
    """Rows of figures."""
    asked = questions()
    topics = load_topics()
    async with Database.open(path) as store:
        await store_handbook(store, topics, SystemClock())
        async with store.reading() as transaction:
            there = (await transaction.notes.totals(SERVER)).num_passages
        if there != num_passages:
            async with store.transaction() as transaction:
                await transaction.notes.clear(SERVER)
            await fill_library(store, SERVER, num_passages)
    # Opened again, so that no page is in memory but the system's.
    async with Database.open(path) as store:
        searcher = Searcher(store, make_index(topics), InstantModel())
        watched = Searcher(store, make_index(topics), InstantModel())
        settle()  # as the bot does after its start
        for each in asked[:WARM_UP]:
            await searcher.ask(each)
        searcher.searched.clear()
        searcher.prompted.clear()
        for each in asked[WARM_UP:]:
            await searcher.ask(each)
        watch = LoopWatch()
        with watch.watching():
            for each in asked:
                await watched.ask(each)
    return [
        _row("search, ms p99", searcher.searched, None),
        _row("search and prompt, ms p99", searcher.prompted, GOAL_MS),
        {
            "figure": "longest piece on the event loop, ms",
            "measured": round(watch.longest_ms, 2),
            "goal": f"< {LOOP_GOAL_MS}",
            "reached": watch.longest_ms < LOOP_GOAL_MS,
        },
    ]


def _row(figure: str, costs: Sequence[float], goal: int | None) -> dict[str, Any]:
    ordered = sorted(costs)
    p99 = ordered[int(WORST_SHARE * (len(ordered) - 1))]
    return {
        "figure": figure,
        "measured": round(p99, 2),
        "goal": "report" if goal is None else f"< {goal}",
        "reached": "" if goal is None else p99 < goal,
        "median": round(statistics.median(ordered), 2),
        "largest": round(ordered[-1], 2),
        "questions": len(ordered),
    }


def _answer(question: str) -> Answer:
    return Answer(
        id=1,
        source="new:1",
        kind=AnswerKind.ASK,
        state=AnswerState.QUEUED,
        conversation=Conversation(SERVER, "c1"),
        asker_id="1",
        asker_name="Ada",
        question=question,
        model="starter",
        revision=None,
        sampling=SamplingParams(),
        is_private=False,
        created_at=datetime.now(UTC),
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--database", help="a file that is kept")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.database or str(Path(folder) / "lectern.db")
        rows = asyncio.run(measure(path, options.passages))
    print(summary(), table(rows), sep="\n\n")
    print(f"\nwritten to {save('search', rows, passages=options.passages)}")


if __name__ == "__main__":
    main()
