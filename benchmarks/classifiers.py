"""What classifiers are worth: the topic guard and answer ranking against not using them.

    python -m benchmarks.classifiers [guard] [ranking] [times] [--runs FOLDER]

Trains the runs `guard` and `ranking` with `lectern finetune --task classify`, unless they are
in `--runs` already, and asks with and without them through the services of the bot. `guard`:
the shares of questions that a server with `topic_guard = refuse` refuses, by set, and what
became of right answers. `ranking`: see `answer_ranking`. `times`: what both take a question.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.answer_ranking import NUM_DRAFTS, measure_ranking, ranked_seconds
from benchmarks.asking import WRITER, answering
from benchmarks.labelled import trained
from benchmarks.machine import save, summary, table
from bot.domain.conversation import Conversation
from bot.domain.topic_guard import REFUSAL
from bot.evaluation import DEVELOPMENT
from bot.evaluation.judging import Worth
from bot.evaluation.questions import LabelledQuestion, read_rows
from bot.evaluation.run import SERVER, Result, Run
from bot.service.services import Services

RIGHT = (Worth.RIGHT, Worth.UNCHECKED, Worth.OFFERED)
NAMES = {
    "near miss": "course, not in the notes",
    "absent topic": "deep learning, not in the handbook",
    "near the handbook": "deep learning, not in the handbook",
    "other language": "on topic in other languages",
    "other field": "other fields",
    "nonsense": "nonsense",
}
TIMED = 100
PARTS = ("guard", "ranking", "times")


def guard_rows() -> dict[str, list[LabelledQuestion]]:
    """The questions of the development set by what they are about."""
    sets: dict[str, list[LabelledQuestion]] = {}
    for file in ("course", "handbook", "unanswerable"):
        for row in read_rows([DEVELOPMENT / f"{file}.jsonl"]):
            if isinstance(row, LabelledQuestion):
                sets.setdefault(NAMES.get(row.topic, file), []).append(row)
    return sets


async def judged_seconds(services: Services, questions: Sequence[str]) -> list[float]:
    """Seconds that the guard takes for each of some questions, after the first one."""
    guard = services.ask._guard
    seconds = []
    for question in questions:
        started = time.perf_counter()
        await guard.judge(Conversation(SERVER, "timed"), question)
        seconds.append(time.perf_counter() - started)
    return seconds[1:]


async def measure_guard(runs: Path) -> list[dict[str, Any]]:
    """A row for each set, and one of times."""
    await trained(runs, "guard", "topic-guard")
    sets = guard_rows()
    results: dict[str, dict[str, list[Result]]] = {}
    for mode in ("off", "refuse"):
        words = {"topic_guard": "guard", "topic_guard_mode": mode}
        async with answering(runs, DEVELOPMENT / "notes", **words) as services:
            run = Run(services, WRITER)
            for name, rows in sets.items():
                asked = await run.results(rows, lambda done, total: None)
                results.setdefault(name, {})[mode] = asked
    return [_row(name, both["off"], both["refuse"]) for name, both in results.items()]


async def measure_times(runs: Path) -> list[dict[str, Any]]:
    """What a question that is on topic, one that is not, and five drafts cost."""
    sets = guard_rows()
    words = {"topic_guard": "guard", "topic_guard_mode": "refuse"}
    rows = []
    async with answering(runs, DEVELOPMENT / "notes", **words) as services:
        for name in ("handbook", "other fields"):
            seconds = await judged_seconds(services, [row.question for row in sets[name]][:TIMED])
            rows.append(_times(f"guard: {name}", seconds))
    return [*rows, _times(f"ranking of {NUM_DRAFTS}", await ranked_seconds(runs, TIMED))]


def _row(name: str, before: Sequence[Result], after: Sequence[Result]) -> dict[str, Any]:
    refused = [result.reply.text == REFUSAL for result in after]
    return {
        "questions": name,
        "asked": len(after),
        "refused": f"{sum(refused) / len(after):.1%}",
        "right, guard off": _share(before),
        "right, guard on": _share(after),
    }


def _share(results: Sequence[Result]) -> str:
    answerable = [result for result in results if result.answerable]
    right = sum(result.worth in RIGHT for result in answerable)
    return f"{right / len(answerable):.1%}" if answerable else "–"


def _times(name: str, seconds: Sequence[float]) -> dict[str, Any]:
    median, late = statistics.median(seconds), sorted(seconds)[int(0.95 * len(seconds))]
    return {"took": name, "ms, median": _ms(median), "ms, 95 %": _ms(late)}


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)


async def measure(parts: Sequence[str], runs: Path) -> list[dict[str, Any]]:
    """All rows of the parts that are wanted."""
    rows = []
    if "guard" in parts:
        rows += await measure_guard(runs)
    if "ranking" in parts:
        rows += await measure_ranking(runs)
    if "times" in parts:
        rows += await measure_times(runs)
    return rows


def main() -> None:
    """Train, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    parser.add_argument("--runs", type=Path)
    options = parser.parse_args()
    parts = options.parts or list(PARTS)
    print(summary(), flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        rows = asyncio.run(measure(parts, options.runs or Path(temporary)))
    for part in ("questions", "answer", "took"):
        if some := [row for row in rows if part in row]:
            print(table(some) + "\n")
    save("classifiers", rows, parts=parts)


if __name__ == "__main__":
    main()
