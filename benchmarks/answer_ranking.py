"""Best of several drafts: right answers with the first draft, the medoid, and a ranking.

The starter answers the handbook's questions of the development set from memory, sampled so
warmly that its drafts differ. Half of the questions, by the hash of their ids, give drafts that
the set's own judge labels good or bad; a classifier learns from those, and all three ways are
compared on the other half.
"""

import asyncio
import hashlib
import itertools
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.asking import WRITER, answering
from benchmarks.labelled import trained
from bot.domain.conversation import Conversation, Question
from bot.evaluate import REMEMBERING
from bot.evaluation import DEVELOPMENT
from bot.evaluation.judging import mentions
from bot.evaluation.questions import LabelledQuestion, read_rows
from bot.evaluation.run import ASKER, SERVER
from bot.service.services import Services

TEMPERATURE = 0.8
NUM_DRAFTS = 5
NUM_LEARNED = 12
"""Drafts of each question that the classifier learns from."""
SEEDS = (1000, 2000)
"""Each question is asked with each of them."""
EPOCHS, RATE = 2, 3e-4
"""Of the classifier: with more it knows the few answers by heart."""
_numbers = itertools.count()


def halves() -> tuple[list[LabelledQuestion], list[LabelledQuestion]]:
    """The questions to learn from, and those to compare on."""
    path = DEVELOPMENT / "handbook.jsonl"
    rows = [row for row in read_rows([path]) if isinstance(row, LabelledQuestion)]
    sides: tuple[list[LabelledQuestion], list[LabelledQuestion]] = ([], [])
    for row in rows:
        sides[hashlib.sha256(row.id.encode()).digest()[0] % 2].append(row)
    return sides


async def answer(services: Services, row: LabelledQuestion, seed: int, num_drafts: int) -> str:
    """What is shown for a question, from memory."""
    number = next(_numbers)
    question = Question(
        f"benchmark:{number}",
        ASKER,
        Conversation(SERVER, f"{row.id}-{number}"),
        row.question,
        model=WRITER,
        seed=seed,
        sampling={"temperature": TEMPERATURE, "top_p": 1.0, "num_drafts": num_drafts},
    )
    async with services.ask.ask(question) as live:
        async for snapshot in live.snapshots():
            text = snapshot.text
    return text.strip()


async def labelled_file(path: Path, rows: Sequence[LabelledQuestion]) -> None:
    """Drafts of each question with the judge's labels, a line each."""
    lines = []
    async with answering(path.parent, calibrations={WRITER: REMEMBERING}) as services:
        for row in rows:
            for text in dict.fromkeys(await _drafts(services, row, SEEDS[0], NUM_LEARNED)):
                label = "good" if mentions(text, row.must_mention) else "bad"
                line = {"question": row.question, "answer": text, "label": label}
                lines.append(json.dumps(line | {"document": row.id}, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


async def measure_ranking(runs: Path) -> list[dict[str, Any]]:
    """A row for each way to choose, and one of the drafts among which there is a right one."""
    learned, compared = halves()
    file = runs / "answers.jsonl"
    if not file.is_file():
        runs.mkdir(parents=True, exist_ok=True)
        await labelled_file(file, learned)
    await trained(runs, "ranking", str(file), EPOCHS, RATE)
    medoid = await _asked(runs, compared, {})
    ranking = await _asked(runs, compared, {"answer_ranking": "ranking"})
    first, best = await _written(runs, compared)
    return [
        _row("first draft", first),
        _row(f"medoid of {NUM_DRAFTS}", medoid),
        _row(f"ranking of {NUM_DRAFTS}", ranking),
        _row(f"any of {NUM_DRAFTS} is right", best),
    ]


async def _drafts(services: Services, row: LabelledQuestion, seed: int, num: int) -> Sequence[str]:
    """The drafts that a question with that seed has, each by itself."""
    return await asyncio.gather(*(answer(services, row, seed + each, 1) for each in range(num)))


async def _asked(runs: Path, rows: Sequence[LabelledQuestion], words: dict[str, str]) -> list[bool]:
    """Whether each answer that is chosen among drafts is right."""
    right = []
    async with answering(runs, calibrations={WRITER: REMEMBERING}, **words) as services:
        for row in rows:
            for seed in SEEDS:
                text = await answer(services, row, seed, NUM_DRAFTS)
                right.append(mentions(text, row.must_mention))
    return right


async def _written(runs: Path, rows: Sequence[LabelledQuestion]) -> tuple[list[bool], list[bool]]:
    """Whether the first draft is right, and whether any is, which nobody could know."""
    first, best = [], []
    async with answering(runs, calibrations={WRITER: REMEMBERING}) as services:
        for row in rows:
            for seed in SEEDS:
                texts = await _drafts(services, row, seed, NUM_DRAFTS)
                right = [mentions(text, row.must_mention) for text in texts]
                first.append(right[0])
                best.append(any(right))
    return first, best


async def ranked_seconds(runs: Path, num: int) -> list[float]:
    """Seconds in which the drafts of each of some questions are ranked, after the first ones."""
    lines = [json.loads(line) for line in (runs / "answers.jsonl").read_text().splitlines()]
    seconds = []
    async with answering(runs, answer_ranking="ranking") as services:
        ranking = services.ask._attempts.ranking
        for _, group in itertools.groupby(lines, lambda line: line["question"]):
            some = list(itertools.islice(group, NUM_DRAFTS))
            drafts = {number: line["answer"] for number, line in enumerate(some)}
            if len(drafts) < NUM_DRAFTS or ranking is None:
                continue
            started = time.perf_counter()
            await ranking.goodness(some[0]["question"], drafts)
            seconds.append(time.perf_counter() - started)
            if len(seconds) > num:
                break
    return seconds[1:]


def _row(way: str, right: Sequence[bool]) -> dict[str, Any]:
    share = sum(right) / len(right)
    return {"answer": way, "asked": len(right), "right": f"{share:.1%}"}
