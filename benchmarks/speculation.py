"""Guessed tokens: how much faster answers become that repeat their prompt, and what others lose.

    python -m benchmarks.speculation [--topics 60] [--rounds 3]

The starter model answers the handbook's questions greedily, one after another and eight at a
time: *grounded*, behind the passage of the topic and the notes that hold the answer, as a
search in the course's notes would put them there; and *alone*, with nothing to repeat. Both
are done with guesses and without, in turns, in one process; the texts must be the same.
"""

import argparse
import statistics
import time
from typing import Any

import torch

from benchmarks.machine import save, summary, table
from bot.domain.handbook import Pair, Topic
from bot.domain.sampling import SamplingParams
from bot.domain.template import STARTER
from bot.generation.catalog import STARTER_FOLDER
from bot.generation.engine import Engine
from bot.generation.layout import Machine
from bot.generation.request import Request
from bot.generation.resident import ModelFiles, ServingLimits
from bot.handbook import load_topics

TOKENS = 48
BATCHES = (1, 8)
Answers = dict[int, list[int]]


def grounded(topic: Topic, pair: Pair) -> str:
    """The topic's notes before the question."""
    notes = "".join(f"{other.answer}\n" for other in topic.pairs)
    return f"{topic.title}\n{notes}{STARTER.open(pair.question)}"


def alone(topic: Topic, pair: Pair) -> str:
    """The question and nothing else."""
    return STARTER.open(pair.question)


def answer(engine: Engine, prompts: list[list[int]], batch: int) -> tuple[float, Answers]:
    """Seconds of decoding, and the tokens of every answer."""
    answers: Answers = {}
    seconds = 0.0
    for first in range(0, len(prompts), batch):
        for number, ids in enumerate(prompts[first : first + batch], start=first):
            engine.add(Request(number, tuple(ids), SamplingParams(max_new_tokens=TOKENS)))
        while engine.scheduler.num_running or engine.scheduler.num_waiting:
            chunks = engine.scheduler.schedule()
            started = time.perf_counter()
            events = engine.update(chunks, engine.run(chunks))
            if all(chunk.sequence.generated for chunk in chunks):
                seconds += time.perf_counter() - started
            for event in events:
                if event.token is not None:
                    answers.setdefault(event.request_id, []).append(event.token)
    return seconds, answers


def measure(num_topics: int, rounds: int) -> list[dict[str, Any]]:
    """Tokens per second with guesses over those without, per kind of prompt and batch."""
    limits = [ServingLimits(prefix_bytes=0, speculates=is_on) for is_on in (False, True)]
    machine = Machine.here("cpu", "float32", "none")
    files = [ModelFiles(STARTER_FOLDER, "starter", machine, each) for each in limits]
    plain, guessing = (each.load(lambda share: None, lambda: False) for each in files)
    encode, window = files[0].tokenizer.encode, files[0].window
    rows = []
    for make in (grounded, alone):
        texts = [make(topic, topic.pairs[0]) for topic in load_topics()[:num_topics]]
        prompts = [ids for ids in map(encode, texts) if len(ids) + TOKENS <= window]
        for batch in BATCHES:
            ratios, same = [], True
            for engine in (plain, guessing):
                answer(engine, prompts[:batch], batch)
            for _ in range(rounds):
                without, expected = answer(plain, prompts, batch)
                with_, found = answer(guessing, prompts, batch)
                ratios.append(without / with_)
                same &= expected == found
            goal = 1.5 if make is grounded and batch == 1 else 0.97
            ratio = statistics.median(ratios)
            rows.append(
                {
                    "prompts": make.__name__,
                    "at once": batch,
                    "times as many tokens/s": round(ratio, 2),
                    "goal": f"≥ {goal}",
                    "reached": ratio >= goal,
                    "same texts": same,
                    "answers": len(prompts),
                }
            )
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--topics", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with torch.inference_mode():
        rows = measure(options.topics, options.rounds)
    print(summary(), table(rows), sep="\n\n")
    print(f"\nwritten to {save('speculation', rows, topics=options.topics)}")


if __name__ == "__main__":
    main()
