"""What everything around generation costs: limits, context, prompt, rows.

    python -m benchmarks.around [--questions 500] [--turns 100000]

A model that answers at once takes generation out of the picture; the database is a real
file with 100,000 stored turns, the tokenizer that of the starter model. The questions are those
of the development set, each once before any comes again; they are looked for in the handbook.
"""

import argparse
import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert

from benchmarks.machine import save, summary, table
from bot.app import settle
from bot.decency.guard import Guard
from bot.domain.conversation import Asker, Conversation, Question
from bot.domain.errors import QuestionRefused
from bot.domain.model_spec import ModelSpec, ModelStatus
from bot.domain.note_limits import NoteLimits
from bot.domain.progress import LoadProgress, Progress
from bot.domain.question import clean_question
from bot.domain.rate_limit import Limit
from bot.domain.sampling import FinishReason, SamplingParams
from bot.domain.server_settings import LimitSettings
from bot.evaluation.questions import LabelledQuestion, read_rows
from bot.generation.catalog import STARTER_FOLDER, Catalog
from bot.generation.tokenizer import Tokenizer
from bot.handbook import load_topics
from bot.parts import SystemClock, make_index
from bot.retrieval.reader import Reader
from bot.service.defaults import Defaults
from bot.service.handbook import store_handbook
from bot.service.services import Services
from bot.storage.database import Database
from bot.storage.tables import answers, turns

QUESTIONS = Path("bot/evaluation/development")
CHANNELS = 200
ROWS_AT_ONCE = 500
WORST_SHARE = 0.99


class InstantAnswer:
    """A completion that is there already."""

    def cancel(self) -> None:
        """There is nothing left to cancel."""

    async def __aiter__(self) -> AsyncIterator[Progress]:
        yield Progress("It helps.", 3, finish_reason=FinishReason.STOP)


class InstantModel:
    """Fulfils the services' ModelPool and ModelLease without computing anything."""

    window = 1024

    def __init__(self) -> None:
        self._catalog = Catalog()
        shape = self.spec("starter").shape
        if shape is None:
            raise SystemExit("The starter model is missing; run: lectern train-starter")
        self._tokenizer = Tokenizer(STARTER_FOLDER, "starter", shape.vocabulary, 0)

    def spec(self, name: str = "starter") -> ModelSpec:
        """The starter's entry; as a lease, its property is read below."""
        return self._catalog.spec(name)

    async def statuses(self) -> list[ModelStatus]:
        """Nobody asks."""
        return []

    def is_loaded(self, name: str) -> bool:
        """Always."""
        return True

    @asynccontextmanager
    async def lease(
        self, name: str, on_progress: Callable[[LoadProgress], None] | None = None
    ) -> AsyncIterator["InstantLease"]:
        """Nothing to load."""
        yield InstantLease(self.spec(name), self._tokenizer)


class InstantLease:
    """The held model."""

    window = 1024
    layout = "none"

    def __init__(self, spec: ModelSpec, tokenizer: Tokenizer) -> None:
        self.spec = spec
        self._tokenizer = tokenizer

    def count_tokens(self, text: str) -> int:
        """With the real tokenizer."""
        return self._tokenizer.count(text)

    def complete(
        self, prompt: str, sampling: SamplingParams, person: str, *, is_alone: bool = False
    ) -> InstantAnswer:
        """At once."""
        return InstantAnswer()


async def fill(store: Database, num_turns: int) -> None:
    """Store turns, evenly over the channels."""
    now = datetime.now(UTC)
    numbers = iter(range(1, num_turns + 1))
    async with store.transaction() as transaction:
        connection = transaction.answers._connection
        while batch := list(itertools.islice(numbers, ROWS_AT_ONCE)):
            await connection.execute(insert(answers), [_answer(number, now) for number in batch])
            await connection.execute(insert(turns), [_turn(number, now) for number in batch])


def _answer(number: int, now: datetime) -> dict[str, object]:
    return {
        "id": number,
        "source": f"old:{number}",
        "kind": "ask",
        "state": "done",
        "server": "guild",
        "channel": f"c{number % CHANNELS}",
        "asker_id": f"p{number % 997}",
        "asker_name": "Ada",
        "question": "What does dropout do to a layer while it is being trained?",
        "model": "starter",
        "sampling": {"stop": []},
        "is_private": False,
        "prefix": "",
        "num_samples": 1,
        "text": "It switches units off at random.",
        "num_prompt_tokens": 20,
        "num_new_tokens": 9,
        "num_dropped_turns": 0,
        "created_at": now,
        "finished_at": now,
        "delivered_at": now,
    }


def _turn(number: int, now: datetime) -> dict[str, object]:
    return {
        "server": "guild",
        "channel": f"c{number % CHANNELS}",
        "answer_id": number,
        "asker_id": f"p{number % 997}",
        "question": "What does dropout do to a layer while it is being trained?",
        "answer": "It switches units off at random, so that no unit relies on another one.",
        "at": now,
    }


def accepted_questions() -> list[str]:
    """The development set's, without those that are refused before anything is looked for."""
    accepted = []
    for row in read_rows([QUESTIONS]):
        if isinstance(row, LabelledQuestion):
            with suppress(QuestionRefused):
                clean_question(row.question)
                accepted.append(row.question)
    return accepted


async def measure(num_questions: int, num_turns: int) -> list[float]:
    """Milliseconds of each question."""
    with tempfile.TemporaryDirectory() as folder:
        async with Database.open(str(Path(folder) / "lectern.db")) as store:
            await fill(store, num_turns)
            model, clock = InstantModel(), SystemClock()
            generous = Limit(100_000, 60)
            defaults = Defaults(limits=LimitSettings(generous, generous, generous))
            topics = load_topics()
            await store_handbook(store, topics, clock)
            index = make_index(topics)
            parts = (index, Reader(), NoteLimits(), {}, Guard())
            service = Services.over(store, model, clock, defaults, str, lambda: 7, *parts).ask
            settle()  # as the bot does after its start
            costs = []
            texts = accepted_questions()
            for number in range(num_questions):
                question = Question(
                    source=f"new:{number}",
                    asker=Asker(f"p{number % 97}", "Ada"),
                    conversation=Conversation("guild", f"c{number % CHANNELS}"),
                    text=texts[number % len(texts)],
                )
                start = time.perf_counter()
                async with service.ask(question) as live:
                    async for _ in live.snapshots():
                        pass
                costs.append((time.perf_counter() - start) * 1000)
    return costs


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--turns", type=int, default=100_000)
    options = parser.parse_args()
    costs = sorted(asyncio.run(measure(options.questions, options.turns)))
    p99 = costs[int(WORST_SHARE * (len(costs) - 1))]
    rows = [
        {
            "figure": "around one question, ms p99",
            "measured": round(p99, 2),
            "goal": "< 20",
            "reached": p99 < 20,
            "median": round(statistics.median(costs), 2),
            "stored turns": options.turns,
        }
    ]
    print(summary(), table(rows), sep="\n\n")
    print(f"\nwritten to {save('around', rows, questions=options.questions)}")


if __name__ == "__main__":
    main()
